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
from postq_home import Home, ScriptedServer  # noqa: E402
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

    def refused(self, *words, code=2):
        done = self.home.run("account", "add", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        return [line.strip() for line in done.stderr.splitlines()]

    def test_an_address_in_the_names_place_names_the_line_that_is_meant(self):
        mastodon = "postq account add mastodon --url https://mastodon.social"
        for words in (["@anna@mastodon.social"], ["anna@mastodon.social"], ["https://mastodon.social"],
                      ["mastodon", "@anna@mastodon.social"], ["mastodon", "https://mastodon.social"],
                      ["Mastodon", "mastodon.social"], ["mastodon", "--handle", "@anna@mastodon.social"]):
            self.assertIn(mastodon, self.refused(*words), words)
        bluesky = "postq account add bluesky --handle anna.bsky.social"
        for words in (["anna.bsky.social"], ["@anna.bsky.social"], ["https://bsky.app/profile/anna.bsky.social"],
                      ["bluesky", "@anna.bsky.social"], ["bsky", "anna.bsky.social"]):
            self.assertIn(bluesky, self.refused(*words), words)
        either = self.refused("anna.example")
        self.assertIn("postq account add mastodon --url https://anna.example    where it is an instance", either)
        self.assertIn("postq account add bluesky --handle anna.example    where it is a name on Bluesky", either)
        secret = "\n".join(self.refused("https://hooks.example/T0/s3cret"))
        self.assertIn("postq account add webhook --url URL", secret)
        self.assertNotIn("s3cret", secret.split("can't be", 1)[1])
        self.assertIn("postq account add work --platform mastodon --url https://mastodon.social",
                      self.refused("work", "@anna@mastodon.social"))

    def test_other_names_of_platforms_name_the_line_that_is_meant(self):
        self.assertIn("postq account add bsky --platform bluesky --handle ann.bsky.social",
                      self.refused("bsky", "--handle", "ann.bsky.social"))
        self.assertIn("postq account add work --platform bluesky", self.refused("work", "--platform", "bsky"))
        self.assertIn("postq account add mastodon", self.refused("Mastodon"))
        self.assertIn("it takes --url, --allow-private, --ca-file", self.refused("mastodon", "--handle", "anna"))

    def test_the_line_to_type_again_has_what_was_missing(self):
        words = ["mastodon", "--url", self.instance.url, "--token-command", "echo token"]
        said = self.refused(*words, code=3)
        self.assertTrue(said[-2].startswith("again: "), said)
        self.assertIn(f"postq account add mastodon --url {self.instance.url} --allow-private --token-command", said[-2])
        secure = self.instance.url.replace("http://", "https://")
        said = self.refused("mastodon", "--url", secure, "--allow-private", "--token-command", "echo token", code=3)
        self.assertIn(f"postq account add mastodon --url {self.instance.url} --allow-private --token-command", said[-2])

    def test_an_instance_that_moved_is_named_by_its_new_address(self):
        moved = ScriptedServer()
        moved._read = lambda connection: (connection.recv(65536), {"type": "", "data": {"text": ""}})
        moved.answer = (b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://the.new.host/api\r\nContent-Length: 0\r\n"
                        b"Connection: close\r\n\r\n")
        url = f"http://127.0.0.1:{moved.port}"
        said = self.refused("mastodon", "--url", url, "--allow-private", "--token-command", "echo token", code=6)
        self.assertIn("try --url https://the.new.host", said)
        self.assertIn("postq account add mastodon --url https://the.new.host --allow-private --token-command", said[-2])
        self.assertNotIn("postq edit ID", " ".join(said))


if __name__ == "__main__":
    unittest.main()
