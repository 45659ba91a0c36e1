#!/usr/bin/env python3
"""A queue that isn't where it was (its disk isn't mounted) is said by every command, and nothing is made in its place.

    missing_queue_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TEXT = "A text for a queue that is away"


class MissingQueue(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-missing-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.data = os.path.dirname(self.home.database())
        self.away = os.path.join(self.folder, "away")

    def begin(self):
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.home.folder, "site"), check=0)
        self.home.run("add", "The first post", check=0)

    def unmount(self, leaving=True):
        os.rename(self.data, self.away)
        if leaving:
            os.mkdir(self.data, mode=0o700)

    def mount(self):
        shutil.rmtree(self.data, ignore_errors=True)
        os.rename(self.away, self.data)

    def is_missing(self, done):
        said = done.stderr + done.stdout
        self.assertEqual(done.returncode, 7, said)
        self.assertIn(self.home.database(), said)
        self.assertIn("is its disk mounted?", said)

    COMMANDS = ([], ["status"], ["status", "--check"], ["status", "--json"], ["list"], ["list", "--json"], ["flush"], ["flush", "--dry-run"],
                ["show", "1"], ["why", "1"], ["when", "1"], ["log"], ["log", "--verify"], ["review"], ["search", "oak"], ["stats"],
                ["inbox"], ["sync"], ["policy", "simulate"], ["account", "list"], ["account", "show", "site"], ["account", "test", "site"],
                ["account", "rm", "site", "--yes"], ["listen", "list"], ["doctor"], ["pause"], ["pause", "1"], ["rm", "1"],
                ["reject", "1", "--reason", "no"], ["retry", "1"], ["reschedule", "1", "fri 9am"], ["edit", "1", "--text", "x"],
                ["account", "add", "other", "--platform", "feed", "--path", "other", "--no-test"])

    def test_every_command_says_so_and_makes_nothing(self):
        self.begin()
        for leaving in (True, False):
            self.unmount(leaving)
            for words in self.COMMANDS:
                with self.subTest(words=words, leaving=leaving):
                    self.is_missing(self.home.run(*words))
                    self.assertEqual(os.listdir(self.data) if leaving else os.path.exists(self.data), [] if leaving else False)
            self.mount()
        self.assertEqual([row["text"] for row in self.home.rows()], ["The first post"])

    def test_a_home_that_is_away_as_a_whole_is_no_beginning(self):
        self.begin()
        local, away = os.path.join(self.home.folder, ".local"), os.path.join(self.folder, "away")
        os.rename(local, away)
        for words in ([], ["flush"], ["status"], ["list", "--json"]):
            with self.subTest(words=words):
                self.is_missing(self.home.run(*words))
        self.assertFalse(os.path.exists(self.home.database()))
        shutil.rmtree(local, ignore_errors=True)
        os.rename(away, local)
        self.assertIn("The first post", self.home.run("list", check=0).stdout)

    def test_a_home_that_was_removed_as_a_whole_can_be_begun_anew(self):
        self.begin()
        shutil.rmtree(self.home.folder)
        os.mkdir(self.home.folder, mode=0o700)
        self.begin()
        self.assertEqual(len(self.home.rows()), 1)

    def test_what_needs_no_queue_works(self):
        self.begin()
        self.unmount()
        for words in (["--help"], ["help"], ["--version"], ["platforms"], ["config"], ["timer", "show"], ["add", "--help"]):
            self.home.run(*words, check=0)

    def test_text_is_kept_and_goes_on_later(self):
        self.begin()
        self.unmount()
        for words, stdin in ((["add", TEXT], ""), (["add", "-"], TEXT), (["add"], TEXT), (["reply", "i1", "--draft", TEXT], ""),
                             (["reply", "i1", "--draft"], TEXT), (["edit", "1", "--text", TEXT], "")):
            with self.subTest(words=words):
                done = self.home.run(*words, stdin=stdin)
                self.is_missing(done)
                with open(rescue_file(done.stderr), encoding="utf-8") as file:
                    self.assertEqual(file.read(), TEXT)
        code, said = self.home.at_terminal("post", TEXT, answers=["y"])
        self.assertEqual(code, 7, said)
        self.assertIn("your text is safe", said)
        self.assertEqual(os.listdir(self.data), [])
        self.mount()
        self.home.run("add", "--recover", check=0)
        self.assertIn(TEXT, [row["text"] for row in self.home.rows()])

    def test_another_place_for_the_database(self):
        place = os.path.join(self.folder, "disk")
        os.mkdir(place)
        named = os.path.join(place, "queue.db")
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.folder, "site"), POSTQ_DB=named, check=0)
        os.rename(named, named + ".away")
        for words, more in ((["list"], {"POSTQ_DB": named}), (["--db", named, "list"], {}),
                            (["--db", os.path.join(place, ".", "queue.db"), "flush"], {})):
            done = self.home.run(*words, **more)
            self.assertEqual(done.returncode, 7, done.stderr)
            self.assertIn("queue.db", done.stderr)
        self.assertNotIn("queue.db", os.listdir(place))
        # There was never one at the usual place.
        self.home.run("list", check=0)

    def test_where_there_never_was_a_queue_nothing_is_made_but_by_what_begins_one(self):
        for words in (["status"], ["list"], ["flush"], ["doctor"], ["sync"], ["pause"], ["account", "list"]):
            self.assertNotEqual(self.home.run(*words).returncode, 7, words)
            self.assertFalse(os.path.exists(self.home.database()), words)
        self.home.run("resume", "--yes")
        self.begin()
        self.assertTrue(os.path.exists(self.home.database()))

    def test_an_older_postq_had_its_queue_at_the_usual_place(self):
        self.begin()
        shutil.rmtree(os.path.join(self.home.folder, ".local", "state", "postq", "queues"))
        self.unmount()
        self.is_missing(self.home.run("flush"))
        self.is_missing(self.home.run("add", TEXT))
        self.assertEqual(os.listdir(self.data), [])
        self.assertEqual(self.home.run("--db", os.path.join(self.folder, "new.db"), "list").returncode, 0)

    def test_doctor_forgets_a_queue_that_is_gone_for_good(self):
        self.begin()
        there = self.home.run("doctor", "--forget-queue")
        self.assertEqual(there.returncode, 5, there.stderr)
        self.unmount()
        self.home.run("doctor", "--forget-queue", check=0)
        self.home.run("flush", check=0)
        self.assertEqual(os.listdir(self.data), [])
        self.assertEqual(self.home.run("add", TEXT).returncode, 3)  # a new queue, without an account
        self.assertEqual(self.home.run("doctor", "--forget-queue").returncode, 5)

    def test_a_file_that_was_cut_off_is_no_beginning(self):
        self.begin()
        with open(self.home.database(), "w", encoding="utf-8"):
            pass
        done = self.home.run("add", TEXT)
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("is empty", done.stderr)
        self.assertIsNotNone(rescue_file(done.stderr))


if __name__ == "__main__":
    unittest.main()
