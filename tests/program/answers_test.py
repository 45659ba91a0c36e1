#!/usr/bin/env python3
"""What postq makes of the answers that servers give, good and bad: what goes on, what is said, how often it is sent.

    answers_test.py POSTQ [unittest arguments]
"""

import calendar
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer, is_sanitized, reset  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TEXT = "A post that wants an answer"


def http(status, body=b"", *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="postq-answers-")
        cls.server = ScriptedServer()
        cls.template = Home(BINARY, os.path.join(cls.folder.name, "template"))
        cls.template.configure('[policy]\nratio = "off"\nmin_gap = "off"\n')
        cls.template.add_webhook("hook", cls.server.url)
        cls.template.run("add", TEXT, check=0)
        cls.template.approve("1")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    def setUp(self):
        self.home = self.template.copy(os.path.join(self.folder.name, self.id().rsplit(".", 1)[1]))
        self.server.published.clear()

    def flush(self, answer, code, *words):
        """Flushes once against that answer; sees the exit code and that cron is told these words."""
        self.server.answer = answer
        done = self.home.run("flush")
        self.assertEqual(done.returncode, code, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        return done

    def state(self):
        return self.home.rows()[0]["state"]

    def why(self):
        return " ".join(self.home.run("why", "1", check=0).stdout.split())

    def sent_once(self):
        self.assertEqual(self.state(), "sent")
        self.assertEqual(len(self.server.ids()), 1, "one id, however often it was asked")

    def is_unconfirmed(self, answer, *words):
        """Nothing trustworthy came back: it says so, and a good answer to the same id settles it."""
        self.flush(answer, 8, "1@hook  UNCONFIRMED", "it may be public", "postq why 1@hook", *words)
        self.assertEqual(self.state(), "unconfirmed")
        self.assertEqual(len(self.server.published), 1, "one request")
        why = self.why()
        for word in words:
            self.assertIn(word, why)
        self.assertIn("postq resolve 1@hook", why)
        refused = self.home.run("edit", "1", "--text", "Another text")
        self.assertEqual(refused.returncode, 5, refused.stderr)

    def test_any_2xx_is_a_delivery(self):
        self.flush(http("202 Accepted"), 0)
        self.sent_once()

    def test_a_web_page_instead_of_an_answer_proves_nothing(self):
        page = b"<!DOCTYPE html><html><title>Sign in to the network</title></html>"
        self.is_unconfirmed(http("200 OK", page, "Content-Type: text/html"), "web page")

    def test_half_a_json_proves_nothing(self):
        self.is_unconfirmed(http("200 OK", b'{"id": "4', "Content-Type: application/json"), "JSON")

    def test_an_answer_that_breaks_off_proves_nothing(self):
        self.is_unconfirmed(http("200 OK", b'{"id": "42"}')[:-6], "broke off")

    def test_no_answer_proves_nothing(self):
        self.is_unconfirmed(b"", "without an answer")

    def test_a_reset_behind_the_request_proves_nothing(self):
        self.is_unconfirmed(reset, "broke")

    def test_noise_instead_of_http_proves_nothing(self):
        self.is_unconfirmed(b"SSH-2.0-OpenSSH_9.2\r\n", "isn't HTTP")

    def test_a_500_proves_nothing(self):
        self.is_unconfirmed(http("500 Internal Server Error", b"oops"), "500")

    def test_an_unconfirmed_post_is_settled_by_the_same_id(self):
        self.flush(b"", 8)
        self.server.answer = ScriptedServer.OK
        done = self.home.run("flush", prefix=("faketime", "-f", "+10m"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.server.published), 2)
        self.sent_once()

    def test_an_endless_answer_is_left_in_little_memory(self):
        sent = 0

        def ten_gibibytes(connection):
            nonlocal sent
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
            piece = b"x" * 65536
            for _ in range(10737418240 // len(piece)):
                connection.sendall(piece)
                sent += len(piece)

        self.server.answer = ten_gibibytes
        process = subprocess.Popen([BINARY, "flush"], env=self.home.environment(), stderr=subprocess.PIPE, text=True)
        with process.stderr:
            said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 8, said)
        self.assertIn("longer than", said)
        if not is_sanitized(BINARY):
            self.assertLess(usage.ru_maxrss, 64 * 1024, "KiB")
        self.assertLess(sent, 64 << 20, "it was left, not read to its end")
        self.assertEqual(self.state(), "unconfirmed")

    def test_a_reset_before_a_byte_was_read_loses_nothing(self):
        self.server.answer = None
        done = self.home.run("flush")
        # Whether the request had left this machine by then is a matter of microseconds.
        self.assertIn((done.returncode, self.state()), ((75, "queued"), (8, "unconfirmed")), done.stderr)
        self.assertIn("connection reset", done.stderr)
        self.server.answer = ScriptedServer.OK
        self.home.run("flush", prefix=("faketime", "-f", "+10m"), check=0)
        self.sent_once()

    def test_a_server_that_is_gone_leaves_it_queued(self):
        home = Home(BINARY, os.path.join(self.folder.name, "gone"))
        home.configure('[policy]\nratio = "off"\n')
        server = ScriptedServer()
        home.add_webhook("hook", server.url)
        home.run("add", TEXT, check=0)
        home.approve("1")
        server.close()
        done = home.run("flush")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("not sent, will be tried again: can't connect", done.stderr)
        self.assertEqual(home.rows()[0]["state"], "queued")
        self.assertEqual(server.published, [])

    def test_headers_and_then_silence_are_left_in_time(self):
        gone = threading.Event()

        def silence(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
            gone.wait(30)

        self.server.answer = silence
        begun = time.monotonic()
        # The clock runs thirty times as fast for postq, so that the half minute it waits passes in a second.
        done = self.home.run("flush", prefix=("faketime", "-f", "+0 x30"))
        gone.set()
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(done.returncode, 8, done.stderr)
        self.assertIn("didn't end within", done.stderr)
        self.assertEqual(self.state(), "unconfirmed")
        self.assertEqual(len(self.server.published), 1)

    def test_a_429_waits_as_long_as_it_says(self):
        in_two_minutes = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 120))
        for n, wait in enumerate((["Retry-After: 120"], ["Retry-After: " + in_two_minutes],
                                  ["Retry-After: 120", "Retry-After: 7200"])):
            home = self.home.copy(os.path.join(self.folder.name, f"limited-{n}"))
            self.server.answer = http("429 Too Many Requests", b"", *wait)
            done = home.run("flush")
            self.assertEqual(done.returncode, 75, done.stderr)
            self.assertIn("not sent, will be tried again", done.stderr)
            row = home.rows()[0]
            self.assertEqual(row["state"], "queued")
            # The account waits, and the post keeps its place in the queue.
            limited = json.loads(home.run("account", "list", "--json", check=0).stdout)["limited_until"]
            seconds = calendar.timegm(time.strptime(limited, "%Y-%m-%dT%H:%M:%SZ")) - time.time()
            self.assertTrue(100 <= seconds <= 125, f"{wait}: {limited}")
            asked = len(self.server.published)
            home.run("flush", check=0)
            self.assertEqual(len(self.server.published), asked, "it isn't asked again before that")
            self.assertIn("429", home.run("why", "1", check=0).stdout)

    def test_a_redirect_is_never_followed(self):
        other = ScriptedServer()
        self.flush(http("301 Moved Permanently", b"", "Location: " + other.url), 6, "1@hook  failed", "redirects",
                   f"127.0.0.1:{other.port}")
        self.assertEqual(other.connections, 0)
        other.close()
        self.assertEqual(self.state(), "failed")
        self.assertIn("redirects", self.why())

    def test_a_410_fails_the_post_and_says_how_it_goes_elsewhere(self):
        self.flush(http("410 Gone"), 6, "1@hook  failed", "410", "postq edit 1 --to NAME")
        self.assertEqual(self.state(), "failed")
        why = self.why()
        self.assertIn("gone for good", why)
        self.assertNotIn("sign-in", why)

    def test_a_401_wants_a_sign_in_and_keeps_the_post(self):
        self.flush(http("401 Unauthorized"), 3, "401", "postq account login hook")
        self.assertEqual(self.state(), "queued")

    def test_a_refusal_fails_and_says_what_to_type(self):
        self.flush(http("422 Unprocessable Entity", b"no"), 6, "1@hook  failed", "422", "postq retry 1@hook")
        self.assertEqual(self.state(), "failed")
        self.assertIn("422", self.why())
        self.flush(ScriptedServer.OK, 0)
        self.assertEqual(len(self.server.published), 1, "a refusal isn't repeated by itself")


