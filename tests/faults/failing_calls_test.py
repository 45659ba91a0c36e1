#!/usr/bin/env python3
"""Lets every system call of `add` and `flush` that writes fail once, and sees that the truth is told and nothing is lost.

    failing_calls_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from fault_cases import CASES  # noqa: E402
from postq_home import Home, Receiver, count_syscalls, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TEXT = "A text that came through a pipe and lies nowhere else"


class FailingCalls(unittest.TestCase):
    """Every call that writes fails once, at its k-th time."""

    CALLS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate")

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="postq-calls-")
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

    def each_point(self, template, check, *command, stdin=""):
        """check(home, strace words) for each call to fail, its error alternating between a full and a broken disk."""
        trace = os.path.join(self.folder.name, "trace")
        home = template.copy(os.path.join(self.folder.name, "count"))
        home.run(*command, stdin=stdin, prefix=("strace", "-f", "-qq", "-e", "signal=none", "-o", trace), check=0)
        shutil.rmtree(home.folder)
        with open(trace, encoding="utf-8", errors="replace") as file:
            counts = count_syscalls(file.read())
        points = [(name, k) for name in self.CALLS for k in range(1, counts.get(name, 0) + 1)]
        self.assertGreater(len(points), 5)
        for name, k in points:
            error = ("ENOSPC", "EIO")[k % 2]
            with self.subTest(call=name, k=k, error=error):
                home = template.copy(os.path.join(self.folder.name, f"{command[0]}-{name}-{k}"))
                check(home, ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={name}:error={error}:when={k}"))
                shutil.rmtree(home.folder)

    def test_an_add_tells_the_truth_whichever_write_fails(self):
        command = ("add", "-", "--key", "one")

        def check(home, prefix):
            done = home.run(*command, stdin=TEXT, prefix=prefix)
            rows = home.rows()
            if done.returncode == 0:
                self.assertEqual(len(rows), 1, "it said so")
            elif not rows:
                self.assertEqual(done.returncode, 7, done.stderr)
                path = rescue_file(done.stderr)
                self.assertIsNotNone(path, done.stderr)
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(file.read(), TEXT)
                if not path.startswith(home.folder):
                    os.unlink(path)
            home.run(*command, stdin=TEXT, check=0)
            self.assertEqual([row["text"] for row in home.rows()], [TEXT])
            home.run("log", "--verify", check=0)

        self.each_point(self.template, check, *command, stdin=TEXT)

    def test_a_flush_sends_once_whichever_write_fails(self):
        def check(home, prefix):
            self.receiver.requests.clear()
            home.run("flush", prefix=prefix)
            home.run("flush")
            if home.rows()[0]["state"] != "sent":  # settled later, or tried again
                home.run("flush", prefix=("faketime", "-f", "+10m"), check=0)
            self.assertEqual(home.rows()[0]["state"], "sent", home.run("why", "1").stdout)
            self.assertEqual(len(self.receiver.ids_of(TEXT)), 1)
            home.run("log", "--verify", check=0)

        self.each_point(self.approved, check, "flush")

    def test_whichever_write_fails_the_next_commands_repair_it(self):
        for name in ("reject", "edit", "post", "reply", "resolve", "account add", "migrate"):
            receiver = Receiver()
            self.addCleanup(receiver.close)
            case = CASES[name](receiver)
            self.addCleanup(case.close)
            # Every point runs at the same path, because the feed's folder is an absolute one.
            path = os.path.join(self.folder.name, "case")
            case.prepare(Home(BINARY, path))
            template = Home(BINARY, os.path.join(self.folder.name, "case-template"))
            os.rename(path, template.folder)
            before = case.remember()
            trace = os.path.join(self.folder.name, "trace")
            case.act(template.copy(path), ("strace", "-f", "-qq", "-e", "signal=none", "-o", trace))
            shutil.rmtree(path)
            with open(trace, encoding="utf-8", errors="replace") as file:
                counts = count_syscalls(file.read())
            points = [(call, k) for call in self.CALLS for k in range(1, counts.get(call, 0) + 1)]
            self.assertGreater(len(points), 5)
            for call, k in points:
                error = ("ENOSPC", "EIO")[k % 2]
                with self.subTest(command=name, call=call, k=k, error=error):
                    case.forget(before)
                    home = template.copy(path)
                    try:
                        case.act(home, ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:error={error}:when={k}"))
                        self.assertIsNone(case.check(home))
                    finally:
                        shutil.rmtree(path)
            shutil.rmtree(template.folder)


if __name__ == "__main__":
    unittest.main()
