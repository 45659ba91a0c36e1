#!/usr/bin/env python3
"""`account add` in scripts: what a person is told stands in --json too, and two at once add one place once.

    account_add_test.py POSTQ [unittest arguments]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home  # noqa: E402
from scripted_instance import TOKEN, Instance  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
HOUR = 3600


class AccountAdd(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-account-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.instance = Instance()
        self.addCleanup(self.instance.close)
        self.own = self.instance.add("109", "anna", "a new sign", 40 * HOUR)

    def words(self, name):
        return ["account", "add", name, "--platform", "mastodon", "--url", self.instance.url, "--allow-private", "--zone", "UTC",
                "--token-file", "-"]

    def add(self, name, **more):
        return json.loads(self.home.run(*self.words(name), "--json", stdin=TOKEN + "\n", check=0, **more).stdout)

    def test_json_has_the_first_reading_and_what_it_tells(self):
        self.instance.say("mira", "@anna is it hand-drawn?", 26 * HOUR, self.own["id"])
        notes = " | ".join(self.add("masto")["notes"])
        self.assertIn("1 by hand", notes)
        self.assertIn("waits for an answer", notes)
        self.assertIn("by_hand", self.home.run("status", "--json", check=0).stdout)
        self.assertIn("i1", self.home.run("inbox", check=0).stdout)

    def test_json_says_that_posts_cannot_be_read(self):
        self.instance.hides_posts = True
        self.assertIn("its timeline can't be read yet", " | ".join(self.add("masto")["notes"]))

    def test_two_at_once_make_one_account(self):
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.folder, "site"), "--zone", "UTC", check=0)
        running = [subprocess.Popen([BINARY, *self.words(name)], env=self.home.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True) for name in ("one", "two", "three", "three", "four")]
        for process in running:
            process.stdin.write(TOKEN + "\n")
            process.stdin.close()
        said = [process.stderr.read() for process in running]
        codes = sorted(process.wait(60) for process in running)
        for process in running:
            process.stdout.close()
            process.stderr.close()
        self.assertEqual(codes, [0, 5, 5, 5, 5], said)
        names = [json.loads(line)["name"] for line in self.home.run("account", "list", "--json", check=0).stdout.splitlines()]
        self.assertEqual(len(names), 2, names)
        added, = set(names) - {"site"}
        # The token of the one that is there is whole, and none is kept for a name that isn't.
        self.home.run("account", "test", added, check=0)
        kept = os.listdir(os.path.join(os.path.dirname(self.home.database()), "secrets"))
        self.assertEqual([name for name in kept if name.endswith(".json")], [added + ".json"])


if __name__ == "__main__":
    unittest.main()
