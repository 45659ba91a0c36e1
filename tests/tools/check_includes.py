#!/usr/bin/env python3
"""Reads every #include line of include/ and src/ and fails on an arrow that points outward.

    check_includes.py [TOP]        checks the tree; exit 1 if something is wrong
    check_includes.py --self-test  builds small trees with one wrong arrow each and sees that each is found
"""

import pathlib
import re
import sys
import tempfile

# The rooms from the inside out, each with what it sees. include/postq/X belongs to the room X, as src/X does.
INNER = {"base", "text", "time", "media", "core"}

# Rooms that each speak to one part of the outside world. They never include each other.
SYSTEM_ROOMS = {"config", "files", "http", "images", "log", "machine", "secrets", "terminal", "zones"}

# What platforms share, from the inside out: what a web page says, what every platform does, what is HTML. Every other
# folder of src/platforms/ is a platform, which sees these and itself; a new one needs no line here.
SHARED_BY_PLATFORMS = ["platforms/pages", "platforms/common", "platforms/html"]

# What a room may include besides itself.
MAY_SEE = {
    "base": set(),
    "text": {"base"},
    "time": {"base", "text"},
    "media": {"base"},
    "core": {"base", "text", "time", "media"},
    "policy": INNER,
    "ports": INNER | {"policy"},
    "app": INNER | {"policy", "ports"},
    "cli": INNER | {"policy", "ports", "app"},
    "os": set(),  # system calls that several of the outside need: descriptors, children
    "sqlite": INNER | {"policy", "ports"},  # the claim makes the snapshot that the rules judge
    "platforms": INNER | {"ports", "os"},
    **{room: INNER | {"ports", "os", *SHARED_BY_PLATFORMS[:at]} for at, room in enumerate(SHARED_BY_PLATFORMS)},
    **{f"system/{room}": INNER | {"ports", "os"} for room in SYSTEM_ROOMS},
    "system/config": INNER | {"policy", "ports", "os"},  # it fills the settings of the rules
}
ONE_PLATFORM = MAY_SEE["platforms"] | set(SHARED_BY_PLATFORMS)


def may_see(room):
    """What a room may include besides itself; None: there is no such room."""
    return ONE_PLATFORM if room.startswith("platforms/") and room not in MAY_SEE else MAY_SEE.get(room)


# The files right in src/ build the real things and wire them.
MAIN = "main"
WIRING = {"main.cpp", "real_world.cpp", "real_world.h"}

# Rooms without clock, disk, network or environment get a list of what they may use, not of what they may not.
PURE = INNER | {"policy", "ports"}
PURE_STANDARD = set(
    """algorithm array bit bitset cassert cctype charconv chrono climits cmath compare concepts cstddef cstdint cstring
    cwchar deque functional initializer_list iterator limits list map memory new numbers numeric optional queue ranges ratio
    set span stack stdexcept string string_view system_error tuple type_traits unordered_map unordered_set utility
    variant vector""".split()
)

# Uses ports for everything outside, but may run threads and wait.
APP_STANDARD = PURE_STANDARD | set(
    "atomic condition_variable exception future mutex random semaphore shared_mutex stop_token thread".split()
)

# Who may include a library, by the first part of its header's name. "platforms" stands for all of its folders.
LIBRARIES = {
    "absl": {"system/zones"},
    "CLI": {"cli", MAIN},
    "curl": {"system/http"},
    "curses.h": {"system/terminal"},
    "fmt": {"system/log"},
    "ncurses.h": {"system/terminal"},
    "nlohmann": {"app", "cli", "core", "platforms", "sqlite", "system/http", "system/secrets"},
    "openssl": {"base"},
    "png.h": {"system/images"},
    "spdlog": {"system/log"},
    "sqlite3.h": {"sqlite"},
    "tl": set(MAY_SEE),
    "toml++": {"system/config"},
    "turbojpeg.h": {"system/images"},
    "utf8proc.h": {"core", "text"},
    "webp": {"system/images"},
    "zlib.h": {"system/images"},
}
# Compiling these costs seconds: in sources only. (json_fwd.hpp is cheap.)
COSTLY = {"nlohmann/json.hpp", "CLI/CLI.hpp"}
# The others are an implementation's own business: never in a header of include/.
PUBLIC = {"tl"}