class Signals(unittest.TestCase):
    """A flush that is asked to stop while a slow server still has its first of three posts."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="postq-signals-")
        self.addCleanup(self.folder.cleanup)
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home = Home(BINARY, os.path.join(self.folder.name, "home"))
        self.home.configure('[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n')
        self.home.add_webhook("hook", self.server.url)
        self.texts = [f"Post {n} of three that are due at once" for n in (1, 2, 3)]
        for text in self.texts:
            self.home.run("add", text, check=0)
        self.home.approve("1", "2", "3")

        def slow(connection):
            self.asked.set()
            self.go_on.wait(20)
            connection.sendall(ScriptedServer.OK)

        self.server.answer = slow

    def interrupted_flush(self, *signals):
        process = subprocess.Popen([BINARY, "flush"], env=self.home.environment(), stdin=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        with process.stderr:
            self.assertTrue(self.asked.wait(20))
            for number in signals:
                process.send_signal(number)
                time.sleep(0.1)
            self.go_on.set()
            said = process.stderr.read()
        return process.wait(20), said

    def states(self):
        return [row["state"] for row in sorted(self.home.rows(), key=lambda row: row["post"])]

    def everything_arrives_once(self):
        self.server.answer = ScriptedServer.OK
        for minutes in (0, 10):
            self.home.run("flush", prefix=("faketime", "-f", f"+{minutes}m"), check=0)
        self.assertEqual(self.states(), ["sent"] * 3)
        for text in self.texts:
            self.assertEqual(len({i for i, sent in self.server.published if sent == text}), 1, text)

    def test_it_finishes_what_is_in_the_air_and_claims_nothing_more(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                self.setUp()
                code, said = self.interrupted_flush(number)
                self.assertEqual(code, 130, said)
                self.assertEqual(self.states(), ["sent", "queued", "queued"])
                self.assertEqual(len(self.server.published), 1)
                self.everything_arrives_once()

    def test_a_second_signal_is_meant_and_loses_nothing(self):
        code, said = self.interrupted_flush(signal.SIGINT, signal.SIGINT)
        self.assertEqual(code, -signal.SIGINT, said)
        self.assertEqual(self.states(), ["sending", "queued", "queued"])
        self.everything_arrives_once()


if __name__ == "__main__":
    unittest.main()
