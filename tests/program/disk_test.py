#!/usr/bin/env python3
"""Disks that are full, fill up, fail or can only be read: nothing typed is lost, nothing goes out twice.

    disk_test.py POSTQ [unittest arguments]

What needs a file system of its own mounts a small tmpfs, and is skipped where that isn't allowed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n'
TEXT = "A text that came through a pipe and lies nowhere else"


class SmallDisk(unittest.TestCase):
    """A home on a tmpfs of 12 MiB."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-disk-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=700", "tmpfs", self.folder],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("a tmpfs can't be mounted here: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.folder], check=False)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(CONFIG)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home.add_webhook("hook", self.server.url)

    def fill(self, leave=0):
        with open(os.path.join(self.folder, "fill"), "ab", 0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                file.truncate(max(0, file.tell() - leave))

    def free(self):
        os.remove(os.path.join(self.folder, "fill"))

    def texts(self):
        return sorted(row["text"] for row in self.home.rows())

    def test_an_add_to_a_full_disk_keeps_the_text(self):
        self.fill()
        done = self.home.run("add", "-", stdin=TEXT)
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("o space left", done.stderr)
        path = rescue_file(done.stderr)
        self.assertIsNotNone(path, done.stderr)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), TEXT)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        go_on = re.search(r"then go on:  postq (.*)", done.stderr).group(1).split()
        self.assertEqual(self.texts(), [])

        self.free()
        self.home.run(*go_on, check=0)
        self.assertEqual(self.texts(), [TEXT])
        self.assertFalse(os.path.exists(path))

    def test_an_add_that_finds_room_for_the_text_alone_keeps_it_there(self):
        self.fill(leave=8192)
        done = self.home.run("add", "-", stdin=TEXT)
        if done.returncode != 0:
            self.assertEqual(done.returncode, 7, done.stderr)
            path = rescue_file(done.stderr)
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), TEXT)
            self.free()
            self.home.run("add", "--recover", path, check=0)
        self.assertEqual(self.texts(), [TEXT])

    def test_what_only_reads_goes_on_and_what_writes_names_the_file(self):
        self.home.run("add", TEXT, check=0)
        self.home.approve("1")
        self.fill()
        for words in (["list"], ["show", "1"], ["why", "1"], ["status"], ["log"], ["log", "--verify"], ["when", "1"],
                      ["policy"], ["stats"], ["flush", "--dry-run"], ["account", "list"]):
            done = self.home.run(*words, check=0)
            self.assertNotEqual(done.stdout + done.stderr, "", words)
        for words in (["rm", "1"], ["edit", "1", "--text", "Shorter"], ["reschedule", "1", "+3d"],
                      ["reject", "1", "--reason", "no"], ["flush"]):
            done = self.home.run(*words)
            self.assertEqual(done.returncode, 7, f"{words}: {done.stderr}")
            if words != ["flush"]:
                self.assertIn("no space left to write " + self.home.database(), done.stderr)
                self.assertIn("free some space", done.stderr)
            else:
                self.assertIn("the disk is nearly full", done.stderr)
        doctor = self.home.run("doctor", check=3)
        self.assertIn("MiB free: flush sends nothing below 8 MiB", doctor.stdout)
        stopped = self.home.run("pause")
        self.assertIn("The file STOP does it", stopped.stdout + stopped.stderr)
        self.free()
        self.assertEqual(self.texts(), [TEXT])
        self.home.run("flush", check=0)
        self.assertEqual(self.server.published, [])
        self.assertIn("PAUSED", self.home.run("status", check=0).stdout)

    def test_nothing_is_sent_that_could_not_be_recorded(self):
        self.home.run("add", TEXT, check=0)
        self.home.approve("1")
        self.fill(leave=4 << 20)
        done = self.home.run("flush")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("the disk is nearly full", done.stderr)
        self.assertIn("nothing was sent", done.stderr)
        self.assertEqual(self.server.published, [])
        self.free()
        self.home.run("flush", check=0)
        self.assertEqual([text for _, text in self.server.published], [TEXT])

    def test_a_disk_that_fills_up_while_a_post_is_in_the_air(self):
        texts = [f"{TEXT}, number {n}" for n in (1, 2, 3)]
        for text in texts:
            self.home.run("add", text, check=0)
        self.home.approve("1", "2", "3")

        def fill_and_answer(connection):
            self.fill()
            connection.sendall(ScriptedServer.OK)

        self.server.answer = fill_and_answer
        done = self.home.run("flush")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("no space left to write " + self.home.database(), done.stderr)
        self.assertIn("1@hook may be out", done.stderr)
        self.assertEqual(len(self.server.published), 1, "nothing more is claimed")
        self.assertIn("the next flush finds out", self.home.run("why", "1", check=0).stdout)

        self.free()
        self.server.answer = ScriptedServer.OK
        for minutes in (0, 10):
            self.home.run("flush", prefix=("faketime", "-f", f"+{minutes}m"), check=0)
        self.assertEqual({row["state"] for row in self.home.rows()}, {"sent"})
        for text in texts:
            self.assertEqual(len({i for i, sent in self.server.published if sent == text}), 1, text)
        self.home.run("log", "--verify", check=0)

    def test_a_post_by_hand_that_could_not_be_recorded_is_not_offered_as_a_new_one(self):
        def fill_and_answer(connection):
            self.fill()
            connection.sendall(ScriptedServer.OK)

        self.server.answer = fill_and_answer
        code, said = self.home.at_terminal("post", TEXT, answers=["y"])
        self.assertEqual(code, 7, said)
        self.assertIn("your text is stored as post 1:  postq why 1", said)
        self.assertIn("1@hook may be out", said)
        self.assertNotIn("--recover", said)

        self.free()
        self.server.answer = ScriptedServer.OK
        # Only its author sends it, and only they can tell whether it is out.
        for minutes in (0, 10):
            self.home.run("flush", prefix=("faketime", "-f", f"+{minutes}m"))
        self.assertEqual([row["state"] for row in self.home.rows()], ["unconfirmed"])
        self.assertEqual(len(self.server.published), 1)
        code, said = self.home.at_terminal("resolve", "1@hook", "--sent", answers=["y"])
        self.assertEqual(code, 0, said)
        self.assertEqual([row["state"] for row in self.home.rows()], ["sent"])

    def test_a_disk_that_can_only_be_read(self):
        self.home.run("add", TEXT, check=0)
        self.home.approve("1")
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)
        for words in (["list"], ["show", "1"], ["why", "1"], ["status"], ["log"], ["log", "--verify"], ["when", "1"]):
            done = self.home.run(*words, check=0)
            self.assertNotEqual(done.stdout, "", words)
        done = self.home.run("add", "-", stdin=TEXT)
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("ead-only", done.stderr)
        path = rescue_file(done.stderr)
        self.assertIsNotNone(path, done.stderr)
        os.unlink(path)
        for words in (["rm", "1"], ["flush"], ["pause"]):
            done = self.home.run(*words)
            self.assertEqual(done.returncode, 7, f"{words}: {done.stderr}")
            self.assertIn("ead-only", done.stderr)
        doctor = self.home.run("doctor", check=3)
        self.assertIn("can't be written", doctor.stdout)


if __name__ == "__main__":
    unittest.main()
