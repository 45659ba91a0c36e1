#!/usr/bin/env python3
"""A database put back from a backup, or copied to another place, sends nothing that its original may have sent.

    restored_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n'


class Restored(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-restored-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(CONFIG)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "To be sent once", check=0)
        code, output = self.home.at_terminal("approve", "1", answers=["y"])
        self.assertEqual(code, 0, output)
        self.data = os.path.join(self.home.folder, ".local", "share", "postq")
        self.backup = os.path.join(self.folder, "backup")
        shutil.copytree(self.data, self.backup)

    def restore(self):
        shutil.rmtree(self.data)
        shutil.copytree(self.backup, self.data)

    def check_that_nothing_goes_out_again(self, word):
        done = self.home.run("flush")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)  # held for a person to read, which is normal
        self.assertIn(word, done.stdout + done.stderr)
        self.assertIn("postq review", done.stdout + done.stderr)
        self.home.run("flush", check=0)
        self.assertEqual(len(self.server.published), 1)
        row, = self.home.rows()
        self.assertEqual((row["state"], row.get("approved")), ("queued", False))

    def test_a_backup_from_before_a_flush(self):
        self.home.run("flush", check=0)
        self.restore()
        self.check_that_nothing_goes_out_again("restored")

    def test_a_backup_that_got_new_posts_before_the_next_flush(self):
        self.home.run("flush", check=0)
        self.restore()
        self.home.run("add", "Something new, in the old queue", "--at", "tomorrow 09:00", check=0)
        done = self.home.run("flush")
        self.assertIn("restored", done.stdout + done.stderr)
        self.assertEqual(len(self.server.published), 1)

    def test_a_backup_from_before_a_flush_that_was_killed_in_the_act(self):
        arrived = threading.Event()
        gone = threading.Event()
        self.server.answer = lambda connection: (arrived.set(), gone.wait(20))
        flush = subprocess.Popen([BINARY, "flush"], env=self.home.environment(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertTrue(arrived.wait(20))
        flush.send_signal(signal.SIGKILL)
        flush.wait()
        gone.set()
        self.server.answer = ScriptedServer.OK
        self.restore()
        self.check_that_nothing_goes_out_again("restored")

    def test_a_copy_in_another_home(self):
        other = Home(BINARY, os.path.join(self.folder, "other"))
        other.configure(CONFIG)
        shutil.copytree(self.data, os.path.join(other.folder, ".local", "share", "postq"))
        shutil.copytree(os.path.join(self.home.folder, ".config", "postq"), os.path.join(other.folder, ".config", "postq"),
                        dirs_exist_ok=True)
        self.home.run("flush", check=0)
        self.home = other
        self.check_that_nothing_goes_out_again("copied")


if __name__ == "__main__":
    unittest.main()
