#!/usr/bin/env python3
"""What is unconfirmed: a repeat knows pause, STOP, the end of a post and its turn, as a first send does.

    settle_test.py POSTQ [unittest arguments]
"""

import os
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
LATER = "faketime", "-f", "+10m"


class Settle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-settle-")
        self.addCleanup(folder.cleanup)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        self.home.configure('[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n')
        self.home.add_webhook("hook", self.server.url)

    def lose(self, *texts, flags=()):
        """Sends them, and every answer gets lost."""
        for text in texts:
            self.home.run("add", text, *flags, check=0)
        self.home.at_terminal("review", answers=["y"] * len(texts))
        self.server.answer = b""
        self.home.run("flush", check=8)
        self.server.answer = ScriptedServer.OK
        self.server.published.clear()

    def states(self):
        return {row["state"] for row in self.home.rows()}

    def test_a_repeat_brings_the_answer(self):
        self.lose("A post")
        self.home.run("flush", prefix=LATER, check=0)
        self.assertEqual(len(self.server.published), 1)
        self.assertEqual(self.states(), {"sent"})

    def test_what_is_paused_is_not_sent_again(self):
        self.lose("A post")
        for words in (["hook"], ["1"], []):
            with self.subTest(words=words):
                self.home.run("pause", *words, check=0)
                self.home.run("flush", prefix=LATER)
                self.assertEqual(self.server.published, [])
                self.assertEqual(self.states(), {"unconfirmed"})
                self.home.at_terminal("resume", *words, answers=["y", "y"])
        self.home.run("flush", prefix=LATER, check=0)
        self.assertEqual(len(self.server.published), 1)

    def test_nothing_is_sent_again_past_its_end(self):
        self.lose("A post", flags=["--until", "in 5 minutes"])
        said = self.home.run("flush", prefix=LATER, check=8).stderr
        self.assertEqual(self.server.published, [])
        self.assertIn("only you can tell whether it is out", said)
        self.assertIn("postq resolve 1@hook --sent", said)
        again = self.home.run("flush", prefix=("faketime", "-f", "+30m")).stderr
        self.assertNotIn("only you can tell", again, "it is said once")

    def test_nothing_is_sent_again_long_after_its_first_try(self):
        self.lose("A post")
        self.home.run("flush", prefix=("faketime", "-f", "+2d"), check=8)
        self.assertEqual(self.server.published, [])
        self.assertEqual(self.states(), {"unconfirmed"})

    def test_one_at_a_time_in_due_order(self):
        texts = [f"Post number {n} of many words {n * 37}" for n in range(4)]
        self.lose(*texts)
        lock, air, most = threading.Lock(), [0], [0]

        def slow(connection):
            with lock:
                air[0] += 1
                most[0] = max(most[0], air[0])
            time.sleep(0.2)
            with lock:
                air[0] -= 1
            connection.sendall(ScriptedServer.OK)

        self.server.answer = slow
        self.home.run("flush", prefix=LATER)
        self.assertEqual([text for _, text in self.server.published], texts[:1])
        self.home.run("flush", prefix=LATER)
        self.assertEqual([text for _, text in self.server.published], texts[:2])
        self.assertEqual(most[0], 1)

    def test_stop_reaches_a_repeat_before_its_first_byte(self):
        self.lose("A post")
        stop = os.path.join(self.home.folder, ".local/state/postq/STOP")
        open(stop, "w", encoding="utf-8").close()
        self.home.run("flush", prefix=LATER)
        self.assertEqual(self.server.published, [])
        self.assertEqual(self.states(), {"unconfirmed"})


if __name__ == "__main__":
    unittest.main()
