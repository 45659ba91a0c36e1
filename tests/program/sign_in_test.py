"""Signing in to a Mastodon instance, as a person at a terminal does it: with a browser here, with one elsewhere, and with
everything that goes wrong on the way. The instance is scripted and listens on 127.0.0.1.

    sign_in_test.py POSTQ
"""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import pty
import re
import select
import signal
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from json_server import JsonHandler, JsonServer  # noqa: E402
from postq_home import Home  # noqa: E402

BINARY = ""
TOKEN = "token-that-nobody-may-see"
CODE = "code-that-nobody-may-see"
SECRET = "app-secret-that-nobody-may-see"
APP_PASSWORD = "abcd-efgh-ijkl-mnop"
MAIN_PASSWORD = "correct horse battery staple"
DID = "did:plc:alicealicealicealicealic"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class Instance(JsonServer):
    """Speaks as much of Mastodon's API as a sign-in needs, and insists on every proof."""

    def __init__(self):
        self.apps = {}  # client id -> redirect URI
        self.challenge = None
        self.redirect = None
        self.codes_refused = 0
        self.signed_in_as = "anna"
        self.closes = False  # the connection, after each answer, without a word
        self.restarting = {}  # path -> how many of the next requests get a 503
        instance = self

        class Handler(JsonHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, value, **headers):
                super().answer(status, value, **headers)
                self.close_connection = self.close_connection or instance.closes

            def is_restarting(self):
                path = self.path.partition("?")[0]
                left = instance.restarting.get(path, 0)
                instance.restarting[path] = left - 1
                if left > 0:
                    self.answer(503, {"error": "Service Unavailable"})
                return left > 0

            def do_GET(self):
                path, _, query = self.path.partition("?")
                if self.is_restarting():
                    return
                fields = dict(urllib.parse.parse_qsl(query))
                if path == "/oauth/authorize":
                    self.authorize(fields)
                elif path == "/.well-known/oauth-authorization-server":
                    self.answer(200, {"code_challenge_methods_supported": ["S256"]})
                elif path in ("/api/v1/instance", "/api/v2/instance"):
                    self.answer(200, {"version": "4.5.2", "configuration": {"statuses": {"max_characters": 500, "max_media_attachments": 4}}})
                elif self.headers.get("authorization") != "Bearer " + TOKEN:
                    self.answer(401, {"error": "The access token is invalid"})
                elif path == "/api/v1/accounts/verify_credentials":
                    number = {"anna": "109", "bob": "110"}[instance.signed_in_as]
                    self.answer(200, {"id": number, "username": instance.signed_in_as, "acct": instance.signed_in_as})
                elif path.endswith("/statuses"):
                    self.answer(200, [])
                else:
                    self.answer(404, {"error": "Record not found"})

            def authorize(self, fields):
                app = instance.apps.get(fields["client_id"])
                if app != fields["redirect_uri"] or fields["response_type"] != "code" or fields["code_challenge_method"] != "S256":
                    self.answer(400, {"error": "invalid_request"})
                    return
                instance.challenge = fields["code_challenge"]
                instance.redirect = fields["redirect_uri"]
                if instance.redirect == OUT_OF_BAND:
                    self.answer(200, {"shown to the person": CODE})
                    return
                back = urllib.parse.urlencode({"code": CODE, "state": fields["state"]})
                self.answer(302, {}, Location=instance.redirect + "?" + back)

            def do_POST(self):
                body = self.body().decode()
                if self.is_restarting():
                    return
                if self.path == "/api/v1/apps":
                    name = f"client-{len(instance.apps) + 1}"
                    instance.apps[name] = json.loads(body)["redirect_uris"]
                    self.answer(200, {"id": "1", "client_id": name, "client_secret": SECRET})
                    return
                fields = dict(urllib.parse.parse_qsl(body))
                proof = base64.urlsafe_b64encode(hashlib.sha256(fields["code_verifier"].encode()).digest()).rstrip(b"=").decode()
                right = (self.path == "/oauth/token" and fields["code"] == CODE and fields["client_secret"] == SECRET and
                         fields["redirect_uri"] == instance.redirect and proof == instance.challenge)
                if right:
                    self.answer(200, {"access_token": TOKEN, "token_type": "Bearer", "scope": "read write"})
                else:
                    instance.codes_refused += 1
                    self.answer(400, {"error": "invalid_grant", "error_description": "The provided grant is invalid or expired"})

        self.listen(Handler)