# System headers that belong to one room.
SYSTEM_OF = {
    "dlfcn.h": {"system/http", "system/images"},
    "arpa/inet.h": {"system/http"},
    "iconv.h": {"platforms/pages"},  # pages in old encodings
    "netdb.h": {"system/http"},
    "netinet/in.h": {"system/http", "system/machine"},  # machine: where a browser comes back to
    "netinet/tcp.h": {"system/http"},
    "sys/epoll.h": {"system/machine"},
    "sys/socket.h": {"system/http", "system/machine"},
    "sys/un.h": {"system/http", "system/machine"},
    "termios.h": {"system/terminal"},
    "sys/ioctl.h": {"system/terminal"},
}
SYSTEM = set(
    """dirent.h errno.h fcntl.h grp.h limits.h malloc.h poll.h pwd.h signal.h spawn.h stdlib.h syslog.h time.h unistd.h
    linux/fs.h linux/magic.h
    sys/file.h sys/mman.h sys/prctl.h sys/random.h sys/resource.h sys/stat.h sys/statfs.h sys/statvfs.h sys/time.h
    sys/types.h sys/uio.h sys/wait.h""".split()
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]*)>|"([^"]*)"|(\S.*))')


def room_of(path):
    """The room a file belongs to: src/text/x.cpp and include/postq/text/x.h are both `text`, src/system/http/x.cpp is
    `system/http`, src/platforms/feed/x.cpp `platforms/feed`, and src/platforms/x.cpp `platforms`."""
    parts = path.parts
    if parts[0] == "src":
        if len(parts) == 2:
            return MAIN if parts[1] in WIRING else None
        deep = 2 if parts[1] in {"platforms", "system"} and len(parts) > 3 else 1
        return "/".join(parts[1 : 1 + deep])
    if parts[:2] == ("include", "postq") and len(parts) > 3:
        return parts[2]
    return None


def belongs(room, owners):
    """Whether the room, or the one around it, is one of the owners."""
    return room in owners or room.split("/")[0] in owners


def check_system(room, name):
    """What is wrong with including the header `name`, which is neither ours nor a library's."""
    if "." not in name and "/" not in name:  # a header of the C++ library
        allowed = PURE_STANDARD if room in PURE else APP_STANDARD if room == "app" else None
        if allowed is not None and name not in allowed:
            return f"{room} is pure; <{name}> is not on its list"
        return None
    if room in PURE or room == "app":
        return f"{room} never touches the system; <{name}> does"
    if name in SYSTEM_OF:
        owners = SYSTEM_OF[name]
        return None if belongs(room, owners) or room == MAIN else f"<{name}> belongs to {', '.join(sorted(owners))}"
    if name not in SYSTEM:
        return f"<{name}> is not known; if {room} needs it, say so in tests/tools/check_includes.py"
    return None


def check_include(top, path, room, name, quoted):
    """What is wrong with one include line, or None."""
    first = name.split("/")[0]
    if name.startswith("postq/"):
        target = room_of(pathlib.Path("include") / name)
        if not (top / "include" / name).is_file():
            return f"there is no include/{name}"
    elif quoted:
        beside = (path.parent / name).as_posix()
        if (top / beside).is_file():
            target = room_of(pathlib.Path(beside)) if ".." not in name else None
        elif (top / "src" / name).is_file() and ".." not in name:
            target = room_of(pathlib.Path("src") / name)
        else:
            return f'"{name}" is neither in its folder nor under src/'
        if path.parts[0] == "include":
            return f'a public header includes "{name}", which is private to {target or "its folder"}'
        if target is None:
            return f'"{name}" leaves its folder; write "FOLDER/{name.split("/")[-1]}"'
    else:
        if first in LIBRARIES:
            if not belongs(room, LIBRARIES[first]):
                return f"<{name}> belongs to {', '.join(sorted(LIBRARIES[first]))}, not to {room}"
            if path.parts[0] == "include" and first not in PUBLIC:
                return f"<{name}> in a public header"
            if path.suffix == ".h" and name in COSTLY and room != "cli":
                return f"<{name}> in a header; keep it in a .cpp"
            return None
        return check_system(room, name)
    if room == MAIN or target == room or target in may_see(room):
        return None
    return f"{room} includes {target}"


