#!/usr/bin/env python3
"""Reads the pages for contributors and fails on a file or a function in `back ticks` that the tree doesn't have.

    check_docs.py [TOP]        checks the tree; exit 1 if something is wrong
    check_docs.py --self-test  sees that a wrong path, function and link are each found
"""

import pathlib
import re
import sys
import tempfile

PAGES = [
    "README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/adding-a-platform.md", "docs/adding-a-rule.md",
    "docs/adding-a-command.md", "docs/glossary.md",
]
TOPS = ("bench/", "cmake/", "config/", "docs/", "include/", "scripts/", "src/", "tests/")
SOURCES = {".h", ".cpp", ".def"}

TICKED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
CALL = re.compile(r"^([A-Za-z_:]+)\(\)$")
# NAME stands for what the reader will write.
OWN = re.compile(r"NAME|\*")


def identifiers(top):
    """Every word of include/ and src/."""
    words = set()
    for root in ("include", "src"):
        for file in (top / root).rglob("*"):
            if file.suffix in SOURCES:
                words.update(re.findall(r"[A-Za-z_]\w*", file.read_text(encoding="utf-8")))
    return words


def check_page(top, page, words):
    """Every wrong name as `page:line: what`, and how many names there were."""
    wrong, count = [], 0
    file = top / page
    if not file.is_file():
        return [f"{page}:1: the page is missing"], 0
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        for name in LINK.findall(line):
            count += 1
            if not (file.parent / name).exists():
                wrong.append(f"{page}:{number}: the link {name} leads nowhere")
        for name in TICKED.findall(line):
            if OWN.search(name):
                continue
            call = CALL.match(name)
            if call:
                count += 1
                if any(word not in words for word in call.group(1).split("::") if word):
                    wrong.append(f"{page}:{number}: there is no {name}")
            elif name.startswith(TOPS) and " " not in name:
                count += 1
                if not (top / name).exists():
                    wrong.append(f"{page}:{number}: there is no {name}")
    return wrong, count


def check_tree(top, pages):
    words = identifiers(top)
    wrong, count = [], 0
    for page in pages:
        of_page, names = check_page(top, page, words)
        wrong += of_page
        count += names
    return wrong, count


def self_test():
    cases = [
        ("right", "`src/a.cpp` has `run()` and `A::run()`; see [it](src/a.cpp), `src/NAME.cpp`", 0),
        ("a path", "`src/gone.cpp`", 1),
        ("a function", "`walk()`", 1),
        ("a member", "`A::walk()`", 1),
        ("a link", "[it](gone.md)", 1),
    ]
    failures = []
    for name, text, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            (top / "src").mkdir()
            (top / "src/a.cpp").write_text("struct A { void run(); };\n", encoding="utf-8")
            (top / "page.md").write_text(text + "\n", encoding="utf-8")
            wrong, count = check_tree(top, ["page.md"])
            if len(wrong) != expected or count == 0:
                failures.append(f"{name}: {wrong}, {count} names")
    with tempfile.TemporaryDirectory() as folder:
        if not check_tree(pathlib.Path(folder), ["page.md"])[0]:
            failures.append("a missing page is not found")
    for failure in failures:
        print(failure)
    print(f"{len(cases) + 1 - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    wrong, count = check_tree(pathlib.Path(arguments[0] if arguments else "."), PAGES)
    for line in wrong:
        print(line)
    if not wrong:
        print(f"{count} files, functions and links, all there")
    return 1 if wrong or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