class Pds(JsonServer):
    """A server of the AT Protocol with one account, which knows its app password and its main one."""

    def __init__(self):
        self.sessions = 0
        pds = self

        class Handler(JsonHandler):
            def do_POST(self):
                body = json.loads(self.body())
                if body["password"] == MAIN_PASSWORD:
                    self.answer(401, {"error": "AuthFactorTokenRequired", "message": "A sign in code has been sent"})
                elif body["password"] != APP_PASSWORD:
                    self.answer(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
                else:
                    pds.sessions += 1
                    self.answer(200, {"accessJwt": TOKEN, "refreshJwt": SECRET, "did": DID, "handle": "alice.example"})

            def do_GET(self):
                if self.path.startswith("/xrpc/com.atproto.server.getSession"):
                    self.answer(200, {"did": DID, "handle": "alice.example"})
                elif self.path.startswith("/xrpc/com.atproto.repo.listRecords"):
                    self.answer(200, {"records": []})
                else:
                    self.answer(404, {"error": "NotFound", "message": ""})

        self.listen(Handler)


class Person:
    """Somebody at a terminal who reads what postq writes there."""

    def __init__(self, home, *arguments, **environment):
        self.screen = ""
        self.seen = 0
        variables = home.environment(TERM="xterm", **environment)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                os.execvpe(home.binary, [home.binary, *arguments], variables)
            finally:
                os._exit(127)  # a second copy of the test must not go on

    def reads(self, pattern, seconds=20):
        """Waits until the screen shows it, behind what was waited for before."""
        deadline = time.monotonic() + seconds
        while not (found := re.compile(pattern).search(self.screen, self.seen)):
            ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
            piece = b""
            if ready:
                try:
                    piece = os.read(self.terminal, 65536)
                except OSError:
                    pass
            if not piece:
                raise AssertionError(f"'{pattern}' never came:\n{self.screen}")
            self.screen += piece.decode(errors="replace").replace("\r", "")
        self.seen = found.end()
        return found.group(0)

    def types(self, text):
        os.write(self.terminal, text.encode())

    def ends(self):
        """The rest of the screen, and the exit code."""
        while True:
            try:
                piece = os.read(self.terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            self.screen += piece.decode(errors="replace").replace("\r", "")
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)


def visit(url):
    """What a browser does with an address, but for following redirects: status, Location, page."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", parts.path + "?" + parts.query)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Location"), page


class SignIn(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="postq-sign-in-")
        self.home = Home(BINARY, os.path.join(self.folder.name, "home"))
        self.instance = Instance()
        self.programs = os.path.join(self.folder.name, "bin")
        os.mkdir(self.programs)
        self.opened = os.path.join(self.folder.name, "opened")

    def tearDown(self):
        self.instance.close()
        self.folder.cleanup()

    def with_browser(self):
        """A machine with a screen, whose browser notes what it is to open."""
        program = os.path.join(self.programs, "xdg-open")
        with open(program, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\nprintf '%s' \"$1\" > {self.opened}.new && mv {self.opened}.new {self.opened}\n")
        os.chmod(program, 0o755)
        return {"DISPLAY": ":9", "PATH": self.programs + ":" + os.environ["PATH"]}

    def add(self, *more, **environment):
        return Person(self.home, "account", "add", "masto", "--platform", "mastodon", "--url", self.instance.url,
                      "--allow-private", "--zone", "UTC", *more, **environment)

    def address(self, person):
        return person.reads(re.escape(self.instance.url) + r"/oauth/authorize\?\S+(?=\n)")

    def kept(self):
        with open(os.path.join(self.home.folder, ".local/share/postq/secrets/masto.json"), encoding="utf-8") as file:
            return json.load(file)

    def nothing_is_stored(self):
        self.assertFalse(os.path.exists(os.path.join(self.home.folder, ".local/share/postq")))

    def nothing_leaks(self, person):
        """No secret is on the screen, and none in a file but the one for secrets."""
        for secret in (TOKEN, CODE, SECRET):
            self.assertNotIn(secret, person.screen)
            for folder, _, names in os.walk(self.home.folder):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        if not folder.endswith("/secrets"):
                            self.assertNotIn(secret.encode(), file.read(), f"in {name}")

    def signed_in(self, person):
        self.assertEqual(person.ends(), 0, person.screen)
        self.assertIn("masto is added: anna@127.0.0.1", person.screen)
        self.assertEqual(self.kept()["token"], TOKEN)
        self.assertEqual(self.kept()["client_secret"], SECRET)
        self.nothing_leaks(person)

    def gone(self, address):
        with self.assertRaises(ConnectionRefusedError):
            visit(address)

    def test_a_browser_here_is_opened_and_comes_back_by_itself(self):
        person = self.add(**self.with_browser())
        address = self.address(person)
        person.reads("Waiting")
        status, back, _ = visit(address)
        self.assertEqual(status, 302)
        port = urllib.parse.urlsplit(back).port
        self.assertEqual(visit(f"http://127.0.0.1:{port}/favicon.ico")[0], 404)
        status, _, page = visit(back)
        self.assertEqual(status, 200)
        self.assertIn("You can close this window", page)
        self.signed_in(person)
        with open(self.opened, encoding="utf-8") as file:
            self.assertEqual(file.read(), address)
        self.gone(back)

    def test_the_address_where_a_browser_elsewhere_ended_can_be_pasted(self):
        person = self.add(**self.with_browser())
        address = self.address(person)
        person.reads("Waiting")
        person.types(address + "\n")
        person.reads("no code in that address")
        person.reads("Waiting")
        _, back, _ = visit(address)
        person.types("  " + back + " \n")
        self.signed_in(person)

    def test_without_a_browser_program_the_address_is_still_shown(self):
        os.symlink(BINARY, os.path.join(self.programs, "postq"))
        person = self.add(DISPLAY=":9", PATH=self.programs)
        address = self.address(person)
        person.reads("Waiting")
        visit(visit(address)[1])
        self.signed_in(person)

    def test_over_ssh_a_code_is_pasted_and_a_wrong_one_may_be_mended(self):
        ways = {"--paste": self.with_browser(), "": {**self.with_browser(), "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}}
        for flag, environment in ways.items():
            with self.subTest(flag or "ssh"):
                person = self.add(*filter(None, [flag]), **environment)
                address = self.address(person)
                self.assertIn(urllib.parse.quote(OUT_OF_BAND, safe=""), address)
                person.reads("Code")
                self.assertEqual(visit(address)[0], 200)
                person.types("another-code\n")
                person.reads("that code is wrong, used up or too old")
                person.reads("Code")
                person.types(CODE + "\n")
                self.signed_in(person)
                self.assertFalse(os.path.exists(self.opened))
                self.assertEqual(self.home.run("account", "rm", "masto", "--yes").returncode, 0)

    def test_a_code_is_refused_for_good_the_third_time(self):
        person = self.add("--paste")
        address = self.address(person)
        visit(address)
        for _ in range(3):
            person.reads("Code")
            person.types("wrong\n")
        self.assertEqual(person.ends(), 3, person.screen)
        self.assertIn("postq account add masto --platform mastodon --url", person.screen)
        self.assertIn("--paste", person.screen[person.screen.rindex("again:"):])
        self.assertEqual(self.instance.codes_refused, 3)
        self.nothing_is_stored()

    def test_a_yes_in_the_browser_outlives_a_server_that_is_restarted(self):
        for path in ("/oauth/token", "/api/v1/accounts/verify_credentials"):
            with self.subTest(path):
                self.instance.restarting = {path: 2}
                person = self.add(**self.with_browser())
                address = self.address(person)
                person.reads("Waiting")
                visit(visit(address)[1])
                for _ in range(2):
                    person.reads("says 503")
                    person.reads("Enter tries again")
                    person.types("\n")
                self.signed_in(person)
                apps = len(self.instance.apps)

                self.instance.restarting = {path: 1}
                person = Person(self.home, "account", "login", "masto", "--paste")
                visit(self.address(person))
                person.reads("Code")
                person.types(CODE + "\n")
                person.reads("Enter tries again")
                person.types("\n")
                self.assertEqual(person.ends(), 0, person.screen)
                self.assertEqual(len(self.instance.apps), apps + 1)
                self.assertEqual(self.home.run("account", "rm", "masto", "--yes").returncode, 0)

    def test_who_doesn_t_want_to_wait_for_a_server_leaves_and_nothing_is_stored(self):
        self.instance.restarting = {"/oauth/token": 9}
        person = self.add(**self.with_browser())
        visit(visit(self.address(person))[1])
        person.reads("Enter tries again")
        person.types("\x03")
        self.assertEqual(person.ends(), 130, person.screen)
        self.assertIn("again:  postq account add masto --platform mastodon", person.screen)
        self.nothing_is_stored()

    def test_a_server_that_closes_after_each_answer_loses_no_sign_in(self):
        self.instance.closes = True
        for _ in range(8):
            person = self.add(**self.with_browser())
            address = self.address(person)
            person.reads("Waiting")
            visit(visit(address)[1])
            self.signed_in(person)
            done = self.home.run("account", "test", "masto")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.home.run("account", "rm", "masto", "--yes").returncode, 0)

    def test_a_no_in_the_browser_and_an_answer_to_another_sign_in_are_named(self):
        for query, said in (("error=access_denied&error_description=The+owner+denied", "you said no to postq"),
                            ("error=server_error&error_description=try%0Alater", "says server_error: try"),
                            ("code=" + CODE, "sign-in than this one")):
            with self.subTest(query):
                person = self.add(**self.with_browser())
                fields = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.address(person)).query))
                person.reads("Waiting")
                state = fields["state"] if query.startswith("error") else "of-somebody-else"
                status, _, page = visit(fields["redirect_uri"] + "?" + query + "&state=" + state)
                self.assertEqual(status, 400)
                self.assertIn("You can close this window", page)
                self.assertEqual(person.ends(), 3, person.screen)
                self.assertIn(said, person.screen)
                self.assertIn("again:  postq account add masto --platform mastodon --url", person.screen)
                self.nothing_leaks(person)
                self.nothing_is_stored()
                self.gone(fields["redirect_uri"])

    def test_ctrl_c_leaves_nothing_behind_and_says_what_to_type(self):
        for environment in (self.with_browser(), {}):
            with self.subTest(environment):
                person = self.add(**environment)
                self.address(person)
                person.reads("not shown")
                person.types("\x03")
                self.assertEqual(person.ends(), 130, person.screen)
                self.assertIn("interrupted; nothing was stored", person.screen)
                self.assertIn("again:  postq account add masto --platform mastodon", person.screen)
                self.nothing_is_stored()

    def test_without_a_terminal_nothing_is_registered_and_the_other_ways_are_named(self):
        done = self.home.run("account", "add", "masto", "--platform", "mastodon", "--url", self.instance.url, "--allow-private")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--token-file FILE", done.stderr)
        self.assertEqual(self.instance.apps, {})
        self.nothing_is_stored()

    def test_a_token_can_still_be_piped_in_or_typed(self):
        done = self.home.run("account", "add", "masto", "--platform", "mastodon", "--url", self.instance.url, "--allow-private",
                             stdin=TOKEN + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        person = Person(self.home, "account", "login", "masto", "--token-file", "-")
        person.reads("Access token")
        person.types(TOKEN + "\n")
        self.assertEqual(person.ends(), 0, person.screen)
        self.assertIn("signed in as anna@127.0.0.1", person.screen)
        self.assertEqual(self.instance.apps, {})
        self.nothing_leaks(person)

    def test_login_signs_in_again_and_refuses_somebody_else(self):
        self.home.run("account", "add", "masto", "--platform", "mastodon", "--url", self.instance.url, "--allow-private",
                      stdin=TOKEN + "\n", check=0)
        person = Person(self.home, "account", "login", "masto", **self.with_browser())
        address = self.address(person)
        person.reads("Waiting")
        visit(visit(address)[1])
        self.assertEqual(person.ends(), 0, person.screen)
        self.assertEqual(self.kept()["client_id"], "client-1")

        self.instance.signed_in_as = "bob"
        person = Person(self.home, "account", "login", "masto", "--paste")
        visit(self.address(person))
        person.reads("Code")
        person.types(CODE + "\n")
        self.assertEqual(person.ends(), 5, person.screen)
        self.assertIn("bob@127.0.0.1", person.screen)
        self.assertEqual(self.kept()["client_id"], "client-1")
        self.nothing_leaks(person)


class AppPassword(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="postq-sign-in-")
        self.home = Home(BINARY, os.path.join(self.folder.name, "home"))
        self.pds = Pds()

    def tearDown(self):
        self.pds.close()
        self.folder.cleanup()

    def add(self):
        return Person(self.home, "account", "add", "bsky", "--platform", "bluesky", "--handle", "alice.example",
                      "--url", self.pds.url, "--allow-private", "--zone", "UTC")

    def test_it_is_told_where_to_make_one_and_typed_unseen(self):
        person = self.add()
        person.reads("https://bsky.app/settings/app-passwords")
        person.reads("App password [(]not shown")  # the advice above names the page "App passwords"
        person.types(APP_PASSWORD + "\n")
        self.assertEqual(person.ends(), 0, person.screen)
        self.assertIn("bsky is added: alice.example", person.screen)
        self.assertNotIn(APP_PASSWORD, person.screen)
        self.assertEqual(self.pds.sessions, 1)

    def test_the_main_password_and_a_wrong_one_are_named_as_what_they_are(self):
        for typed, said in ((MAIN_PASSWORD, "that is the main password"), ("wrong", "doesn't take that password")):
            with self.subTest(said):
                person = self.add()
                person.reads("App password [(]not shown")
                person.types(typed + "\n")
                self.assertEqual(person.ends(), 3, person.screen)
                self.assertIn(said, " ".join(person.screen.split()))
                self.assertIn("postq account add bsky --platform bluesky --handle alice.example", person.screen)
                self.assertNotIn(typed + "\n", person.screen)
                self.assertFalse(os.path.exists(os.path.join(self.home.folder, ".local/share/postq")))


if __name__ == "__main__":
    signal.alarm(240)  # a sign-in that hangs must not hang the run
    BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