def check_tree(top):
    """Every wrong line as `file:line: reason`, and how many include lines there were."""
    wrong = []
    count = 0
    for root in ("include", "src"):
        for file in sorted((top / root).rglob("*")):
            if file.suffix not in {".h", ".hpp", ".cpp", ".cc", ".def", ".inc"}:
                continue
            path = file.relative_to(top)
            room = room_of(path)
            if room != MAIN and (room is None or may_see(room) is None):
                wrong.append(f"{path}:1: belongs to no room")
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                count += 1
                angled, quoted, other = match.groups()
                if other is not None:
                    reason = "an include that names no file"
                else:
                    reason = check_include(top, path, room, angled or quoted, quoted is not None)
                if reason:
                    wrong.append(f"{path}:{number}: {reason}")
    return wrong, count


# --- Does it find what it is there for? ---

# A tree in which every arrow is right.
RIGHT = {
    "include/postq/base/result.h": "#include <string>\n#include <tl/expected.hpp>\n",
    "include/postq/text/text.h": "#include <postq/base/result.h>\n",
    "include/postq/time/time.h": "#include <postq/base/result.h>\n#include <postq/text/text.h>\n",
    "include/postq/media/media.h": "#include <postq/base/result.h>\n",
    "include/postq/core/post.h": "#include <postq/media/media.h>\n#include <postq/time/time.h>\n",
    "include/postq/policy/rule.h": "#include <postq/core/post.h>\n#include <postq/time/time.h>\n",
    "include/postq/ports/store.h": "#include <postq/core/post.h>\n#include <postq/policy/rule.h>\n",
    "include/postq/app/flush.h": "#include <postq/ports/store.h>\n",
    "src/base/digest.cpp": "#include <openssl/sha.h>\n#include <postq/base/result.h>\n#include \"base/utf8.h\"\n",
    "src/base/utf8.h": "#include <cstdint>\n",
    "src/text/text.cpp": "#include <utf8proc.h>\n#include <postq/text/text.h>\n#include \"base/utf8.h\"\n",
    "src/core/post.cpp": "#include <postq/core/post.h>\n#include \"base/utf8.h\"\n",
    "src/policy/rule.cpp": "#include <algorithm>\n#include <postq/policy/rule.h>\n",
    "src/app/flush/flush.cpp": "#include <thread>\n#include <postq/app/flush.h>\n",
    "src/os/child.h": "#include <spawn.h>\n",
    "src/sqlite/posts/store.cpp": "#include <sqlite3.h>\n#include <unistd.h>\n#include \"sqlite/store.h\"\n",
    "src/sqlite/store.h": "#include <postq/ports/store.h>\n",
    "src/platforms/platforms.h": "#include <postq/ports/store.h>\n",
    "src/platforms/pages/head.h": "#include <string>\n#include <iconv.h>\n",
    "src/platforms/common/url.h": "#include \"platforms/pages/head.h\"\n",
    "src/platforms/html/markup.h": "#include \"platforms/common/url.h\"\n",
    "src/platforms/bluesky/send.h": "#include \"platforms/html/markup.h\"\n#include <nlohmann/json_fwd.hpp>\n",
    "src/platforms/brand_new/send.h": "#include \"platforms/common/url.h\"\n#include \"os/child.h\"\n",
    "src/system/http/curl.cpp": "#include <dlfcn.h>\n#include <curl/curl.h>\n",
    "src/system/http/curl.h": "#include <postq/core/post.h>\n#include \"os/child.h\"\n",
    "src/system/config/toml.cpp": "#include <toml++/toml.h>\n#include <postq/policy/rule.h>\n",
    "src/cli/commands/posts/add.cpp": "#include <CLI/CLI.hpp>\n#include <postq/app/flush.h>\n",
    "src/real_world.h": "#include <postq/ports/store.h>\n",
    "src/main.cpp": "#include \"real_world.h\"\n#include <signal.h>\n#include \"system/http/curl.h\"\n"
    "#include \"sqlite/store.h\"\n#include \"platforms/bluesky/send.h\"\n",
}

