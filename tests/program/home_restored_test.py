#!/usr/bin/env python3
"""A whole home put back from a backup, data and state: nothing that went out since goes out again.

    home_restored_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import stat
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, Receiver  # noqa: E402
from scripted_instance import TOKEN, Instance  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\n'
SALE = "the sale begins today, only once please"


class HomeRestored(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-home-restored-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(CONFIG)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)
        self.instance = Instance()
        self.addCleanup(self.instance.close)
        self.site = os.path.join(self.folder, "site")  # a web site lies elsewhere, and is not put back
        self.home.run("account", "add", "site", "--platform", "feed", "--path", self.site, "--zone", "UTC", check=0)
        self.home.add_webhook("hook", self.receiver.url)
        self.home.run("account", "add", "masto", "--platform", "mastodon", "--url", self.instance.url, "--allow-private",
                      "--token-file", "-", stdin=TOKEN + "\n", check=0)

    def put_back(self, machine_too=False):
        """What a restored backup leaves: the home as it was, and the machine's own memory unless the disk was lost."""
        shutil.rmtree(self.home.folder)
        shutil.copytree(self.backup, self.home.folder, symlinks=True)
        if machine_too:
            shutil.rmtree(self.home.machine, ignore_errors=True)

    def back_up(self):
        self.backup = os.path.join(self.folder, "backup")
        shutil.copytree(self.home.folder, self.backup, symlinks=True)

    def standing(self):
        return len(self.instance.posted), len(self.receiver.requests)

    def send_and_put_back(self, *arguments, number="1", machine_too=False):
        self.home.run("add", SALE, *arguments, check=0)
        self.home.approve(number)
        self.back_up()
        self.home.run("flush", check=0)
        if os.path.exists(os.path.join(self.site, "feed.json")):
            with open(os.path.join(self.site, "feed.json"), encoding="utf-8") as file:
                self.sales_on_site = file.read().count(SALE)
        self.put_back(machine_too)

    def states(self):
        return {row["account"]: (row["state"], row.get("approved")) for row in self.home.rows()}

    def test_the_machine_remembers_that_this_queue_was_further_on(self):
        self.send_and_put_back("--to", "masto,site,hook")
        self.assertEqual(self.standing(), (1, 1))

        done = self.home.run("flush", check=0)

        self.assertIn("restored backup", done.stdout + done.stderr)
        self.assertEqual(self.standing(), (1, 1))
        self.assertEqual(self.states(), {name: ("queued", False) for name in ("masto", "site", "hook")})
        facts = os.stat(self.home.machine)
        self.assertEqual(stat.S_IMODE(facts.st_mode), 0o700)
        for name in os.listdir(self.home.machine):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.home.machine, name)).st_mode), 0o600)

    def test_what_is_approved_for_later_goes_back_to_review_where_nobody_can_look(self):
        self.home.run("add", SALE, "--to", "masto,hook", "--at", "2037-01-05 09:00", check=0)
        self.home.approve("1")
        self.home.run("add", "something that is due", "--to", "hook", check=0)
        self.home.approve("2")
        self.back_up()
        self.home.run("flush", check=0)
        self.put_back()

        self.home.run("flush", check=0)

        rows = {row["name"]: row.get("approved") for row in self.home.rows()}
        self.assertEqual(rows, {"1@masto": True, "1@hook": False, "2@hook": False})
        self.assertEqual(len(self.receiver.requests), 1)
        self.assertIn("its original may send it", self.home.run("why", "1@hook", check=0).stdout)

    def test_without_that_memory_what_stands_on_the_account_tells(self):
        self.home.run("add", "an earlier post of another kind", "--to", "masto,site", check=0)
        self.home.approve("1")
        self.home.run("flush", check=0)
        self.send_and_put_back("--to", "masto,site", number="2", machine_too=True)
        address = next(s["url"] for s in self.instance.statuses.values() if SALE in s["content"])

        done = self.home.run("flush", check=0)

        self.assertIn(f"back in review, it may be out already: {address} says the same", done.stdout + done.stderr)
        self.assertEqual(len(self.instance.posted), 2)
        rows = {row["name"]: (row["state"], row.get("approved")) for row in self.home.rows()}
        self.assertEqual((rows["2@masto"], rows["2@site"]), (("queued", False), ("queued", False)))
        with open(os.path.join(self.site, "feed.json"), encoding="utf-8") as file:
            self.assertEqual(file.read().count(SALE), self.sales_on_site)
        for command in ("why", "show"):
            shown = self.home.run(command, "2@masto", check=0).stdout
            self.assertIn(address, "".join(shown.split()), command)
        _, screen = self.home.at_terminal("review", "2", answers=["q"])
        self.assertIn(address, "".join(screen.split()))
        # Approved again, it goes: a person has read why it came back.
        self.home.approve("2")
        self.home.run("flush", check=0)
        self.assertEqual(len(self.instance.posted), 3)

    def test_after_a_while_without_a_flush_nothing_goes_before_the_account_was_read(self):
        self.home.run("flush", check=0)
        self.send_and_put_back("--to", "masto", machine_too=True)
        mark = os.path.join(self.home.folder, ".local", "state", "postq", "marks", "last-flush")
        if os.path.exists(mark):
            with open(mark, "w", encoding="utf-8") as file:
                file.write(f"{int(time.time()) - 3600:<20}\n")
        self.instance.hides_posts = True
        time.sleep(1.1)  # the reading before it must not be of the same second

        self.home.run("flush")
        self.home.run("flush")

        self.assertEqual(len(self.instance.posted), 1)
        self.assertEqual(self.states(), {"masto": ("queued", True)})
        self.assertIn("reading", self.home.run("why", "1", check=0).stdout)
        self.instance.hides_posts = False
        self.home.run("flush", check=0)
        self.assertEqual(len(self.instance.posted), 1)
        self.assertEqual(self.states(), {"masto": ("queued", False)})


if __name__ == "__main__":
    unittest.main()
