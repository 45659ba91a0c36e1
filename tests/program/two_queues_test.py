#!/usr/bin/env python3
"""Two queues of one user: what belongs to the one is never the other's, and all advice is about the one that was named.

    two_queues_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n'


class TwoQueues(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-two-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(CONFIG)
        self.other = os.path.join(self.folder, "o.db")
        self.data = os.path.dirname(self.home.database())

    def add_webhook(self, server, *flags):
        self.home.run("account", "add", "hook", "--platform", "webhook", "--url", server.url, "--allow-private", "--zone", "UTC",
                      "--new-secret", *flags, check=0)

    def secrets(self, folder="secrets"):
        with open(os.path.join(self.data, folder, "hook.json"), encoding="utf-8") as file:
            return file.read()

    def test_tokens_are_each_queues_own(self):
        server = ScriptedServer()
        self.addCleanup(server.close)
        self.add_webhook(server)
        kept = self.secrets()
        self.add_webhook(server, "--db", self.other)
        self.assertEqual(self.secrets(), kept)
        self.assertIn("kept in a file", self.home.run("--db", self.other, "account", "show", "hook", check=0).stdout)
        self.home.run("--db", self.other, "account", "rm", "hook", "--yes", check=0)
        self.assertEqual(self.secrets(), kept)
        for folder in os.listdir(self.data):
            if folder.startswith("secrets"):
                self.assertEqual(os.stat(os.path.join(self.data, folder)).st_mode & 0o777, 0o700)

    def test_a_flush_of_the_one_takes_no_approval_of_the_other(self):
        servers = [ScriptedServer(), ScriptedServer()]
        for server, flags in zip(servers, ((), ("--db", self.other))):
            self.addCleanup(server.close)
            self.add_webhook(server, *flags)
            for text in ("First", "Second", "Third"):
                self.home.run("add", text, *flags, check=0)
                code, output = self.home.at_terminal("approve", text_id(text), *flags, answers=["y"])
                self.assertEqual(code, 0, output)
        for text in range(3):
            for server, flags in zip(servers, ((), ("--db", self.other))):
                done = self.home.run("flush", *flags, check=0)
                self.assertNotIn("review", done.stdout + done.stderr)
        for server in servers:
            self.assertEqual(sorted(text for _, text in server.published), ["First", "Second", "Third"])
        for flags in ((), ("--db", self.other)):
            self.assertIn("the database that lives here", self.home.run("doctor", *flags).stdout)
        self.assertNotIn("never", self.home.run("timer", "status", "--db", self.other).stdout)

    def test_stop_is_for_all(self):
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.folder, "site"), "--db", self.other, check=0)
        self.home.run("pause", check=0)
        self.assertIn("PAUSED", self.home.run("--db", self.other).stdout)

    def test_a_queue_that_was_alone_here_before_goes_on(self):
        """An older postq kept secrets and state of the only queue, named by POSTQ_DB, where the usual one's are."""
        server = ScriptedServer()
        self.addCleanup(server.close)
        self.add_webhook(server, "--db", self.other)
        self.home.run("add", "Approved before the upgrade", "--db", self.other, check=0)
        code, output = self.home.at_terminal("approve", "1", "--db", self.other, answers=["y"])
        self.assertEqual(code, 0, output)
        state = os.path.join(self.home.folder, ".local", "state", "postq")
        own, = [name for name in os.listdir(state) if name.startswith("queue-")]
        for name in ("store-id", "marks"):
            if os.path.exists(os.path.join(state, own, name)):
                os.rename(os.path.join(state, own, name), os.path.join(state, name))
        shutil.rmtree(os.path.join(state, own))
        secrets, = [name for name in os.listdir(self.data) if name.startswith("secrets-")]
        os.rename(os.path.join(self.data, secrets), os.path.join(self.data, "secrets"))

        done = self.home.run("flush", POSTQ_DB=self.other, check=0)

        self.assertNotIn("review", done.stdout + done.stderr)
        self.assertEqual([text for _, text in server.published], ["Approved before the upgrade"])

    def test_a_copy_of_the_queue_is_told_as_one(self):
        server = ScriptedServer()
        self.addCleanup(server.close)
        self.add_webhook(server)
        self.home.run("add", "Approved", check=0)
        self.home.approve("1")
        shutil.copy(self.home.database(), self.other)
        done = self.home.run("flush", "--db", self.other)
        self.assertIn("copied", done.stdout + done.stderr)
        self.assertEqual(server.published, [])
        self.home.run("flush", check=0)
        self.assertEqual([text for _, text in server.published], ["Approved"])

    def test_what_is_advised_is_about_the_queue_that_was_named(self):
        site = ("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.folder, "site"))
        where = ("--db", self.other)
        behind = f"postq --db {self.other} "
        self.assertIn(f'Next:  {behind}add "..." --to site', self.home.run(*site, *where, check=0).stderr)
        self.assertIn(f"Next: {behind}review 1", self.home.run("add", "One", *where, check=0).stderr)
        self.assertIn(f"Next: {behind}review 2", self.home.run("--db=" + self.other, "add", "Two", check=0).stderr)
        self.assertIn(behind + "review", self.home.run(*where).stdout)
        self.assertIn(behind + "retry 1", self.home.run("rm", "1", "--yes", *where, check=0).stderr)
        said = self.home.run("show", "99", *where, check=4).stderr + self.home.run("add", "Lost", "--to", "nobody", *where, check=4).stderr
        for line in said.splitlines():
            if "postq " in line and not line.startswith("postq: "):
                self.assertEqual(line.count("--db"), line.count("postq "), said)
        self.assertIn(behind, self.home.run("show", "99", "--json", *where, check=4).stdout)
        self.assertIn(behind, self.home.run("lst", *where, check=2).stderr)
        # What people wrote stays as they wrote it.
        self.home.run("add", "postq add is what I type", *where, check=0)
        self.assertIn("postq add is what I type", self.home.run("show", "3", *where, check=0).stdout)
        self.assertNotIn("--db", self.home.run("add", "--help", *where, check=0).stdout.replace("--db FILE", ""))
        # By the variable it is the same in the next command anyway.
        self.assertIn("Next: postq review 4", self.home.run("add", "Four", POSTQ_DB=self.other, check=0).stderr)

    def test_the_timer_flushes_the_queue_that_was_named(self):
        config = os.path.join(self.folder, "my.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        os.chmod(config, 0o600)
        line = subprocess.run([BINARY, "--db", "o.db", "--config", "my.toml", "timer", "show"], cwd=self.folder, capture_output=True,
                              text=True, env=self.home.environment(), check=True).stdout
        self.assertIn(f"POSTQ_DB={self.other} ", line)
        self.assertIn(f"POSTQ_CONFIG={config} ", line)
        self.assertIn(f"POSTQ_MACHINE_DIR={self.home.machine} ", line)


def text_id(text):
    return str(("First", "Second", "Third").index(text) + 1)


if __name__ == "__main__":
    unittest.main()