# File, line, and a word of the complaint that must come.
WRONG = [
    ("include/postq/base/a.h", "#include <postq/text/text.h>", "base includes text"),
    ("include/postq/base/a.h", "#include <postq/time/time.h>", "base includes time"),
    ("include/postq/base/a.h", "#include <utf8proc.h>", "belongs to core, text"),
    ("include/postq/text/a.h", "#include <postq/time/time.h>", "text includes time"),
    ("src/text/a.cpp", "#include <postq/media/media.h>", "text includes media"),
    ("src/text/a.cpp", "#include <postq/core/post.h>", "text includes core"),
    ("src/text/a.cpp", "#include <openssl/sha.h>", "belongs to base"),
    ("src/time/a.cpp", "#include <postq/core/post.h>", "time includes core"),
    ("src/time/a.cpp", "#include <postq/media/media.h>", "time includes media"),
    ("src/time/a.cpp", "#include <ctime>", "pure"),
    ("src/time/a.cpp", "#include <absl/time/time.h>", "belongs to system/zones"),
    ("src/media/a.cpp", "#include <postq/text/text.h>", "media includes text"),
    ("src/media/a.cpp", "#include <postq/time/time.h>", "media includes time"),
    ("src/media/a.cpp", "#include <png.h>", "belongs to system/images"),
    ("include/postq/core/a.h", "#include <postq/policy/rule.h>", "core includes policy"),
    ("include/postq/core/a.h", "#include <sqlite3.h>", "belongs to sqlite"),
    ("include/postq/core/a.h", '#include "base/utf8.h"', "public header"),
    ("include/postq/core/a.h", "#include <utf8proc.h>", "public header"),
    ("include/postq/core/a.h", "#include <postq/core/gone.h>", "there is no"),
    ("include/postq/extra/a.h", "#include <string>", "no room"),
    ("include/postq/http/a.h", "#include <string>", "no room"),
    ("src/base/a.cpp", "#include <filesystem>", "pure"),
    ("src/core/a.cpp", "#include <filesystem>", "pure"),
    ("src/core/a.cpp", "#  include <random>", "pure"),
    ("src/core/a.cpp", "\t#include<iostream>", "pure"),
    ("src/core/a.cpp", "#include <unistd.h>", "never touches"),
    ("src/core/a.cpp", "#include <sys/stat.h>", "never touches"),
    ("src/core/a.cpp", "#include <postq/ports/store.h>", "core includes ports"),
    ("src/core/a.cpp", '#include "system/http/curl.h"', "core includes system/http"),
    ("src/core/a.h", "#include <nlohmann/json.hpp>", "keep it in a .cpp"),
    ("src/policy/a.cpp", "#include <fstream>", "pure"),
    ("src/policy/a.cpp", "#include <postq/ports/store.h>", "policy includes ports"),
    ("src/policy/a.cpp", "#include <openssl/sha.h>", "belongs to base"),
    ("src/ports/a.cpp", '#include "sqlite/store.h"', "ports includes sqlite"),
    ("src/ports/a.cpp", '#include "os/child.h"', "ports includes os"),
    ("src/app/a.cpp", "#include <fstream>", "pure"),
    ("src/app/flush/a.cpp", '#include "sqlite/store.h"', "app includes sqlite"),
    ("src/app/flush/a.cpp", '#include "cli/a.h"', "neither in its folder nor under src/"),
    ("src/os/a.cpp", "#include <postq/core/post.h>", "os includes core"),
    ("src/sqlite/posts/a.cpp", '#include "system/http/curl.h"', "sqlite includes system/http"),
    ("src/sqlite/posts/a.cpp", '#include "../../system/http/curl.h"', "leaves its folder"),
    ("src/sqlite/a.cpp", "#include <postq/app/flush.h>", "sqlite includes app"),
    ("src/platforms/a.cpp", '#include "platforms/common/url.h"', "platforms includes platforms/common"),
    ("src/platforms/pages/a.cpp", '#include "platforms/common/url.h"', "platforms/pages includes platforms/common"),
    ("src/platforms/common/a.cpp", '#include "platforms/bluesky/send.h"', "common includes platforms/bluesky"),
    ("src/platforms/common/a.cpp", '#include "platforms/html/markup.h"', "platforms/common includes platforms/html"),
    ("src/platforms/html/a.cpp", '#include "platforms/bluesky/send.h"', "platforms/html includes platforms/bluesky"),
    ("src/platforms/mastodon/a.cpp", '#include "platforms/bluesky/send.h"', "mastodon includes platforms/bluesky"),
    ("src/platforms/brand_new/a.cpp", '#include "platforms/bluesky/send.h"', "brand_new includes platforms/bluesky"),
    ("src/platforms/mastodon/a.cpp", '#include "platforms/platforms.h"', "platforms/mastodon includes platforms"),
    ("src/platforms/mastodon/a.cpp", '#include "system/http/curl.h"', "platforms/mastodon includes system/http"),
    ("src/platforms/mastodon/a.cpp", "#include <postq/policy/rule.h>", "platforms/mastodon includes policy"),
    ("src/platforms/mastodon/a.cpp", "#include <iconv.h>", "belongs to platforms/pages"),
    ("src/system/http/a.cpp", "#include <sqlite3.h>", "belongs to sqlite"),
    ("src/system/http/a.cpp", "#include <postq/policy/rule.h>", "system/http includes policy"),
    ("src/system/http/a.cpp", '#include "platforms/common/url.h"', "system/http includes platforms/common"),
    ("src/system/terminal/a.cpp", "#include <curl/curl.h>", "belongs to system/http"),
    ("src/system/files/a.cpp", '#include "system/http/curl.h"', "system/files includes system/http"),
    ("src/system/files/a.cpp", "#include <webp/decode.h>", "belongs to system/images"),
    ("src/system/files/a.cpp", "#include <termios.h>", "belongs to system/terminal"),
    ("src/system/files/a.cpp", "#include <boost/asio.hpp>", "not known"),
    ("src/system/files/a.cpp", "#include HEADER", "names no file"),
    ("src/system/a.cpp", "#include <string>", "no room"),
    ("src/system/extra/a.cpp", "#include <string>", "no room"),
    ("src/cli/commands/posts/a.cpp", '#include "sqlite/store.h"', "cli includes sqlite"),
    ("src/cli/a.cpp", "#include <spdlog/spdlog.h>", "belongs to system/log"),
    ("src/cli/a.cpp", '#include "real_world.h"', "cli includes main"),
    ("src/main.cpp", "#include <toml++/toml.h>", "belongs to system/config"),
    ("src/other.cpp", "#include <string>", "no room"),
]


def plant(top, files):
    for name, text in files.items():
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def self_test():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        plant(top, RIGHT)
        wrong, count = check_tree(top)
        if wrong or count == 0:
            failures.append(f"a tree with right arrows only: {wrong}, {count} includes")
    for name, line, word in WRONG:
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            plant(top, {**RIGHT, name: line + "\n"})
            wrong, _ = check_tree(top)
            if len(wrong) != 1 or word not in wrong[0]:
                failures.append(f"{name}: {line} should be found ({word}); found: {wrong}")
    for failure in failures:
        print(failure)
    print(f"{1 + len(WRONG) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    top = pathlib.Path(arguments[0] if arguments else ".")
    wrong, count = check_tree(top)
    for line in wrong:
        print(line)
    if count == 0:
        print(f"{top}: no include line was found")
        return 1
    if not wrong:
        print(f"{count} include lines, all point inward")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
