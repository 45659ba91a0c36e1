#!/usr/bin/env python3
"""Reads every #include line of include/ and src/ and fails on an arrow that points outward.

    check_includes.py [TOP]        checks the tree; exit 1 if something is wrong
    check_includes.py --self-test  builds small trees with one wrong arrow each and sees that each is found
"""

import pathlib
import re
import sys
import tempfile

# Folders that each speak to one part of the outside world. They never include each other.
OUTSIDE = {"config", "files", "http", "log", "machine", "pictures", "platforms", "secrets", "sqlite", "tui", "zones"}

# What a folder may include besides itself. include/postq/X belongs to the layer X, as src/X does.
MAY_SEE = {
    "core": set(),
    "policy": {"core"},
    "ports": {"core", "policy"},
    "app": {"core", "policy", "ports"},
    "cli": {"core", "policy", "ports", "app"},
    "os": set(),  # system calls that several of the outside need: descriptors, children
    **{folder: {"core", "ports", "os"} for folder in OUTSIDE},
    "config": {"core", "policy", "ports", "os"},  # it fills the settings of the rules
    "sqlite": {"core", "policy", "ports"},  # the claim makes the snapshot that the rules judge
}
# The files right in src/ build the real things and wire them.
MAIN = "main"
WIRING = {"main.cpp", "real_world.cpp", "real_world.h"}

# Folders without clock, disk, network or environment get a list of what they may use, not of what they may not.
PURE = {"core", "policy", "ports"}
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

# Who may include a library, by the first part of its header's name.
LIBRARIES = {
    "absl": {"zones"},
    "CLI": {"cli", MAIN},
    "curl": {"http"},
    "curses.h": {"tui"},
    "fmt": {"log"},
    "ncurses.h": {"tui"},
    "nlohmann": {"app", "cli", "core", "http", "platforms", "secrets", "sqlite"},
    "openssl": {"core"},
    "png.h": {"pictures"},
    "spdlog": {"log"},
    "sqlite3.h": {"sqlite"},
    "tl": set(MAY_SEE),
    "toml++": {"config"},
    "turbojpeg.h": {"pictures"},
    "utf8proc.h": {"core"},
    "webp": {"pictures"},
    "zlib.h": {"pictures"},
}
# Compiling these costs seconds: in sources only. (json_fwd.hpp is cheap.)
COSTLY = {"nlohmann/json.hpp", "CLI/CLI.hpp"}
# The others are an implementation's own business: never in a header of include/.
PUBLIC = {"tl"}

# System headers that belong to one folder.
SYSTEM_OF = {
    "dlfcn.h": {"http", "pictures"},
    "arpa/inet.h": {"http"},
    "iconv.h": {"platforms"},  # pages in old encodings
    "netdb.h": {"http"},
    "netinet/in.h": {"http", "machine"},  # machine: where a browser comes back to
    "netinet/tcp.h": {"http"},
    "sys/epoll.h": {"machine"},
    "sys/socket.h": {"http", "machine"},
    "sys/un.h": {"http", "machine"},
    "termios.h": {"tui"},
    "sys/ioctl.h": {"tui"},
}
SYSTEM = set(
    """dirent.h errno.h fcntl.h grp.h limits.h malloc.h poll.h pwd.h signal.h spawn.h stdlib.h syslog.h time.h unistd.h
    linux/fs.h linux/magic.h
    sys/file.h sys/mman.h sys/prctl.h sys/random.h sys/resource.h sys/stat.h sys/statfs.h sys/statvfs.h sys/time.h
    sys/types.h sys/uio.h sys/wait.h""".split()
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]*)>|"([^"]*)"|(\S.*))')


def layer_of(path):
    """The layer a file belongs to: src/http/x.cpp and include/postq/http/x.h are both `http`."""
    parts = path.parts
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else (MAIN if parts[1] in WIRING else None)
    if parts[:2] == ("include", "postq") and len(parts) > 3:
        return parts[2]
    return None


