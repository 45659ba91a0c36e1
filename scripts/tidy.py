#!/usr/bin/env python3
"""Runs clang-tidy over every source of a configured build directory.

    python3 scripts/tidy.py BUILD [PATH...]     all sources, or those below the paths

Most of clang-tidy's time goes into the headers of the libraries, so the sources of a room are read together. Those
whose private names clash with one another's are read in separate groups.
Its last line is "N passed, N failed", counted in sources.
"""
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

COMPILER = "clang++-14"
TIDY = "clang-tidy-14"
LARGEST_GROUP = 16  # Larger ones save little more, and at the end one core would wait for another.
ROOT = Path(__file__).resolve().parent.parent


def flags_of(command):
    """What clang needs to know of a compile command: where headers are, what is defined, which C++."""
    words = iter(shlex.split(command)[1:])
    flags = []
    for word in words:
        if word == "-isystem":
            flags += [word, next(words)]
        elif word.startswith(("-I", "-D", "-std=", "-W", "-f")) and not word.startswith("-fsanitize"):
            flags.append(word)
        elif word == "-Xclang":
            next(words)  # a precompiled header: read together, the header is read once anyway
    return tuple(flags)


def room_of(file):
    """Two folders deep: src/app, tests/system."""
    return tuple(os.path.relpath(file, ROOT).split("/")[:-1][:2])


def error_places(output, files):
    """Those of the files that have an error in this compiler output."""
    named = set(re.findall(r"^(/[^:\n]+):\d+:\d+: (?:fatal )?error:", output, re.MULTILINE))
    return [file for file in files if file in named]


class Group:
    """Sources one behind the other in one file. Were they included in it, clang's analyzer would pass over them."""

    def __init__(self, flags, files):
        self.flags, self.files = flags, files
        self.origins = []  # of each line: its file and its number there

    def write(self, directory):
        self.path = directory / os.path.relpath(self.files[0], ROOT).replace("/", "_")  # no two groups begin alike
        lines, included = [], set()
        for file in self.files:
            own = Path(file).read_text().splitlines()
            # What an earlier one includes need not be there twice.
            lines += ["" if line.startswith("#include") and line in included else line for line in own]
            included.update(line for line in own if line.startswith("#include"))
            self.origins += [(file, number) for number in range(1, len(own) + 1)]
        self.path.write_text("\n".join(lines) + "\n")
        return self.path

    def said(self, output):
        """The output with the places where the sources really have what it speaks of."""
        def place(match):
            file, number = self.origins[int(match[1]) - 1]
            return f"{file}:{number}:"
        return re.sub(rf"^{re.escape(str(self.path))}:(\d+):", place, output, flags=re.MULTILINE)


def groups_that_compile(flags, files, directory):
    """The files in groups without a clash; a file that does not compile at all is a group of its own."""
    waiting, groups = list(files), []
    while waiting:
        group, put_back = waiting[:LARGEST_GROUP], []
        while len(group) > 1:
            together = Group(flags, group)
            result = subprocess.run([COMPILER, *flags, "-w", "-fsyntax-only", "-ferror-limit=0",
                                     together.write(directory)], capture_output=True, text=True)
            if result.returncode == 0:
                break
            clashing = error_places(together.said(result.stderr), group[1:]) or group[1:]
            put_back += clashing
            group = [file for file in group if file not in clashing]
        groups.append(Group(flags, group))
        waiting = put_back + waiting[LARGEST_GROUP:]
    return groups


def tidy(group, directory):
    """What clang-tidy has to say about the group, empty when nothing."""
    source = group.write(directory)
    # A test may ask a shell, in words of its own.
    checks = ["--checks=-cert-env33-c"] if group.files[0].startswith(str(ROOT / "tests")) else []
    result = subprocess.run([TIDY, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", *checks, source,
                             "--", *group.flags], capture_output=True, text=True)
    if result.returncode == 0:
        return ""
    return group.said(result.stdout) + re.sub(r"^\d+ warnings?.*generated\.\n", "", result.stderr, flags=re.MULTILINE)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = Path(sys.argv[1])
    wanted = [str(Path(path).resolve()) for path in sys.argv[2:]] or [str(ROOT)]
    directory = build.resolve() / "tidy"
    directory.mkdir(exist_ok=True)

    together = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = entry["file"]
        if file.startswith(str(build.resolve())):
            continue  # made by CMake
        if any(file == path or file.startswith(path + "/") for path in wanted):
            together.setdefault((room_of(file), flags_of(entry["command"])), []).append(file)

    passed, failed = 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        groups = [group for found in pool.map(lambda one: groups_that_compile(one[0][1], one[1], directory),
                                              together.items()) for group in found]
        largest_first = sorted(groups, key=lambda group: -len(group.files))
        for group, said in zip(largest_first, pool.map(lambda one: tidy(one, directory), largest_first)):
            bad = len(error_places(said, group.files)) or int(said != "")  # or one, for a header
            failed += bad
            passed += len(group.files) - bad
            folder = os.path.relpath(os.path.dirname(group.files[0]), ROOT)
            print(f"{folder}: {len(group.files)} read, {bad} failed\n{said}", end="", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
