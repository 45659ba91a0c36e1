#!/usr/bin/env python3
"""Rows that something else than postq changed: nothing that nobody approved goes out, and nobody else waits for it.

    damaged_test.py POSTQ [unittest arguments]
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n'
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360f8cf0000"
                    "02020100e221bc330000000049454e44ae426082")


class Damaged(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-damaged-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        self.home.configure(CONFIG)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home.add_webhook("hook", self.server.url)

    def harm(self, *statements):
        """As a hand with another program does it: the triggers are dropped first, and put back."""
        database = sqlite3.connect(self.home.database(), isolation_level=None)
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        database.execute("PRAGMA foreign_keys = off")
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        for _, sql in triggers:
            database.execute(sql)
        database.close()

    def add(self, text, *flags):
        self.home.run("add", text, *flags, check=0)

    def states(self):
        return {row["name"]: row["state"] for row in self.home.rows()}

    def texts(self):
        return sorted(text for _, text in self.server.published)

    def verify(self, code=7):
        return self.home.run("log", "--verify", check=code).stdout

    def test_a_damaged_post_holds_up_nobody_and_is_read_once_more(self):
        site = os.path.join(self.folder, "site")
        self.home.run("account", "add", "site", "--platform", "feed", "--path", site, check=0)
        self.add("the damaged one", "--to", "hook")
        self.add("a sound one", "--to", "hook,site")
        self.home.approve("1", "2")
        self.harm("UPDATE contents SET document = replace(document, 'damaged one', 'damaged onf')")
        self.assertIn("1@hook: its content was changed by something else than postq", self.verify())
        self.assertIn("1@hook: its content was changed", self.home.run("doctor").stdout)
        self.assertIn("Damaged", self.home.run("why", "1").stdout)
        self.assertIn("DAMAGED", self.home.run("show", "1", check=0).stdout)

        done = self.home.run("flush")

        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("1@hook  not sent, and in review again: its content was changed", done.stdout + done.stderr)
        self.assertEqual(self.texts(), ["a sound one"])
        self.assertEqual(self.states(), {"1@hook": "queued", "2@hook": "sent", "2@site": "sent"})
        self.assertIn("its content was changed", self.home.run("why", "1").stdout)
        self.home.run("flush", check=0)  # said once

        code, output = self.home.at_terminal("review", answers=["y"])
        self.assertEqual(code, 0, output)
        self.assertIn("the damaged one", output)
        self.home.run("flush", check=0)
        self.assertEqual(self.texts(), ["a sound one", "the damaged one"])
        self.verify(0)
        self.assertNotIn("PROBLEM  database", self.home.run("doctor", "--full").stdout)

    def test_a_review_goes_on_behind_a_post_that_cannot_be_shown(self):
        self.add("not readable")
        self.add("readable")
        self.harm("UPDATE posts SET draft = '{\"parts\":5}' WHERE id = 1", "DELETE FROM contents WHERE document LIKE '%not readable%'")

        code, output = self.home.at_terminal("review", answers=["y"])

        self.assertEqual(code, 0, output)
        self.assertIn("1@hook can't be shown", output)
        self.assertEqual(self.home.run("review").returncode, 5)  # the list of it, in a pipe
        self.home.run("flush", check=0)
        self.assertEqual(self.texts(), ["readable"])

    def test_an_approval_without_its_event_publishes_nothing(self):
        self.add("never approved")
        self.add("approved")
        self.home.approve("2")
        self.harm("INSERT INTO approvals (delivery_id, digest, revision, verdict, how, person, reason, at, event_seq) "
                  "SELECT id, digest, revision, 'approved', 'review', 'tester', '', 1, 1 FROM deliveries WHERE id = 1",
                  "UPDATE deliveries SET approval_id = (SELECT max(id) FROM approvals) WHERE id = 1")
        self.assertIn("1@hook has an approval or rejection without its event", self.verify())

        done = self.home.run("flush")

        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertEqual(self.texts(), ["approved"])
        self.assertIn("to review", self.home.run("list").stdout)
        self.assertIn("its approval names another event", self.home.run("why", "1").stdout)

    def test_an_account_whose_address_was_changed_gets_nothing(self):
        other = ScriptedServer()
        self.addCleanup(other.close)
        self.home.add_webhook("second", self.server.url)
        self.add("for the right one", "--to", "hook")
        self.add("for another account", "--to", "second")
        self.home.approve("1", "2")
        self.harm(f"UPDATE accounts SET settings = replace(settings, ':{self.server.port}', ':{other.port}') "
                  "WHERE name = 'hook'")

        done = self.home.run("flush")

        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("hook", done.stderr)
        self.assertIn("changed its address", done.stderr)
        self.assertEqual((len(other.published), self.texts()), (0, ["for another account"]))
        self.assertIn("account hook: something else than postq changed its address", self.verify())
        self.assertEqual(self.states()["1@hook"], "queued")
        self.harm(f"UPDATE accounts SET settings = replace(settings, ':{other.port}', ':{self.server.port}')")
        self.home.run("flush", check=0)
        self.assertEqual(self.texts(), ["for another account", "for the right one"])

    def test_a_request_that_was_replaced_is_not_repeated(self):
        self.add("as it was approved")
        self.home.approve("1")
        self.server.answer = b""  # taken, and no answer
        self.home.run("flush", check=8)
        self.server.answer = ScriptedServer.OK
        self.harm("UPDATE attempts SET request = CAST(replace(CAST(request AS TEXT), 'approved', 'forged') AS BLOB)")
        self.assertIn("1@hook: the stored request was changed", self.verify())

        self.home.run("flush", prefix=("faketime", "-f", "+10m"))

        self.assertEqual(self.texts(), ["as it was approved"])
        self.assertEqual(self.states(), {"1@hook": "unconfirmed"})
        self.assertIn("the stored request was changed", self.home.run("log", "--verify").stdout)

    def test_what_was_sent_is_not_sent_again_without_its_receipt(self):
        self.add("sent once")
        self.home.approve("1")
        self.home.run("flush", check=0)
        self.harm("UPDATE parts SET remote_id = NULL, sent_at = NULL, url = NULL, remote_ref = NULL",
                  "UPDATE deliveries SET state = 'queued', public_at = NULL")
        self.assertIn("1@hook was sent, the record says, and the receipt of it is missing", self.verify())

        self.home.run("flush", check=7)

        self.assertEqual(self.texts(), ["sent once"])

    def test_a_head_that_was_kept_elsewhere_shows_what_was_cut_off(self):
        self.add("sent once")
        self.home.approve("1")
        self.home.run("flush", check=0)
        head = json.loads(self.home.run("log", "--verify", "--json", check=0).stdout)["head"]
        self.home.run("log", "--verify", "--head", head, check=0)
        self.harm("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
        self.assertIn("what came between was cut off", self.home.run("log", "--verify", "--head", head, check=7).stdout)

    def test_a_resolve_waits_for_a_repeat_and_looks_again(self):
        self.add("only once")
        self.home.approve("1")
        self.server.answer = b""
        self.home.run("flush", check=8)
        repeating = threading.Event()

        def slowly(connection):
            repeating.set()
            time.sleep(0.7)
            connection.sendall(ScriptedServer.OK)

        self.server.answer = slowly
        flush = subprocess.Popen(["faketime", "-f", "+10m", BINARY, "flush"], env=self.home.environment(("faketime",)),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertTrue(repeating.wait(30))
        code, output = self.home.at_terminal("resolve", "1@hook", "--not-sent", answers=["y"])
        self.assertEqual(flush.wait(60), 0)

        self.assertEqual(code, 5, output)
        self.assertIn("1@hook is sent", output)
        self.assertEqual(self.states(), {"1@hook": "sent"})
        self.home.run("flush", prefix=("faketime", "-f", "+20m"), check=0)
        self.assertEqual(len(self.server.ids()), 1)

    def test_a_row_that_the_queue_refuses_keeps_nobody_elses_from_being_written(self):
        for write, left in (("UPDATE", "sending"), ("INSERT", "queued")):
            with self.subTest(write=write):
                self.setUp()
                self.home.add_webhook("other", self.server.url)
                self.add("to both of them", "--to", "hook,other")
                self.home.approve("1")
                with sqlite3.connect(self.home.database()) as database:
                    hook, = database.execute("SELECT d.id FROM deliveries d JOIN accounts c ON c.id = d.account_id "
                                             "WHERE c.name = 'hook'").fetchone()
                    database.execute(f"CREATE TRIGGER refuses BEFORE {write} ON attempts WHEN NEW.delivery_id = {hook} "
                                     "BEGIN SELECT RAISE(ABORT, 'refused by a test'); END")
                self.home.run("flush")
                self.assertEqual(self.states(), {"1@hook": left, "1@other": "sent"})

                with sqlite3.connect(self.home.database()) as database:
                    database.execute("DROP TRIGGER refuses")
                    database.execute("UPDATE deliveries SET next_at = min(next_at, unixepoch()) WHERE state = 'queued'")
                for _ in range(2):
                    self.home.run("flush")
                self.assertEqual(self.states(), {"1@hook": "sent", "1@other": "sent"})
                self.assertEqual(len({key for key, _ in self.server.published}), 2)

    def test_a_dry_run_and_a_review_of_a_post_with_a_picture_go_on(self):
        picture = os.path.join(self.folder, "cat.png")
        with open(picture, "wb") as file:
            file.write(PNG)
        self.add("with a picture", "--media", picture, "--alt", "a cat")
        self.add("without one")
        code, output = self.home.at_terminal("review", answers=["v", "q", "y", "y"])
        self.assertEqual(code, 0, output)
        self.home.run("flush", check=0)
        self.assertEqual(self.texts(), ["with a picture", "without one"])


if __name__ == "__main__":
    unittest.main()