def check_system(layer, name):
    """What is wrong with including the header `name`, which is neither ours nor a library's."""
    if "." not in name and "/" not in name:  # a header of the C++ library
        allowed = PURE_STANDARD if layer in PURE else APP_STANDARD if layer == "app" else None
        if allowed is not None and name not in allowed:
            return f"{layer} is pure; <{name}> is not on its list"
        return None
    if layer in PURE or layer == "app":
        return f"{layer} never touches the system; <{name}> does"
    if name in SYSTEM_OF:
        owners = SYSTEM_OF[name]
        return None if layer in owners or layer == MAIN else f"<{name}> belongs to {', '.join(sorted(owners))}"
    if name not in SYSTEM:
        return f"<{name}> is not known; if {layer} needs it, say so in tests/tools/check_includes.py"
    return None


def check_include(top, path, layer, name, quoted):
    """What is wrong with one include line, or None."""
    first = name.split("/")[0]
    if name.startswith("postq/"):
        target = layer_of(pathlib.Path("include") / name)
        if not (top / "include" / name).is_file():
            return f"there is no include/{name}"
    elif quoted:
        beside = (path.parent / name).as_posix()
        if (top / beside).is_file():
            target = layer_of(pathlib.Path(beside)) if ".." not in name else None
        elif (top / "src" / name).is_file() and ".." not in name:
            target = layer_of(pathlib.Path("src") / name)
        else:
            return f'"{name}" is neither in its folder nor under src/'
        if path.parts[0] == "include":
            return f'a public header includes "{name}", which is private to {target or "its folder"}'
        if target is None:
            return f'"{name}" leaves its folder; write "FOLDER/{name.split("/")[-1]}"'
    else:
        if first in LIBRARIES:
            if layer not in LIBRARIES[first]:
                return f"<{name}> belongs to {', '.join(sorted(LIBRARIES[first]))}, not to {layer}"
            if path.parts[0] == "include" and first not in PUBLIC:
                return f"<{name}> in a public header"
            if path.suffix == ".h" and name in COSTLY and layer != "cli":
                return f"<{name}> in a header; keep it in a .cpp"
            return None
        return check_system(layer, name)
    if layer == MAIN or target == layer or target in MAY_SEE[layer]:
        return None
    return f"{layer} includes {target}"


def check_tree(top):
    """Every wrong line as `file:line: reason`, and how many include lines there were."""
    wrong = []
    count = 0
    for root in ("include", "src"):
        for file in sorted((top / root).rglob("*")):
            if file.suffix not in {".h", ".hpp", ".cpp", ".cc", ".def", ".inc"}:
                continue
            path = file.relative_to(top)
            layer = layer_of(path)
            if layer != MAIN and layer not in MAY_SEE:
                wrong.append(f"{path}:1: belongs to no layer")
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
                    reason = check_include(top, path, layer, angled or quoted, quoted is not None)
                if reason:
                    wrong.append(f"{path}:{number}: {reason}")
    return wrong, count


# --- Does it find what it is there for? ---

