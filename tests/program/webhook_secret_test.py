#!/usr/bin/env python3
"""What stands behind the host of a webhook's address is a secret: it lies with the token, and nowhere else.

    webhook_secret_test.py POSTQ [unittest arguments]
"""

import json
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import SECRET, Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
SECRETS = ("T0PATHTOKEN", "B0THSECRETTOKEN", "Q0QUERYTOKEN", "R0REMOVEDTOKEN")
PATH = "/services/T0PATHTOKEN/B0THSECRETTOKEN?key=Q0QUERYTOKEN"
OPEN = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\nlate_after = "366d"\n'
# The address of the queue that an older postq left: one of this machine's own, and nobody else's.
OLD_HOST, OLD_PORT = "127.83.19.7", 18437


class Server(ScriptedServer):
    """Keeps the paths that it was asked for, too."""

    def __init__(self, host="127.0.0.1", port=0):
        self.answer, self.tls, self.published, self.connections, self.paths = self.OK, None, [], 0, []
        self.listener = socket.create_server((host, port), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _read(self, connection):
        head = connection.recv(65536, socket.MSG_PEEK)
        self.paths.append(head.split(b" ", 2)[1].decode())
        return ScriptedServer._read(connection)


class WebhookSecret(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-hook-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(OPEN)

    def no_secret_in(self, text, where):
        for secret in SECRETS:
            self.assertNotIn(secret, text, where)

    def no_secret_on_disk(self):
        found = []
        for folder, _, files in os.walk(self.home.folder):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                if any(secret.encode() in data for secret in SECRETS):
                    found.append(os.path.join(folder, name))
        self.assertEqual(found, [os.path.join(self.home.folder, ".local/share/postq/secrets/hook.json")])

    def show_everything(self, *ids):
        for words in (["account", "show", "hook"], ["account", "show", "hook", "--json"], ["account", "list"], ["account", "list", "--json"],
                      ["doctor"], ["doctor", "--json"], ["log"], ["log", "--json"], ["flush", "--dry-run"], ["flush", "--dry-run", "--json"],
                      ["status"], ["status", "--json"], ["list", "--all", "--json"], ["config"],
                      *(["show", one] for one in ids), *(["why", one] for one in ids), *(["show", one, "--json"] for one in ids)):
            done = self.home.run(*words)
            self.no_secret_in(done.stdout + done.stderr, words)

    def test_an_address_with_tokens_is_sent_to_and_never_seen(self):
        server = Server()
        self.home.add_webhook("hook", server.url + PATH)
        self.home.run("add", "To the hook", "--to", "hook", check=0)
        self.home.approve("1")
        self.show_everything("1")
        self.home.run("flush", check=0)
        self.assertEqual([text for _, text in server.published], ["To the hook"])
        self.assertEqual(set(server.paths), {PATH})
        self.assertIn(server.url + "/...", self.home.run("account", "show", "hook").stdout)
        self.no_secret_on_disk()

        # Answers that say no, lead elsewhere, or say the address back.
        for number, answer in enumerate((b"HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n",
                                         b"HTTP/1.1 301 go\r\nLocation: " + server.url.encode() + PATH.encode() + b"\r\nContent-Length: 0\r\n\r\n",
                                         b"HTTP/1.1 410 no\r\nContent-Length: 0\r\n\r\n"), 2):
            server.answer = answer
            self.home.run("add", f"Post {number}", "--to", "hook", check=0)
            self.home.approve(str(number))
            done = self.home.run("flush")
            self.no_secret_in(done.stdout + done.stderr, answer)
            self.show_everything(str(number))
        said = json.dumps({"id": server.url + PATH, "url": server.url + PATH}).encode()
        server.answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)
        self.home.run("account", "test", "hook", check=0)
        self.home.run("add", "Echoed", "--to", "hook", check=0)
        self.home.approve("5")
        self.home.run("flush")
        self.show_everything("5")
        self.no_secret_on_disk()

    def test_adding_says_nothing_back(self):
        server = Server()
        address = server.url + PATH
        done = self.home.run("account", "add", "hook", "--platform", "webhook", "--url", address, "--allow-private", "--dry-run", "--json", check=0)
        self.no_secret_in(done.stdout + done.stderr, "dry run")
        server.answer = None
        server.OK = b"HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n"
        done = self.home.run("account", "add", "hook", "--platform", "webhook", "--url", address, "--allow-private", stdin="whsec_" + SECRET)
        self.assertNotEqual(done.returncode, 0)
        self.no_secret_in(done.stdout + done.stderr, "add")
        shortened = self.home.run("account", "add", "hook", "--platform", "webhook", "--url", server.url + "/...", "--allow-private")
        self.assertEqual(shortened.returncode, 2)

    def test_from_a_file_and_unseen_at_a_terminal(self):
        server = Server()
        path = os.path.join(self.folder, "address")
        with open(path, "w", encoding="utf-8") as file:
            file.write(server.url + PATH + "\n")
        self.home.run("account", "add", "hook", "--platform", "webhook", "--url", "@" + path, "--allow-private", stdin="whsec_" + SECRET, check=0)
        self.home.run("account", "test", "hook", check=0)
        self.assertEqual(set(server.paths), {PATH})
        # "again" names no secret, and at a terminal asks for it.
        code, said = self.home.at_terminal("account", "add", "second", "--platform", "webhook", "--allow-private", "--zone", "UTC",
                                           answers=[server.url + PATH, "whsec_" + SECRET])
        self.assertEqual(code, 0, said)
        self.no_secret_in(said, "terminal")

    def test_a_queue_without_its_secrets_sends_nowhere_until_it_has_them(self):
        server = Server()
        self.home.add_webhook("hook", server.url + PATH)
        self.home.run("add", "To the hook", "--to", "hook", check=0)
        self.home.approve("1")
        secret = os.path.join(self.home.folder, ".local/share/postq/secrets/hook.json")
        with open(secret, encoding="utf-8") as file:
            values = json.load(file)
        del values["url"]
        with open(secret, "w", encoding="utf-8") as file:
            json.dump(values, file)
        before = len(server.paths)
        done = self.home.run("flush")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("postq account login hook --url", done.stdout + done.stderr)
        self.assertEqual(len(server.paths), before)
        self.assertIn("isn't here", self.home.run("doctor").stdout)
        other = self.home.run("account", "login", "hook", "--url", server.url + "/another/place")
        self.assertEqual(other.returncode, 3, other.stderr)
        self.home.run("account", "login", "hook", "--url", server.url + PATH, check=0)
        self.home.run("add", "With its address", "--to", "hook", check=0)
        self.home.approve("2")
        self.home.run("flush", check=0)
        # The first kept its place in front of it.
        self.assertEqual([text for _, text in server.published], ["To the hook", "With its address"])
        # One that was put in its place is not the one that was approved.
        values["url"] = server.url + "/elsewhere"
        with open(secret, "w", encoding="utf-8") as file:
            json.dump(values, file)
        self.home.run("add", "Another", "--to", "hook", check=0)
        self.home.approve("3")
        self.assertEqual(self.home.run("flush").returncode, 3)
        self.assertNotIn("/elsewhere", server.paths)

    def test_the_queue_of_an_older_postq(self):
        server = Server(OLD_HOST, OLD_PORT)
        self.addCleanup(server.close)
        data = os.path.join(self.home.folder, ".local/share/postq")
        os.makedirs(os.path.join(data, "secrets"), mode=0o700)
        os.chmod(data, 0o700)
        old = os.path.join(os.path.dirname(os.path.abspath(__file__)), "old", "webhook-v3.db")
        shutil.copyfile(old, self.home.database())
        os.chmod(self.home.database(), 0o600)
        secret = os.path.join(data, "secrets", "hook.json")
        with open(secret, "w", encoding="utf-8") as file:
            json.dump({"token": "whsec_" + SECRET}, file)
        os.chmod(secret, 0o600)

        shown = self.home.run("account", "show", "hook", check=0).stdout
        self.no_secret_in(shown, "account show")
        self.assertIn(f"http://{OLD_HOST}:{OLD_PORT}/...", shown)
        with open(secret, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["url"], f"http://{OLD_HOST}:{OLD_PORT}" + PATH)
        self.no_secret_on_disk()

        # Nothing is lost: the same posts in the same states, approved as they were, and the record is whole.
        states = {row["name"]: row["standing"] for row in self.home.rows()}
        self.assertEqual({name: states[name] for name in ("1@hook", "2@hook", "2@site", "4@hook", "5@hook")},
                         {"1@hook": "sent", "2@hook": "approved", "2@site": "approved", "4@hook": "unconfirmed", "5@hook": "rejected"})
        self.home.run("log", "--verify", check=0)
        self.assertIn("linked anew", self.home.run("log", "-n", "500").stdout)
        findings = [json.loads(line) for line in self.home.run("doctor", "--full", "--json").stdout.splitlines()]
        self.assertEqual([f for f in findings if f["subject"] in ("database", "record", "hook") and f["health"] == "problem"], [])
        again = self.home.run("add", "Pending", "--to", "hook", "--key", "pending", "--at", "2027-03-01 10:00", POSTQ_NOW="2026-12-01T00:00:00Z")
        self.assertEqual((again.returncode, again.stdout.strip()), (0, "3"), again.stderr)
        self.show_everything("1", "2", "4")

        # What was lost on its way is repeated with its key, to the whole address.
        database = sqlite3.connect(self.home.database())
        key = database.execute("SELECT idem_key FROM attempts JOIN deliveries d ON d.id = delivery_id WHERE d.post_id = 4").fetchone()[0]
        database.close()
        self.home.run("flush", "--yes")
        self.assertIn((key, "Lost on its way"), server.published)
        self.assertEqual(set(server.paths), {PATH})
        self.no_secret_on_disk()


if __name__ == "__main__":
    unittest.main()
