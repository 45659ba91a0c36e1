#!/usr/bin/env python3
"""A clock that jumps: nothing scheduled goes out by it, nothing goes out twice, and a person has the last word.

    clock_test.py POSTQ [unittest arguments]

The jumps are libfaketime's; the time since boot stays what it is, as when somebody sets the clock.
"""

import email.utils
import http.server
import json
import os
import sys
import tempfile
import threading
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

    def test_a_server_whose_clock_is_hours_off_is_sent_nothing_until_the_clock_is_set(self):
        self.queue("The first", "The second")
        self.server_clock(3 * HOUR)
        said = self.flush(code=3)
        self.assertIn("this machine's clock is", said)
        self.assertIn("behind the one of hook's server: nothing more that is scheduled goes there", said)
        self.assertEqual(self.texts(), ["The first"])
        self.assertEqual(self.flush(), "")
        self.assertEqual(self.texts(), ["The first"])
        self.assertIn("behind the one of hook's server", self.home.run("doctor", check=3).stdout)
        why = " ".join(self.home.run("why", "2", check=0).stdout.split())
        self.assertIn("behind the one of hook's server", why)
        self.assertIn("clock is 3 h behind its server's", " ".join(self.home.run("status", check=0).stdout.split()))
        self.flush("+3h")
        self.assertEqual(self.texts(), ["The first", "The second"])

    def test_one_server_that_lies_keeps_nobody_else_waiting(self):
        good = ScriptedServer()
        self.addCleanup(good.close)
        for name in ("one", "two"):
            self.home.add_webhook(name, good.url)
        self.server_clock(-30 * 24 * HOUR)
        for text in ("The first", "The second"):
            self.home.run("add", text, "--to", "hook,one,two", check=0)
        self.home.at_terminal("approve", "1", "2", answers=["y", "y"])
        self.flush(code=3)
        self.assertEqual(sorted(text for _, text in good.published), ["The first"] * 2 + ["The second"] * 2)
        self.assertEqual(self.texts(), ["The first"])

    def test_a_server_that_was_put_right_is_sent_to_again(self):
        class Server(http.server.BaseHTTPRequestHandler):
            offset = -30 * 24 * HOUR
            texts = []

            def date_time_string(self, timestamp=None):
                return email.utils.formatdate(time.time() + Server.offset, usegmt=True)

            def do_HEAD(self):
                self.send_response(404)
                self.end_headers()

            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if event["type"] == "postq.post.publish":
                    Server.texts.append(event["data"]["text"])
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.home.add_webhook("other", f"http://127.0.0.1:{server.server_port}/hook")
        for text in ("The first", "The second"):
            self.home.run("add", text, "--to", "other", check=0)
        self.home.approve("1", "2")
        self.flush(code=3)
        self.flush()
        self.assertEqual(Server.texts, ["The first"])
        Server.offset = 0
        self.flush()
        self.assertEqual(Server.texts, ["The first", "The second"])

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
