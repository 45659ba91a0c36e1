#!/usr/bin/env python3
"""A clock that jumps: nothing scheduled goes out by it, nothing goes out twice, and a person has the last word.

    clock_test.py POSTQ [unittest arguments]

The jumps are libfaketime's; the time since boot stays what it is, as when somebody sets the clock.
"""

import email.utils
import os
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
HOUR = 3600


def jumped(offset):
    return "faketime", "--exclude-monotonic", "-f", offset


class Clock(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-clock-")
        self.addCleanup(folder.cleanup)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        self.home.configure('[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n')
        self.home.add_webhook("hook", self.server.url)

    def queue(self, *texts):
        first = len(self.home.rows())
        for text in texts:
            self.home.run("add", text, check=0)
        self.home.approve(*[str(first + n + 1) for n in range(len(texts))])

    def flush(self, offset="+0", code=0):
        return self.home.run("flush", prefix=jumped(offset), check=code).stderr

    def texts(self):
        return [text for _, text in self.server.published]

    def server_clock(self, offset):
        """The server's answers carry a Date that is so many seconds from ours."""
        def answer(connection):
            date = email.utils.formatdate(time.time() + offset, usegmt=True)
            connection.sendall(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

        self.server.answer = answer

    def test_years_ahead_or_back_nothing_goes_out(self):
        self.flush()
        self.queue("A post")
        for offset, word in (("+26700d", " after the last flush"), ("-2d", " before the last flush"),
                             ("-20000d", " before the last flush")):
            with self.subTest(offset=offset):
                said_mark = os.path.join(self.home.folder, ".local/state/postq/marks/clock-said")
                if os.path.exists(said_mark):
                    os.unlink(said_mark)
                said = self.flush(offset, 3)
                self.assertIn("this machine's clock says", said)
                self.assertIn(word, said)
                self.assertIn("nothing scheduled is sent", said)
                self.assertIn("postq doctor", said)
                self.assertEqual(self.flush(offset), "", "cron is told once")
                self.assertEqual(self.texts(), [])
                doctor = self.home.run("doctor", prefix=jumped(offset), check=3)
                self.assertIn("PROBLEM: clock: this machine's clock says", doctor.stdout)
        self.flush()
        self.assertEqual(self.texts(), ["A post"], "with the clock set right it goes on by itself")

    def test_why_says_that_it_is_the_clock(self):
        self.flush()
        self.queue("A post")
        why = " ".join(self.home.run("why", "1", prefix=jumped("+500d"), check=0).stdout.split())
        self.assertIn("It has not gone out because this machine's clock says", why)
        self.assertIn("postq doctor", why)

    def test_status_says_so_too(self):
        self.flush()
        self.queue("A post")
        status = " ".join(self.home.run("status", prefix=jumped("+500d"), check=0).stdout.split())
        self.assertIn("PROBLEM: this machine's clock says", status)
        self.assertIn("postq doctor", status)
        check = self.home.run("status", "--check", prefix=jumped("+500d"), check=3)
        self.assertIn("this machine's clock says", check.stdout + check.stderr)

    def test_a_person_says_that_it_is_right(self):
        self.flush()
        self.queue("A post")
        self.flush("+450d", 3)
        code, said = self.home.at_terminal("doctor", answers=["n"], prefix=jumped("+450d"))
        self.assertIn("Is it really", said)
        self.assertEqual(self.flush("+450d"), "")
        self.assertEqual(self.texts(), [])
        code, said = self.home.at_terminal("doctor", answers=["y"], prefix=jumped("+450d"))
        self.assertEqual(code, 3, said)
        self.flush("+450d")
        self.assertEqual(self.texts(), ["A post"])
        self.flush("+26700d", 3)

    def test_a_script_cannot_say_that_it_is_right(self):
        self.flush()
        self.queue("A post")
        said = self.home.run("doctor", prefix=jumped("+450d"), stdin="y\n")
        self.assertNotIn("Is it really", said.stdout + said.stderr)
        self.flush("+450d", 3)
        self.assertEqual(self.texts(), [])

    def test_a_step_back_sends_nothing_again(self):
        self.queue("A post")
        self.flush()
        for offset in ("-1h", "-23h", "-3d", "+1h"):
            self.home.run("flush", prefix=jumped(offset))
        self.assertEqual(self.texts(), ["A post"])
        self.home.run("log", "--verify", check=0)

    def test_a_server_whose_clock_is_hours_off_stops_it_until_the_clock_is_set(self):
        self.queue("The first", "The second")
        self.server_clock(3 * HOUR)
        said = self.flush(code=3)
        self.assertIn("this machine's clock is", said)
        self.assertIn("behind the one of hook's server: nothing more that is scheduled is sent", said)
        self.assertEqual(self.texts(), ["The first"])
        self.assertEqual(self.flush(), "")
        self.assertEqual(self.texts(), ["The first"])
        self.assertIn("was found", self.home.run("doctor", check=3).stdout)
        self.flush("+3h")
        self.assertEqual(self.texts(), ["The first", "The second"])

    def test_a_person_knows_better_than_a_server(self):
        self.queue("The first", "The second", "The third")
        self.server_clock(-5 * HOUR)
        self.assertIn("ahead of the one of hook's server", self.flush(code=3))
        self.home.at_terminal("doctor", answers=["y"])
        self.flush()
        self.assertEqual(self.texts(), ["The first", "The second", "The third"])

    def test_minutes_are_a_warning(self):
        self.queue("The first", "The second")
        self.server_clock(5 * 60)
        said = self.flush()
        self.assertIn("this machine's clock is", said)
        self.assertNotIn("nothing more", said)
        self.assertEqual(self.texts(), ["The first", "The second"])
        self.queue("The third")
        self.assertEqual(self.flush(), "", "said once a day")

    def test_seconds_are_nothing(self):
        self.queue("A post")
        self.server_clock(60)
        self.assertEqual(self.flush(), "")


if __name__ == "__main__":
    unittest.main()
