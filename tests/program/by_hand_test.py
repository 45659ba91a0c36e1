#!/usr/bin/env python3
"""By hand, at a real terminal, while something is paused and after a server has failed.

    by_hand_test.py POSTQ [unittest arguments]
"""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
REFUSED = b"HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class ByHand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-by-hand-")
        self.addCleanup(folder.cleanup)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        self.home.configure('[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n')
        self.home.add_webhook("hook", self.server.url)

    def texts(self):
        return [text for _, text in self.server.published]

    def stop_file(self):
        return os.path.join(self.home.folder, ".local", "state", "postq", "STOP")

    def test_a_pause_asks_once_more_and_holds_the_queue_back_all_the_same(self):
        self.home.run("add", "Scheduled", check=0)
        self.home.approve("1")
        for stop in (["pause", "--reason", "fire at the shop"], ["pause", "hook"], None):
            with self.subTest(stop=stop):
                if stop:
                    self.home.run(*stop, check=0)
                else:
                    with open(self.stop_file(), "w", encoding="utf-8"):
                        pass
                before = len(self.texts())
                code, said = self.home.at_terminal("post", "--yes", "We are all fine, " + str(stop), answers=["y"])
                self.assertEqual(code, 0, said)
                self.assertIn("PAUSED", said)
                self.assertIn("By hand it goes all the same. Send it? [y/n]", said)
                self.assertNotIn("postq resume", said)
                self.assertEqual(len(self.texts()), before + 1)
                self.home.run("flush")
                self.assertEqual(len(self.texts()), before + 1)
                self.home.at_terminal("resume", *(["hook"] if stop == ["pause", "hook"] else []), answers=["n"])

    def test_a_no_keeps_the_text_and_sends_nothing(self):
        self.home.run("pause", check=0)
        code, said = self.home.at_terminal("post", "We are all fine", answers=["y", "n"])
        self.assertEqual(code, 130, said)
        self.assertEqual(self.texts(), [])
        self.assertNotIn("postq resume", said)
        with open(rescue_file(said.replace("\r", "")), encoding="utf-8") as kept:
            self.assertEqual(kept.read().strip(), "We are all fine")

    def test_the_headline_is_also_the_last_line(self):
        code, said = self.home.at_terminal("post", "--yes", "A moment ago", answers=[])
        self.assertEqual(code, 0, said)
        lines = self.home.run("pause", check=0).stdout.rstrip("\n").split("\n")
        self.assertTrue(lines[0].startswith("PAUSED, everything, since "), lines)
        self.assertEqual(lines[-1], lines[0])
        self.assertIn("Take back what is public:   postq retract 1", lines)
        again = self.home.run("pause", check=0).stdout
        self.assertIn("Already public in the last hour:\n  1@hook", again)

    def test_a_post_that_failed_is_its_authors_to_send_again(self):
        self.server.answer = REFUSED
        code, said = self.home.at_terminal("post", "--yes", "By my own hand", answers=[])
        self.assertNotEqual(code, 0, said)
        tried = len(self.texts())
        self.server.answer = ScriptedServer.OK
        self.home.run("flush")
        self.home.run("flush", prefix=("faketime", "-f", "+3h"))
        self.assertEqual(len(self.texts()), tried, "no flush sends it")
        status = self.home.run("status", check=0).stdout
        self.assertIn("postq post 1", status)
        why = self.home.run("why", "1", check=0).stdout
        self.assertIn("postq post 1", why)
        for command in (["reschedule", "1", "in 2h"], ["edit", "1", "--at", "in 2h"], ["retry", "1"]):
            refused = self.home.run(*command, check=5)
            self.assertIn("postq post 1", refused.stdout + refused.stderr)
        code, said = self.home.at_terminal("review", "1", answers=[])
        self.assertEqual(code, 5, said)
        self.assertIn("postq post 1", said)
        code, said = self.home.at_terminal("post", "1", answers=["y"])
        self.assertEqual(code, 0, said)
        self.assertIn("Post it now?", said)
        self.assertEqual(len(self.texts()), tried + 1)


if __name__ == "__main__":
    unittest.main()
