#!/usr/bin/env python3
"""postq against Bluesky's own PDS, on this machine.

    bluesky_test.py POSTQ MODULES [unittest arguments]

MODULES is the folder that package.json was installed in. A proxy stands between the two: it counts the calls, and can
lose an answer that the server has given. Each test has users of its own. The last line is `N passed, N failed`.
"""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import xrpc  # noqa: E402
from postq_home import Home, is_sanitized, reset  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
MODULES = os.path.abspath(sys.argv.pop(1))
POSTS = "app.bsky.feed.post"
SERVER_HOST = "127.0.0.2"  # the proxy has the same port at 127.0.0.1, where the server's name for itself leads
USERS = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory",
         "niaj", "olivia", "peggy"]
MEASURED_POSTS = 40
ANY_MIX = '[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n'


class Proxy:
    """Passes every call on to the PDS. `lose`, a function of (method, answer), may say that an answer goes missing."""

    def __init__(self):
        self.calls = []  # (method, body)
        self.server_seconds = 0.0  # that the server took for its answers
        self.lose = None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                method = urllib.parse.urlsplit(self.path).path.removeprefix("/xrpc/")
                proxy.calls.append((method, body))
                started = time.monotonic()
                server = http.client.HTTPConnection(SERVER_HOST, proxy.port, timeout=60)
                server.request(self.command, self.path, body or None, dict(self.headers))
                answer = server.getresponse()
                content = answer.read()
                server.close()
                proxy.server_seconds += time.monotonic() - started
                if proxy.lose and proxy.lose(method, answer.status):
                    self.close_connection = True
                    reset(self.connection)
                    return
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "keep-alive", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = pass_on

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a killed client breaks its connection; that is the point

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def sign_ins(self, user):
        return sum(method == "com.atproto.server.createSession" and
                   json.loads(body)["identifier"] in (user["handle"], user["did"]) for method, body in self.calls)

    def count(self, method):
        return sum(called == method for called, _ in self.calls)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Pds:
    """The server's process, and its users."""

    def __init__(self, port, folder):
        self.port = port
        data = os.path.join(folder, "pds")
        os.mkdir(data)
        self.log = open(os.path.join(folder, "pds.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["node", os.path.join(HERE, "pds.mjs"), MODULES, data, SERVER_HOST, str(port), *USERS],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.log.seek(0)
            raise AssertionError(f"the PDS didn't start:\n{self.log.read()[-4000:]}")
        ready = json.loads(line)
        if ready["pid"] != self.process.pid:
            raise AssertionError("somebody else's server answers")
        self.url, self.plc, self.users, self.jwt_secret = (ready[key] for key in ("url", "plc", "users", "jwt_secret"))

    def lives(self):
        return self.process.poll() is None

    def stop(self):
        """It goes by itself when its standard input ends."""
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def call(self, method, body=None, token=None, **query):
        """Straight to the server, as another client does it."""
        return xrpc.call(SERVER_HOST, self.port, method, body, token, **query)

    def records(self, user):
        """A user's posts by their keys, which within a second are in no order but a thread's: (key, {uri, cid, value})."""
        found = self.call("com.atproto.repo.listRecords", repo=user["did"], collection=POSTS, limit=100, reverse="true")
        return [(record["uri"].rsplit("/", 1)[1], record) for record in found["records"]]

    def record(self, user, key):
        return self.call("com.atproto.repo.getRecord", repo=user["did"], collection=POSTS, rkey=key)

    def gates(self, user, kind):
        """The threadgate or postgate records of a user: {key: value}."""
        found = self.call("com.atproto.repo.listRecords", repo=user["did"], collection="app.bsky.feed." + kind, limit=100)
        return {record["uri"].rsplit("/", 1)[1]: record["value"] for record in found["records"]}

    def write_by_hand(self, user, text):
        """What any other app does."""
        session = self.call("com.atproto.server.createSession", {"identifier": user["handle"], "password": user["password"]})
        record = {"$type": POSTS, "text": text, "createdAt": xrpc.now(), "langs": ["en"]}
        return self.call("com.atproto.repo.createRecord", {"repo": user["did"], "collection": POSTS, "record": record},
                         session["accessJwt"])

    def expired(self, token):
        """The same token as the server would have made it some hours ago."""
        def encode(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")

        head, body, _ = token.encode().split(b".")
        claims = json.loads(base64.urlsafe_b64decode(body + b"=="))
        claims["iat"] -= 10_000
        claims["exp"] = claims["iat"] + 7200
        signed = head + b"." + encode(json.dumps(claims).encode())
        signature = hmac.new(self.jwt_secret.encode(), signed, hashlib.sha256).digest()
        return (signed + b"." + encode(signature)).decode()


class Site:
    """A web page to link to, with a preview, and the requests that it got. With `directory` it also stands for the
    directory of DIDs, which alone makes an address of this machine one that an account may reach."""

    def __init__(self, picture, directory=None):
        self.requests = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if directory and self.path.startswith("/did:"):
                    with urllib.request.urlopen(directory + self.path) as found:
                        kind, content = found.headers["content-type"], found.read()
                    return self.respond(kind, content)
                site.requests.append(self.path)
                if self.path == "/oak.png":
                    kind, content = "image/png", picture
                else:
                    kind, content = "text/html; charset=utf-8", (
                        b'<!doctype html><html><head><title>Not this one</title><meta property="og:title" '
                        b'content="Oaks &amp; ends"><meta property="og:description" content="What is left of a '
                        b'tree \xe2\x80\x93 a lot"><meta property="og:image" content="/oak.png"></head></html>')
                return self.respond(kind, content)

            def respond(self, kind, content):
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 4 % 256, y * 5 % 256, 90)[i] for x in range(width) for i in range(3))
                    for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def setUpModule():
    global proxy, pds, everything
    everything = tempfile.mkdtemp(prefix="postq-real-")
    unittest.addModuleCleanup(shutil.rmtree, everything, ignore_errors=True)
    proxy = Proxy()
    unittest.addModuleCleanup(proxy.close)
    started = time.monotonic()
    pds = Pds(proxy.port, everything)
    unittest.addModuleCleanup(pds.stop)
    print(f"the PDS, its directory and {len(USERS)} users were ready after {time.monotonic() - started:.1f} s", flush=True)


class Bluesky(unittest.TestCase):
    def setUp(self):
        self.assertTrue(pds.lives(), "the PDS has ended")
        self.addCleanup(setattr, proxy, "lose", None)

    def user(self, name, config=ANY_MIX, home="home", directory=None):
        """Signs a user in; the account is called after them."""
        home = Home(BINARY, os.path.join(everything, self.id().rsplit(".", 1)[1], home))
        home.configure(config)
        user = pds.users[name]
        added = home.run("account", "add", name, "--platform", "bluesky", "--handle", user["handle"], "--url", pds.url,
                         "--plc", directory or pds.plc, "--allow-private", stdin=user["app_password"] + "\n", check=0)
        self.assertIn(f"{name} is added: {user['handle']}", added.stderr)
        self.said_when_added = added.stderr
        return home, user

    def queue(self, home, *arguments, stdin=""):
        home.run("add", *arguments, stdin=stdin, check=0)
        number = str(max(row["post"] for row in home.rows()))
        home.approve(number)
        return number

    def texts(self, user):
        return [record["value"]["text"] for _, record in pds.records(user)]

    def states(self, home):
        return [row["state"] for row in home.rows()]

    def secrets_file(self, home, name):
        return os.path.join(home.folder, ".local", "share", "postq", "secrets", name + ".json")

    def only_record(self, user):
        records = pds.records(user)
        self.assertEqual(len(records), 1)
        return pds.record(user, records[0][0])["value"]

    # --- signing in

    def test_signs_in_with_an_app_password_once(self):
        home, user = self.user("alice")
        for text in ("One", "Two"):
            self.queue(home, text)
            home.run("flush", check=0)
        home.run("account", "test", "alice", check=0)
        self.assertCountEqual(self.texts(user), ["One", "Two"])
        self.assertEqual(proxy.sign_ins(user), 1)
        with open(self.secrets_file(home, "alice"), encoding="utf-8") as file:
            kept = file.read()
        self.assertEqual(os.stat(self.secrets_file(home, "alice")).st_mode & 0o777, 0o600)
        log = home.run("log", "--json", check=0).stdout
        for word in [user["app_password"], *(value for value in json.loads(kept).values() if str(value).startswith("ey"))]:
            self.assertNotIn(str(word), log)

    def test_a_wrong_password_is_said_to_be_one(self):
        home = Home(BINARY, os.path.join(everything, "wrong"))
        done = home.run("account", "add", "bob", "--platform", "bluesky", "--handle", "bob.test", "--url", pds.url, "--plc",
                        pds.plc, "--allow-private", stdin="abcd-efgh-ijkl-mnop\n")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("doesn't take the app password of @bob.test", done.stderr)
        self.assertNotIn("abcd-efgh", done.stdout + done.stderr)

    def test_a_session_that_ran_out_is_renewed_without_the_password(self):
        home, user = self.user("carol")
        path = self.secrets_file(home, "carol")
        for name, spoil in (("expired", pds.expired), ("garbled", lambda token: token[:-6] + "AAAAAA")):
            with self.subTest(token=name):
                with open(path, encoding="utf-8") as file:
                    kept = json.load(file)
                refresh_token = kept["refresh_token"]
                kept["access_token"] = spoil(kept["access_token"])
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(kept, file)
                renewed = proxy.count("com.atproto.server.refreshSession")
                self.queue(home, "With a token that is " + name)
                home.run("flush", check=0)
                self.assertIn("With a token that is " + name, self.texts(user))
                self.assertEqual(proxy.count("com.atproto.server.refreshSession"), renewed + 1)
                with open(path, encoding="utf-8") as file:
                    after = json.load(file)
                self.assertNotEqual(after["access_token"], kept["access_token"])
                self.assertNotEqual(after["refresh_token"], refresh_token)
        self.assertEqual(proxy.sign_ins(user), 1)

    # --- what is written

    def test_facets_stand_at_the_bytes_of_their_words(self):
        home, user = self.user("dave")
        site = Site(png(8, 8))
        self.addCleanup(site.close)
        link = site.url + "/a/rather/long/address/that/is/shown/short?with=a&query=too"
        self.queue(home, f"✨ Für @bob.test, 👨‍👩‍👧‍👧 und {link} sowie #Köln! Nicht: a@b.c @nobody.test")
        home.run("flush", check=0)
        value = self.only_record(user)
        text = value["text"].encode()
        found = {}
        for facet in value["facets"]:
            (feature,) = facet["features"]
            words = text[facet["index"]["byteStart"]:facet["index"]["byteEnd"]].decode()
            found[feature["$type"].rsplit("#", 1)[1]] = (words, {k: v for k, v in feature.items() if k != "$type"})
        self.assertEqual(len(value["facets"]), 3, value["facets"])
        self.assertEqual(found["mention"], ("@bob.test", {"did": pds.users["bob"]["did"]}))
        self.assertEqual(found["tag"], ("#Köln", {"tag": "Köln"}))
        words, feature = found["link"]
        self.assertEqual(feature, {"uri": link})
        self.assertTrue(words.startswith(link.removeprefix("http://")[:20]) and words.endswith("..."), words)
        self.assertLess(len(words), 40)

    def test_a_picture_has_its_description_and_its_shape(self):
        home, user = self.user("erin")
        picture = os.path.join(home.folder, "oak.png")
        with open(picture, "wb") as file:
            file.write(png(64, 48))
        self.queue(home, "An oak", "--media", picture, "--alt", "Ein Holzschild – mit Eichel")
        home.run("flush", check=0)
        (image,) = self.only_record(user)["embed"]["images"]
        self.assertEqual(image["alt"], "Ein Holzschild – mit Eichel")
        self.assertEqual(image["aspectRatio"], {"width": 64, "height": 48})
        blob = pds.call("com.atproto.sync.getBlob", did=user["did"], cid=image["image"]["ref"]["$link"])
        self.assertEqual((blob[:8], len(blob)), (b"\x89PNG\r\n\x1a\n", image["image"]["size"]))

    def test_a_link_has_the_card_that_was_reviewed(self):
        site = Site(png(40, 30), directory=pds.plc)
        self.addCleanup(site.close)
        home, user = self.user("frank", directory=site.url)
        self.queue(home, f"To read: {site.url}/oaks")
        self.assertIn("/oaks", site.requests)
        site.requests.clear()
        home.run("flush", check=0)
        self.assertEqual(site.requests, [], "the page is read before review, never at sending")
        embed = self.only_record(user)["embed"]
        self.assertEqual(embed["$type"], "app.bsky.embed.external")
        card = embed["external"]
        self.assertEqual((card["uri"], card["title"], card["description"]),
                         (site.url + "/oaks", "Oaks & ends", "What is left of a tree – a lot"))
        self.assertEqual(card["thumb"]["mimeType"], "image/png")
        self.assertTrue(pds.call("com.atproto.sync.getBlob", did=user["did"], cid=card["thumb"]["ref"]["$link"]))
        other = Site(png(40, 30))
        self.addCleanup(other.close)
        self.queue(home, f"Not to read: {other.url}/oaks")
        self.assertEqual(other.requests, [], "a page of this machine that the account's settings don't name")

    def assert_thread(self, user, texts):
        records = [record for _, record in pds.records(user)]
        self.assertEqual([record["value"]["text"] for record in records], texts)
        refs = [{"uri": record["uri"], "cid": record["cid"]} for record in records]
        self.assertNotIn("reply", records[0]["value"])
        for n in range(1, len(records)):
            self.assertEqual(records[n]["value"]["reply"], {"root": refs[0], "parent": refs[n - 1]})

    def test_a_thread_hangs_together(self):
        home, user = self.user("grace")
        parts = [f"Part {n} of a thread" for n in range(1, 6)]
        self.queue(home, "--thread", "-", stdin="\n---\n".join(parts))
        home.run("flush", check=0)
        self.assert_thread(user, parts)

    # --- answers that get lost

    def kill_at_answer(self, home, number, writing="com.atproto.repo.putRecord"):
        """Kills a flush when the server has stored its `number`th record and postq hasn't heard of it."""
        stored, killed = threading.Event(), threading.Event()
        puts = []

        def lose(method, status):
            if method != writing or status != 200:
                return False
            puts.append(method)
            if len(puts) < number:
                return False
            stored.set()
            killed.wait(60)
            return True

        proxy.lose = lose
        flush = subprocess.Popen([BINARY, "flush"], env=home.environment(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.assertTrue(stored.wait(60), "the record was never sent")
            flush.send_signal(signal.SIGKILL)
            self.assertEqual(flush.wait(), -signal.SIGKILL)
        finally:
            killed.set()
            proxy.lose = None
            if flush.poll() is None:
                flush.kill()
                flush.wait()

    def test_killed_between_sending_and_receipt_it_leaves_one_record(self):
        home, user = self.user("heidi")
        self.queue(home, "Once and only once")
        self.kill_at_answer(home, 1)
        ((key, before),) = pds.records(user)
        home.run("flush", check=0)
        ((key_after, after),) = pds.records(user)
        self.assertEqual((key_after, after["cid"]), (key, before["cid"]))
        self.assertEqual(self.states(home), ["sent"])
        self.assertIn(key, home.run("show", "1", "--json", check=0).stdout)
        home.run("log", "--verify", check=0)

    def test_killed_at_part_three_of_five_the_thread_goes_on(self):
        home, user = self.user("ivan")
        parts = [f"Part {n}, whatever dies" for n in range(1, 6)]
        self.queue(home, "--thread", "-", stdin="\n---\n".join(parts))
        self.kill_at_answer(home, 3)
        self.assertEqual(self.texts(user), parts[:3])
        home.run("flush", check=0)
        self.assert_thread(user, parts)
        self.assertEqual(self.states(home), ["sent"])

    # --- who may reply and quote

    def assert_gates(self, user, allow):
        """The first record is gated for replies, and every one for quotes."""
        records = pds.records(user)
        replies, quotes = pds.gates(user, "threadgate"), pds.gates(user, "postgate")
        self.assertEqual(list(replies), [records[0][0]])
        self.assertCountEqual(quotes, [key for key, _ in records])
        (gate,) = replies.values()
        self.assertEqual(gate["post"], records[0][1]["uri"])
        self.assertEqual([rule["$type"].rsplit("#", 1)[1] for rule in gate["allow"]], allow)
        for key, record in records:
            self.assertEqual(quotes[key]["post"], record["uri"])
            self.assertEqual([rule["$type"] for rule in quotes[key]["embeddingRules"]], ["app.bsky.feed.postgate#disableRule"])

    def test_a_gated_thread_is_written_with_its_gates_and_taken_back_with_them(self):
        home, user = self.user("olivia")
        self.queue(home, "--thread", "-", "--replies", "followers,mentioned", "--quotes", "nobody",
                   stdin="One, to some\n---\nTwo, to the same")
        home.run("flush", check=0)
        self.assertEqual(self.texts(user), ["One, to some", "Two, to the same"])
        self.assert_gates(user, ["mentionRule", "followerRule"])
        code, said = home.at_terminal("retract", "1", answers=["y"])
        self.assertEqual(code, 0, said)
        self.assertEqual((self.texts(user), pds.gates(user, "threadgate"), pds.gates(user, "postgate")), ([], {}, {}))

    def test_killed_between_sending_and_receipt_a_gated_post_is_there_once(self):
        home, user = self.user("peggy")
        self.queue(home, "Nobody need answer", "--replies", "nobody", "--quotes", "nobody")
        self.kill_at_answer(home, 1, "com.atproto.repo.applyWrites")
        ((key, before),) = pds.records(user)
        home.run("flush", check=0)
        ((key_after, after),) = pds.records(user)
        self.assertEqual((key_after, after["cid"]), (key, before["cid"]))
        self.assert_gates(user, [])
        self.assertEqual(self.states(home), ["sent"])

    # --- the mix

    def test_scheduled_posts_wait_for_one_by_hand_of_another_app(self):
        home, user = self.user("judy", '[policy]\nmin_gap = "off"\n')
        for text in ("First", "Second", "Third", "Fourth"):
            self.queue(home, text)
        home.run("flush", check=0)
        self.assertEqual(self.texts(user), [])
        self.assertIn("by hand", home.run("why", "1", check=0).stdout)
        pds.write_by_hand(user, "Typed on a phone")
        home.run("flush", check=0)
        self.assertCountEqual(self.texts(user), ["Typed on a phone", "First", "Second", "Third"])
        self.assertIn("1 by hand", home.run("status", check=0).stdout)
        home.run("flush", check=0)
        self.assertEqual(len(self.texts(user)), 4, "three for one")
        pds.write_by_hand(user, "Typed on a phone once more")
        home.run("flush", check=0)
        self.assertIn("Fourth", self.texts(user))

    def test_what_a_postq_elsewhere_scheduled_is_not_by_hand(self):
        elsewhere, user = self.user("bob", home="elsewhere")
        self.queue(elsewhere, "Out of another machine's queue")
        elsewhere.run("flush", check=0)
        home, _ = self.user("bob", '[policy]\nmin_gap = "off"\n')
        self.assertIn("0 by hand, 1 scheduled in the last 14 days", self.said_when_added)
        self.queue(home, "Out of this machine's queue")
        home.run("flush", check=0)
        self.assertEqual(self.texts(user), ["Out of another machine's queue"])
        self.assertIn("0 by hand", home.run("status", check=0).stdout)

    def test_a_retracted_post_is_gone(self):
        home, user = self.user("mallory")
        self.queue(home, "Said too much")
        home.run("flush", check=0)
        self.assertEqual(self.texts(user), ["Said too much"])
        code, said = home.at_terminal("retract", "1", answers=["y"])
        self.assertEqual(code, 0, said)
        self.assertEqual(self.texts(user), [])
        self.assertEqual([row["standing"] for row in home.rows()], ["removed"])
        self.assertIn("taken back", home.run("show", "1", check=0).stdout)

    def test_a_queue_empties_with_one_sign_in(self):
        home, user = self.user("niaj")
        for n in range(MEASURED_POSTS):
            home.run("add", f"Number {n} of the measured ones", check=0)
        for first in range(1, MEASURED_POSTS, 10):
            home.approve(*[str(n) for n in range(first, first + 10)])
        proxy.server_seconds = 0.0
        started = time.monotonic()
        home.run("flush", check=0)
        took = time.monotonic() - started
        self.assertEqual(len(self.texts(user)), MEASURED_POSTS)
        self.assertEqual(proxy.sign_ins(user), 1)
        if not is_sanitized(BINARY):
            print(f"\na flush of {MEASURED_POSTS} posts: {took:.2f} s, of which the server {proxy.server_seconds:.2f} s; "
                  f"{MEASURED_POSTS / took:.1f} posts/s; createSession in the account's life: {proxy.sign_ins(user)}", flush=True)


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=2).result
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"{max(outcome.testsRun - failed, 0)} passed, {failed} failed")
    sys.exit(failed != 0 or outcome.testsRun == 0)
