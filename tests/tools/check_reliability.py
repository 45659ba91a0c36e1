#!/usr/bin/env python3
"""Sees that docs/reliability.md has every fault and every attack once, and that each test it names exists.

    check_reliability.py ROOT | --self-test

A row's last cell names its tests as `file` "name", joined by semicolons; or it begins with "none:" and says why.
"""

import os
import re
import sys

FAULTS = 67
ATTACKS = 36
ROW = re.compile(r"^\| ([FA])(\d+) \|(.*)\|$")
TEST = re.compile(r'`([^`]+)` "([^"]+)"')


def has_test(text, name):
    """Whether a test of this name stands in the file: a case of Catch2, a method, or a case of a table."""
    return f'TEST_CASE("{name}"' in text or re.search(rf"\bdef {re.escape(name)}\(", text) is not None or f'"{name}"' in text \
        or re.search(rf"^{re.escape(name)} =", text, re.MULTILINE) is not None


def problems_of(document, read):
    """What is wrong, in words. `read` gives the text of a file below tests/, or None."""
    problems = []
    seen = []
    for line in document.splitlines():
        row = ROW.match(line)
        if row is None:
            continue
        number = row.group(1) + row.group(2)
        seen.append(number)
        cells = row.group(3).split(" | ")
        evidence = cells[-1].strip()
        if evidence.startswith("none:"):
            if len(evidence) < len("none: why"):
                problems.append(f"{number}: no reason why there is no test")
            continue
        tests = TEST.findall(evidence)
        if not tests or TEST.sub("", evidence).replace(";", "").strip():
            problems.append(f"{number}: not a list of tests: {evidence}")
        for path, name in tests:
            text = read(path)
            if text is None:
                problems.append(f"{number}: there is no tests/{path}")
            elif not has_test(text, name):
                problems.append(f"{number}: tests/{path} has no test \"{name}\"")
    wanted = [f"F{n}" for n in range(1, FAULTS + 1)] + [f"A{n}" for n in range(1, ATTACKS + 1)]
    problems += [f"{number} is missing" for number in wanted if number not in seen]
    problems += [f"{number} stands twice" for number in sorted(set(seen)) if seen.count(number) > 1]
    return problems


def self_test():
    good = [f"| F{n} | a | b | none: because |" for n in range(1, FAULTS + 1)]
    good += [f"| A{n} | a | b | none: because |" for n in range(1, ATTACKS + 1)]
    files = {"a/x_test.cpp": 'TEST_CASE("it holds") {', "b/y_test.py": "    def test_it(self):\n"}

    def found(first):
        return problems_of("\n".join([first] + good[1:]), files.get)

    assert found('| F1 | a | b | `a/x_test.cpp` "it holds"; `b/y_test.py` "test_it" |') == []
    assert found('| F1 | a | b | `a/x_test.cpp` "it does not" |') != []
    assert found('| F1 | a | b | `a/z_test.cpp` "it holds" |') != []
    assert found("| F1 | a | b | looks good |") != []
    assert found("| F1 | a | b | none: |") != []
    assert found("") == ["F1 is missing"]
    assert found(good[1]) == ["F1 is missing", "F2 stands twice"]
    print("7 passed, 0 failed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    root = sys.argv[1]

    def read(path):
        full = os.path.join(root, "tests", path)
        if not os.path.isfile(full):
            return None
        with open(full, encoding="utf-8") as file:
            return file.read()

    with open(os.path.join(root, "docs", "reliability.md"), encoding="utf-8") as file:
        problems = problems_of(file.read(), read)
    for problem in problems:
        print("docs/reliability.md: " + problem)
    print(f"{0 if problems else 1} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
