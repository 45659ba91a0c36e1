#!/usr/bin/env python3
"""POSTQ_NOW is for looking: what flush sends is what is due by the real clock.

    fixed_clock_test.py POSTQ [unittest arguments]
"""

import datetime
import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
OPEN = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\n'


def hours_from_now(hours):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class FixedClock(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-now-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(OPEN)
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.home.folder, "site"), "--zone", "UTC", check=0)

    def add(self, text, *words):
        post = self.home.run("-q", "add", text, *words, check=0).stdout.strip()
        self.home.approve(post)

    def states(self):
        return {row["text"]: row["standing"] for row in self.home.rows()}

    def test_nothing_is_due_late_or_over_by_it(self):
        self.add("In two hours", "--at", "in 2h")
        self.add("Only until then", "--at", "in 2h", "--until", "in 3h")
        for now in (hours_from_now(2.5), hours_from_now(100), "2040-01-01T00:00:00Z"):
            self.home.run("flush", "--yes", POSTQ_NOW=now)
            self.assertEqual(self.home.feed_texts(), [])
            self.assertEqual(self.states(), {"In two hours": "approved", "Only until then": "approved"})
        # It shows what would be: that is what it is for.
        self.assertIn("In two hours", self.home.run("flush", "--dry-run", POSTQ_NOW=hours_from_now(2.5)).stdout)

    def test_what_was_tried_with_it_says_nothing_of_this_machines_clock(self):
        for now in ("2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z"):
            self.home.run("add", "Tried out in " + now, POSTQ_NOW=now, check=0)
            done = self.home.run("flush")
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            self.assertNotIn("clock went back", self.home.run("doctor").stdout)
            os.remove(os.path.join(self.home.folder, ".local", "state", "postq", "marks", "last-flush"))

    def test_what_is_due_goes_whatever_it_says(self):
        self.add("As soon as approved")
        self.home.run("flush", "--yes", POSTQ_NOW="2020-01-01T00:00:00Z", check=0)
        self.assertEqual(self.home.feed_texts(), ["As soon as approved"])

    def test_a_pause_ends_by_the_real_clock(self):
        self.add("As soon as approved")
        self.home.run("pause", "site", "--until", "in 2h", POSTQ_NOW="2020-01-01T00:00:00Z", check=0)
        self.home.run("flush", "--yes")
        self.assertEqual(self.home.feed_texts(), [])
        refused = self.home.run("pause", "site", "--until", "2020-01-02 09:00", POSTQ_NOW="2020-01-01T00:00:00Z", check=2)
        self.assertIn("has passed", refused.stderr)

    def test_nothing_is_approved_or_written_with_it(self):
        self.add("Read, and about to go")
        self.home.run("-q", "add", "Unread", check=0)
        for words in (("approve", "2"), ("review",), ("post", "By hand"), ("send", "1", "--reason", "now")):
            code, said = self.home.at_terminal(*words, answers=["y"], prefix=("env", "POSTQ_NOW=2040-01-01T00:00:00Z"))
            self.assertEqual(code, 5, said)
            self.assertIn("POSTQ_NOW", said)
        self.assertEqual(self.home.feed_texts(), [])


if __name__ == "__main__":
    unittest.main()
