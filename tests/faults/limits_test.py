#!/usr/bin/env python3
"""postq under limits of the system, one step at a time: file descriptors, memory, sizes of files. A command that can't go
on says so and ends by itself; the text is kept, nothing is half done, and without the limit everything goes on.

    limits_test.py POSTQ
"""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, Receiver, is_sanitized, rescue_file  # noqa: E402

BINARY = ""
TEXT = "A post that a limit of the system may stop, but not lose"
MIB = 1 << 20


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="postq-limits-")
        cls.receiver = Receiver()
        cls.template = Home(BINARY, os.path.join(cls.folder.name, "template"))
        cls.template.configure('[policy]\nratio = "off"\n')
        cls.template.add_webhook("hook", cls.receiver.url)
        cls.approved = cls.template.copy(os.path.join(cls.folder.name, "approved"))
        cls.approved.run("add", TEXT, check=0)
        cls.approved.approve("1")

    @classmethod
    def tearDownClass(cls):
        cls.receiver.close()
        cls.folder.cleanup()

    def ends_by_itself(self, done):
        self.assertGreaterEqual(done.returncode, 0, f"killed by a signal: {done.stderr}")
        self.assertNotIn("bug in postq", done.stderr)
        if done.returncode != 0:
            self.assertNotEqual(done.stderr, "", "it failed without a word")

    def add_under(self, home, limit):
        """Adds under the limit, then without. Returns whether the limit was in the way."""
        done = home.run("add", "-", "--key", "one", stdin=TEXT, prefix=("prlimit", limit))
        self.ends_by_itself(done)
        rows = home.rows()
        if done.returncode == 0:
            self.assertEqual(len(rows), 1)
        elif not rows:
            path = rescue_file(done.stderr)
            if path is not None:
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(file.read(), TEXT)
                if not path.startswith(home.folder):
                    os.unlink(path)
            else:
                self.assertIn(TEXT, done.stderr, "the text is nowhere")
        home.run("add", "-", "--key", "one", stdin=TEXT, check=0)
        self.assertEqual([row["text"] for row in home.rows()], [TEXT])
        return done.returncode != 0

    def flush_under(self, home, limit):
        self.receiver.requests.clear()
        done = home.run("flush", prefix=("prlimit", limit))
        self.ends_by_itself(done)
        home.run("flush")
        if home.rows()[0]["state"] != "sent":  # settled later, or tried again
            home.run("flush", prefix=("faketime", "-f", "+10m"), check=0)
        self.assertEqual(home.rows()[0]["state"], "sent", home.run("why", "1").stdout)
        self.assertEqual(len(self.receiver.ids_of(TEXT)), 1)
        home.run("log", "--verify", check=0)
        return done.returncode != 0

    def each(self, limits):
        """Every limit with both commands. Returns how often it was in the way."""
        stopped = 0
        for limit in limits:
            for template, act in ((self.template, self.add_under), (self.approved, self.flush_under)):
                with self.subTest(limit=limit, command=act.__name__):
                    with tempfile.TemporaryDirectory(prefix="postq-limit-") as folder:
                        stopped += act(template.copy(os.path.join(folder, "home")), limit)
        return stopped

    def test_file_descriptors(self):
        self.assertGreater(self.each([f"--nofile={count}:{count}" for count in range(4, 16)]), 4)

    def test_memory(self):
        if is_sanitized(BINARY):
            self.skipTest("the sanitizer needs more than any of these")
        limits = [f"--as={size * MIB}:{size * MIB}" for size in range(4, 60, 2)]
        # Where the loader finds no room for the program itself, postq has not begun.
        begun = [limit for limit in limits if self.template.run("--version", prefix=("prlimit", limit)).returncode == 0]
        self.assertGreater(self.each(begun), 2)

    def test_file_sizes(self):
        self.assertGreater(self.each([f"--fsize={size}:{size}" for size in (0, 1, 100, 4096, 10000, 32768, 65536, 131072)]), 4)


if __name__ == "__main__":
    BINARY = os.path.abspath(sys.argv.pop())
    unittest.main()
