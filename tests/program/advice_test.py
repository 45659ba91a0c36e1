"""What postq says to type works when it is typed: each command line in its source, and each one that it prints in the
transcripts, where it is printed. `python3 advice_test.py POSTQ`."""

import base64
import glob
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "..", "support"))
from advice import BUT, Typist, advised, commands_of, in_source, sentences, with_examples  # noqa: E402

POSTQ = os.path.abspath(sys.argv.pop(1))
SOURCE = os.path.join(FOLDER, "..", "..", "src")
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")

# What the source puts into a line is one of these.
SAMPLES = ["1", "1@site", "site", "other", "i1", "l1", "", " 1", "note.txt", "tomorrow", "feed", " --sent", "en", "public",
           "--path folder", "1:" + "0" * 64]
USAGE = 2
# Begins a line that more words are added to.
BUILT = {"cli/commands/publishing/status.cpp": "postq account add \0", "cli/commands/accounts/account.cpp": "postq account add \0", "cli/commands/posts/edit.cpp": "postq edit \0 --recover", "cli/commands/publishing/send.cpp": "postq send \0 --reason"}


class InTheSource(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.mkdtemp(prefix="postq-advice-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        cls.home = os.path.join(cls.scratch, "home")
        os.makedirs(os.path.join(cls.home, "folder"))
        with open(os.path.join(cls.home, "oak.png"), "wb") as file:
            file.write(PNG)
        with open(os.path.join(cls.home, "note.txt"), "w", encoding="utf-8") as file:
            file.write("A note.\n")
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "USER": "anna", "HOME": cls.home,
                       "POSTQ_NOW": "2026-11-22T20:40:00Z", "POSTQ_MACHINE_DIR": os.path.join(cls.scratch, "machine")}
        for words in (["account", "add", "site", "--platform", "feed", "--path", os.path.join(cls.home, "site")],
                      ["add", "A post"], ["add", "Another"]):
            subprocess.run([POSTQ, *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        # A text that was kept, for --recover.
        subprocess.run([POSTQ, "add", "kept", "--to", "nobody"], env=environment, stdin=subprocess.DEVNULL,
                       capture_output=True, check=False)
        cls.typist = Typist(POSTQ, cls.home, cls.scratch, environment)
        cls.names = commands_of(POSTQ)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.scratch)

    def understood(self, line):
        pieces = [with_examples(piece) for piece in line.split("\0")]
        if self.typist.is_command(line):
            return None
        code, said = USAGE, ""
        for chosen in itertools.islice(itertools.product(SAMPLES, repeat=len(pieces) - 1), 300):
            filled = pieces[0] + "".join(sample + piece for sample, piece in zip(chosen, pieces[1:]))
            code, said = self.typist.type(filled)
            if code not in (USAGE, 126, 127) or any(reason in said for reason in BUT):
                return None
        return f"{line!r}: {code}, {said.strip()[:200]}"

    def test_every_line_is_one_that_the_program_understands(self):
        seen = {}
        for place, line in in_source(SOURCE, self.names):
            if BUILT.get(place.split(":")[0]) != line:
                seen.setdefault(line, place)
        self.assertGreater(len(seen), 200)
        wrong = [f"{place}  {problem}" for line, place in seen.items() if (problem := self.understood(line))]
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def test_what_is_put_together_is_read_together(self):
        source = 'f("it is " + name + ": no", "postq edit " + id(3, "x") + " --at WHEN\\n"\n  "postq rm " + (a ? "b" : c));'
        found = [line for _, text in sentences(source) for line in advised(text, ["edit", "rm"])]
        self.assertEqual(found, ["postq edit \0 --at WHEN", "postq rm \0"])

    def test_a_line_that_the_program_does_not_understand_is_found(self):
        for line in ("postq list --everything", "postq resolve \0 --sent | --not-sent", "postq edit \0 and go on"):
            self.assertIsNotNone(self.understood(line), line)


class AsPrinted(unittest.TestCase):
    """Every transcript again, with a program in postq's place that types what postq has just advised."""

    def test_every_line_works_where_it_is_printed(self):
        with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as scratch:
            report = os.path.join(scratch, "report")
            open(report, "w", encoding="utf-8").close()
            environment = dict(os.environ, POSTQ=os.path.join(FOLDER, "..", "support", "typing_postq.py"),
                               REAL_POSTQ=POSTQ, ADVICE_REPORT=report, ADVICE_SCRATCH=scratch,
                               ADVICE_NAMES=" ".join(commands_of(POSTQ)))
            transcripts = sorted(glob.glob(os.path.join(FOLDER, "..", "cli", "*.t")))
            subprocess.run(["/usr/bin/cram3", "--shell=/bin/bash", "-q", *transcripts], env=environment, cwd=scratch,
                           capture_output=True, check=False)
            with open(report, encoding="utf-8") as file:
                lines = file.read().splitlines()
        typed = [line for line in lines if line.startswith("typed")]
        wrong = [line for line in lines if not line.startswith("typed")]
        self.assertGreater(len(typed), 100)
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))


if __name__ == "__main__":
    unittest.main()
