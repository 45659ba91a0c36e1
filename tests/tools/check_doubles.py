#!/usr/bin/env python3
"""Two types of one name in one namespace are one type to the linker, and it keeps the functions of either: no warning,
and a crash where their members differ. A type that one source alone uses stands in an unnamed namespace.

    check_doubles.py [TOP]        checks src/, include/ and tests/; exit 1 if a type is defined twice
    check_doubles.py --self-test  builds small trees with and without doubles
"""

import pathlib
import re
import sys
import tempfile

OPENS = re.compile(r"^(?:inline )?namespace(?: ([\w:]+))? \{")
CLOSES = re.compile(r"^\}  // namespace")
TYPE = re.compile(r"^(?:class|struct|union|enum(?: class)?)(?: \[\[\w+\]\])? (\w+)(?: final)?(?: :[^;]*)? \{")


def types_of(text):
    """The full names of the types that are defined at the outermost level, without those of unnamed namespaces."""
    inside = []
    template = False
    for line in text.splitlines():
        if opened := OPENS.match(line):
            inside.append(opened[1])
        elif CLOSES.match(line):
            inside.pop()
        elif (found := TYPE.match(line)) and None not in inside and not template:
            yield "::".join([*inside, found[1]])
        template = line.startswith("template <")


def doubles(top):
    """For each name that is defined in several files: the name and the files. A test program holds src/ and its own."""
    places = {}
    for folder in ("include", "src", "tests"):
        for path in sorted((top / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp") or not path.is_file():
                continue
            for name in types_of(path.read_text(encoding="utf-8")):
                places.setdefault(name, []).append(path.relative_to(top).as_posix())
    return [(name, files) for name, files in sorted(places.items()) if len(files) > 1]


def check(top):
    found = doubles(top)
    for name, files in found:
        print(f"{name} is defined {len(files)} times: {', '.join(files)}")
    return 1 if found else 0


CASES = [  # files, and the name that is a double; None: there is none
    ({"src/a/a.h": "namespace postq {\nstruct Edited {\n};\n}  // namespace postq\n",
      "src/b/b.h": "namespace postq {\nclass Edited {\n};\n}  // namespace postq\n"}, "postq::Edited"),
    ({"src/a/a.cpp": "namespace postq {\nnamespace {\nstruct Flags {\n};\n}  // namespace\n}  // namespace postq\n",
      "src/b/b.cpp": "namespace postq {\nstruct Flags {\n};\n}  // namespace postq\n"}, None),
    ({"src/a/a.cpp": "namespace postq {\nnamespace {\nint x;\n}  // namespace\nenum class Kind : int {\n};\n}  // namespace postq\n",
      "tests/a/a_test.cpp": "namespace postq {\nenum class Kind {\n};\n}  // namespace postq\n"}, "postq::Kind"),
    ({"src/a/a.h": "namespace postq::sqlite {\nstruct Row {\n};\n}  // namespace postq::sqlite\n",
      "src/b/b.h": "namespace postq {\nstruct Row {\n};\n}  // namespace postq\n"}, None),
    ({"src/a/a.h": "namespace postq {\nstruct Row;\n}  // namespace postq\n",
      "src/b/b.h": "namespace postq {\nstruct Row final : Base {\n};\n}  // namespace postq\n"}, None),
    ({"src/a/a.h": "namespace postq {\nclass [[nodiscard]] Result : public Base {\n};\n}  // namespace postq\n",
      "include/postq/b.h": "namespace postq {\nclass Result {\n};\n}  // namespace postq\n"}, "postq::Result"),
]


def self_test():
    for files, expected in CASES:
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            for name, text in files.items():
                (top / name).parent.mkdir(parents=True, exist_ok=True)
                (top / name).write_text(text, encoding="utf-8")
            found = [name for name, _ in doubles(top)]
            if found != ([expected] if expected else []):
                print(f"found {found} and not {expected} in {files}")
                return 1
    print(f"{len(CASES)} passed")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    sys.exit(check(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
