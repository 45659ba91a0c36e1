"""A text that is too long for some accounts of several, through the command line and the real adapters: a folder, a
Mastodon instance that tells its own limit, and a Bluesky server, both scripted on 127.0.0.1. What is suggested is typed.

    too_long_test.py POSTQ
"""

import http.server
import json
import os
import pathlib
import re
import shlex
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postq_home import Home, rescue_file  # noqa: E402

BINARY = ""
DID = "did:plc:alicealicealicealicealic"
SENTENCE = "Three weeks of drawing oak leaves, and one of deciding to throw them all away. "
LINK = "https://annadraws.example/oak/with/a/very/long/address/that/goes/on?and=on "
# 79 letters a sentence; Bluesky takes 300 in all, this instance 420.
TEXT = SENTENCE + LINK + SENTENCE * 3 + "The end."


class Server:
    """Answers each path with JSON from a table, and remembers what was asked."""

    def __init__(self, answers):
        self.requests = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                path = self.path.split("?")[0]
                server.requests.append(path)
                answer = answers.get(path)
                content = json.dumps({"error": "NotFound"} if answer is None else answer).encode()
                self.send_response(404 if answer is None else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def instance():
    return Server({
        "/api/v1/accounts/verify_credentials": {"id": "109", "username": "anna", "acct": "anna", "url": "https://x.example/@anna"},
        "/api/v2/instance": {"domain": "x.example", "version": "4.5.2", "configuration": {
            "statuses": {"max_characters": 420, "characters_reserved_per_url": 23, "max_media_attachments": 4}}},
        "/api/v1/apps/verify_credentials": {"name": "postq"},
        "/api/v1/accounts/109/statuses": [],
    })


def pds():
    session = {"accessJwt": "access", "refreshJwt": "refresh", "did": DID, "handle": "alice.test"}
    return Server({
        "/xrpc/com.atproto.server.createSession": session,
        "/xrpc/com.atproto.server.getSession": session,
        "/xrpc/com.atproto.repo.listRecords": {"records": []},
        "/xrpc/com.atproto.identity.resolveHandle": {"did": DID},
    })


class TooLong(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="postq-too-long-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.instance, cls.pds = instance(), pds()
        cls.addClassCleanup(cls.instance.close)
        cls.addClassCleanup(cls.pds.close)
        home = cls.signed_in = Home(BINARY, os.path.join(folder.name, "home"))
        home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(folder.name, "site"), check=0)
        home.run("account", "add", "mastodon", "--url", cls.instance.url, "--allow-private", "--token-file", "-",
                 stdin="token\n", check=0)
        home.run("account", "add", "bsky", "--platform", "bluesky", "--handle", "alice.test", "--url", cls.pds.url,
                 "--allow-private", stdin="abcd-efgh-ijkl-mnop\n", check=0)

    def setUp(self):
        self.home = self.signed_in.copy(os.path.join(self.folder, self.id().rsplit(".", 1)[1]))
        self.asked = len(self.instance.requests), len(self.pds.requests)

    def refused(self, *flags, text=TEXT):
        done = self.home.run("add", text, "--to", "site,mastodon,bsky", *flags, check=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.home.rows(), [], "nothing was queued")
        self.assertEqual((len(self.instance.requests), len(self.pds.requests)), self.asked, "nobody was asked")
        path = rescue_file(done.stderr)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text, "nothing is lost")
        return done.stderr

    def suggestion(self, said, flag):
        """The command that is said to help, as words."""
        for line in said.splitlines():
            found = re.match(r"\s*(?:then go on:\s+)?postq (add --recover " + flag + r".*?)(?:    .*)?$", line)
            if found:
                return shlex.split(found.group(1))
        raise AssertionError(f"no {flag} in:\n{said}")

    def parts(self, account):
        shown = json.loads(self.home.run("show", "1", "--json", check=0).stdout)
        (delivery,) = [each for each in shown["deliveries"] if each["account"] == account]
        return [part["text"] for part in delivery["parts"]]

    def test_it_is_said_for_which_account_by_how_much_and_where_it_would_end(self):
        said = self.refused()
        self.assertIn("too long for 1 of 3 accounts; nothing was queued", said)
        self.assertRegex(said, r"site +ok")
        self.assertRegex(said, r"mastodon +ok +\d+ of 420")
        # The link is shown short there, and counts as it is shown.
        length = len(TEXT) - len(LINK.strip()) + len("annadraws.example/oak/with/a/v...")
        self.assertRegex(said, rf"bsky +too long: {length} of 300, {length - 300} too many; ends at:")
        for flag in ("--edit", "--split", "--variant bsky=", "--to site,mastodon"):
            self.suggestion(said, flag)

    def test_typed_as_suggested_it_becomes_a_thread_there_and_stays_whole_elsewhere(self):
        said = self.refused("--at", "2099-01-05 09:00", "--lang", "en")
        command = self.suggestion(said, "--split")
        self.assertIn("a thread: 2 parts on bsky", said)
        done = self.home.run(*command, check=0)
        self.assertIn("there it goes as a thread of 2", done.stderr)
        self.assertEqual([row["state"] for row in self.home.rows()], ["queued"] * 3)
        self.assertTrue(all(row["not_before"].startswith("2099-01-05") for row in self.home.rows()), "the time was kept")
        whole = TEXT.strip()
        self.assertEqual(self.parts("site"), [whole])
        self.assertEqual(self.parts("mastodon"), [whole])
        first, second = self.parts("bsky")
        self.assertTrue(first.endswith("."), "it is cut behind a sentence: " + first)
        self.assertTrue(second.endswith("The end."))
        self.assertLessEqual(max(len(first), len(second)), 300)
        short = TEXT.replace(LINK.strip(), "annadraws.example/oak/with/a/v...")
        self.assertEqual((first + " " + second).split(), short.split(), "no word is lost")

    def test_typed_as_suggested_it_goes_to_the_others_alone(self):
        said = self.refused("--label", "it's new")
        self.home.run(*self.suggestion(said, "--to site,mastodon"), check=0)
        self.assertEqual(sorted(row["account"] for row in self.home.rows()), ["mastodon", "site"])
        self.assertIn("it's new", self.home.run("show", "1", check=0).stdout)

    def test_typed_as_suggested_it_gets_a_shorter_text_there(self):
        said = self.refused()
        short = os.path.join(self.home.folder, "short.txt")
        with open(short, "w", encoding="utf-8") as file:
            file.write("Oak leaves")
        command = [word.replace("@short.txt", "@" + short) for word in self.suggestion(said, "--variant bsky=")]
        self.home.run(*command, check=0)
        self.assertEqual(self.parts("bsky"), ["Oak leaves"])
        self.assertEqual(len(self.home.rows()), 3)

    def test_a_text_for_one_account_that_is_too_long_itself_can_be_replaced_or_left_out(self):
        said = self.refused("--variant", "bsky=" + TEXT, "--variant", "site=Long is fine here", text="Short")
        self.assertEqual(self.suggestion(said, "--to site,mastodon")[-2:], ["--variant", "site=Long is fine here"])
        self.assertNotIn("bsky=" + SENTENCE[:10], " ".join(self.suggestion(said, "--variant bsky=")))
        self.home.run(*self.suggestion(said, "--to site,mastodon"), check=0)
        self.assertEqual((self.parts("site"), self.parts("mastodon")), (["Long is fine here"], ["Short"]))

    def test_the_config_may_split_by_itself_and_a_flag_may_say_no(self):
        self.home.configure("split = true\n")
        self.refused("--no-split")
        self.home.run("add", TEXT, "--to", "all", check=0)
        self.assertEqual(len(self.parts("bsky")), 2)
        self.assertEqual(len(self.parts("mastodon")), 1)

    def test_a_queued_post_is_split_by_an_edit_that_made_it_too_long(self):
        self.home.run("add", "Short", "--to", "all", check=0)
        self.assertIn("300", self.home.run("edit", "1", "--text", TEXT, check=2).stderr)
        self.home.run("edit", "1", "--text", TEXT, "--split", check=0)
        self.assertEqual(len(self.parts("bsky")), 2)

    def test_what_no_cut_can_mend_is_not_suggested(self):
        said = self.refused("--cw", "w" * 421)
        self.assertNotIn("--split", said)
        self.assertIn("too long for 2 of 3 accounts", said)

    def test_programs_are_told_the_same(self):
        done = self.home.run("--json", "add", TEXT, "--to", "all", check=2)
        error = json.loads((done.stdout + done.stderr).strip().splitlines()[-1])
        text = json.dumps(error)
        self.assertIn("--recover --split --to all", text)
        self.assertIn("too many", text)
        self.assertEqual(self.home.rows(), [])


if __name__ == "__main__":
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    outcome = unittest.main(exit=False, verbosity=2).result
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"{max(outcome.testsRun - failed, 0)} passed, {failed} failed")
    sys.exit(failed != 0 or outcome.testsRun == 0)
