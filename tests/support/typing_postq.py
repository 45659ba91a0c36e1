#!/usr/bin/env python3
"""Stands in postq's place in the transcripts: runs it, and types what it advised in a copy of the home."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from advice import BUT, Typist, advised, with_examples  # noqa: E402

POSTQ = os.environ["REAL_POSTQ"]
# What a line may end with: done; and what only another time, a person, or a server could make better.
FINE = {0, 3, 5, 6, 8, 75, 130}
NOT_FOUND = 4


def says_only_what_was_asked(words):
    return "help" in words or not {"--help", "-h", "--json"}.isdisjoint(words)


def works(typist, line, code_before):
    code, said = typist.type(with_examples(line))
    # A disk or a queue that is broken breaks this one, too.
    fine = code in FINE or (code == 7 == code_before) or (code == NOT_FOUND and ("iN" in line or "FILE" in line)) or any(reason in said for reason in BUT)
    return fine or typist.is_command(line), f"{code}: {said.strip()[:200]!r}"


def check(words, said, code_before):
    """A line in the report for each command line in what was said."""
    # Once in each transcript: most of them repeat themselves.
    with open(os.environ["ADVICE_REPORT"], encoding="utf-8") as report:
        typed = set(report.read().splitlines())
    lines = [line for line in dict.fromkeys(advised(said, os.environ["ADVICE_NAMES"].split()))
             if f"typed in {os.getcwd()}: {line}" not in typed]
    if not lines:
        return
    with tempfile.TemporaryDirectory(dir=os.environ["ADVICE_SCRATCH"]) as scratch:
        typist = Typist(POSTQ, os.getcwd(), scratch, os.environ)
        for line in lines:
            well, answer = works(typist, line, code_before)
            with open(os.environ["ADVICE_REPORT"], "a", encoding="utf-8") as report:
                report.write(f"typed in {os.getcwd()}: {line}\n" if well else f"{line!r}, advised by {words}: {answer}\n")


def main():
    words = sys.argv[1:]
    done = subprocess.run([POSTQ, *words], capture_output=True, check=False)
    for stream, bytes_said in ((sys.stdout, done.stdout), (sys.stderr, done.stderr)):
        stream.buffer.write(bytes_said)
        stream.flush()
    if not says_only_what_was_asked(words):
        check(words, (done.stdout + b"\n" + done.stderr).decode(errors="replace"), done.returncode)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