# A tree in which every arrow is right.
RIGHT = {
    "include/postq/core/post.h": "#include <string>\n#include <tl/expected.hpp>\n",
    "include/postq/policy/rule.h": "#include <postq/core/post.h>\n",
    "include/postq/ports/store.h": "#include <postq/core/post.h>\n#include <postq/policy/rule.h>\n",
    "include/postq/app/flush.h": "#include <postq/ports/store.h>\n",
    "src/core/post.cpp": "#include <openssl/sha.h>\n#include <postq/core/post.h>\n#include \"core/utf8.h\"\n",
    "src/core/utf8.h": "#include <cstdint>\n",
    "src/policy/rule.cpp": "#include <algorithm>\n#include <postq/policy/rule.h>\n",
    "src/app/flush.cpp": "#include <thread>\n#include <postq/app/flush.h>\n",
    "src/sqlite/store.cpp": "#include <sqlite3.h>\n#include <unistd.h>\n#include \"store.h\"\n",
    "src/sqlite/store.h": "#include <postq/ports/store.h>\n",
    "src/http/curl.cpp": "#include <dlfcn.h>\n#include <curl/curl.h>\n",
    "src/http/curl.h": "#include <postq/core/post.h>\n",
    "src/config/toml.cpp": "#include <toml++/toml.h>\n#include <postq/policy/rule.h>\n",
    "src/cli/add.cpp": "#include <CLI/CLI.hpp>\n#include <postq/app/flush.h>\n",
    "src/real_world.h": "#include <postq/ports/store.h>\n",
    "src/main.cpp": "#include \"real_world.h\"\n#include <signal.h>\n#include \"http/curl.h\"\n#include \"sqlite/store.h\"\n",
}

# File, line, and a word of the complaint that must come.
WRONG = [
    ("include/postq/core/a.h", "#include <postq/policy/rule.h>", "core includes policy"),
    ("include/postq/core/a.h", "#include <sqlite3.h>", "belongs to sqlite"),
    ("include/postq/core/a.h", '#include "core/utf8.h"', "public header"),
    ("include/postq/core/a.h", "#include <utf8proc.h>", "public header"),
    ("include/postq/core/a.h", "#include <postq/core/gone.h>", "there is no"),
    ("include/postq/extra/a.h", "#include <string>", "no layer"),
    ("src/core/a.cpp", "#include <filesystem>", "pure"),
    ("src/core/a.cpp", "#  include <random>", "pure"),
    ("src/core/a.cpp", "\t#include<iostream>", "pure"),
    ("src/core/a.cpp", "#include <unistd.h>", "never touches"),
    ("src/core/a.cpp", "#include <sys/stat.h>", "never touches"),
    ("src/core/a.cpp", "#include <postq/ports/store.h>", "core includes ports"),
    ("src/core/a.cpp", '#include "http/curl.h"', "core includes http"),
    ("src/core/a.h", "#include <nlohmann/json.hpp>", "keep it in a .cpp"),
    ("src/policy/a.cpp", "#include <fstream>", "pure"),
    ("src/policy/a.cpp", "#include <postq/ports/store.h>", "policy includes ports"),
    ("src/policy/a.cpp", "#include <openssl/sha.h>", "belongs to core"),
    ("src/app/a.cpp", "#include <fstream>", "pure"),
    ("src/app/a.cpp", '#include "sqlite/store.h"', "app includes sqlite"),
    ("src/sqlite/a.cpp", '#include "http/curl.h"', "sqlite includes http"),
    ("src/sqlite/a.cpp", '#include "../http/curl.h"', "leaves its folder"),
    ("src/sqlite/a.cpp", "#include <postq/app/flush.h>", "sqlite includes app"),
    ("src/http/a.cpp", "#include <sqlite3.h>", "belongs to sqlite"),
    ("src/http/a.cpp", "#include <postq/policy/rule.h>", "http includes policy"),
    ("src/tui/a.cpp", "#include <curl/curl.h>", "belongs to http"),
    ("src/files/a.cpp", "#include <webp/decode.h>", "belongs to pictures"),
    ("src/files/a.cpp", "#include <termios.h>", "belongs to tui"),
    ("src/files/a.cpp", "#include <boost/asio.hpp>", "not known"),
    ("src/files/a.cpp", "#include HEADER", "names no file"),
    ("src/cli/a.cpp", '#include "sqlite/store.h"', "cli includes sqlite"),
    ("src/cli/a.cpp", "#include <spdlog/spdlog.h>", "belongs to log"),
    ("src/cli/a.cpp", '#include "real_world.h"', "cli includes main"),
    ("src/main.cpp", "#include <toml++/toml.h>", "belongs to config"),
    ("src/other.cpp", "#include <string>", "no layer"),
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
