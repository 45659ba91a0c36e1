#!/usr/bin/env python3
"""The pages and feeds that postq writes, before judges that its authors didn't write.

    pages_test.py POSTQ MODULES [unittest arguments]

MODULES is the folder that judges/package.json was installed in. axe-core (in Chromium), the Nu Html Checker (Java),
html-validate, a schema of JSON Feed, RFC 4287 as a RELAX NG schema, a microformats parser and feedparser look at a site
with a public address, one without, one that somebody began by hand, and the page of the statistics. Each judge is also
shown something wrong, which it has to find. The last line is `N passed, N failed`.
"""

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree as xml

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import chromium  # noqa: E402
from postq_home import Home  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
MODULES = os.path.abspath(sys.argv.pop(1))
SAMPLES = os.path.join(HERE, "..", "..", "config", "samples")
JUDGE = os.path.join(HERE, "judges", "judge.mjs")
DEBIAN_PYTHON = "/usr/bin/python3"  # that has Debian's packages, whatever python3 is here
READ_FEED = """
import feedparser, json, sys
read = feedparser.parse(sys.argv[1])
complete = [entry for entry in read.entries if entry.get("title") and entry.get("link") and entry.get("updated_parsed")]
print(json.dumps({"bozo": str(read.bozo and read.bozo_exception or ""), "complete": len(complete),
                  "language": read.feed.get("language", "")}))
"""
ATOM = "{http://www.w3.org/2005/Atom}"
ANY_MIX = '[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n'
# A judge that says "look at this yourself" (its name ends with ?) is answered here: what a film without captions is
# given instead stands on the page, and what lies behind a picture has no colour to compare.
LOOKED_AT = {"video-caption?", "color-contrast?"}
# A property of SVG 2 that every browser has and the checker's list lacks.
UNKNOWN_TO_NU = re.compile("Property .paint-order. doesn't exist")


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **more)


def judge(name, *arguments):
    done = run("node", JUDGE, MODULES, name, *arguments)
    if done.returncode != 0:
        raise AssertionError(f"the judge {name} broke off:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def nu(*files):
    """Everything that the Nu Html Checker says, warnings too."""
    jar = os.path.join(MODULES, "node_modules", "vnu-jar", "build", "dist", "vnu.jar")
    done = run("java", "-jar", jar, "--format", "json", "--exit-zero-always", *files)
    return [f"{message.get('url')}:{message.get('lastLine')}: {message['message']}"
            for message in json.loads(done.stderr or '{"messages": []}')["messages"] if not UNKNOWN_TO_NU.search(message["message"])]


def relax_ng(*files):
    done = run("xmllint", "--noout", "--relaxng", os.path.join(HERE, "judges", "atom.rng"), *files)
    return [] if done.returncode == 0 else done.stderr.splitlines()


class Served:
    """A folder as a web server shows it, and what it was asked for in vain."""

    def __init__(self, folder):
        self.missing = []
        served = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def send_error(self, code, *rest, **more):
                served.missing.append(f"{code} {self.path}")
                super().send_error(code, *rest, **more)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def box(kind, content):
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def film(path):
    """An MP4 file as small as one can be: a header, no track, no picture."""
    header = bytes(12) + (1000).to_bytes(4, "big") + (1000).to_bytes(4, "big") + bytes(76) + (2).to_bytes(4, "big")
    with open(path, "wb") as file:
        file.write(box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"moov", box(b"mvhd", header)) + box(b"mdat", bytes(16)))
    return path


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="postq-pages-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.home = Home(BINARY, os.path.join(cls.folder, "home"))
        cls.home.configure(ANY_MIX)
        cls.sites = {}
        cls.served = {}
        for name in ("public", "private", "begun"):
            path = os.path.join(cls.folder, name)
            os.mkdir(path)
            cls.sites[name] = path
            cls.served[name] = Served(path)
            cls.addClassCleanup(cls.served[name].close)
        cls.begin_by_hand(os.path.join(cls.sites["begun"], "feed.json"))
        cls.add_account("public", "--url", cls.served["public"].url, "--title", "Ink & Oak", "--author", "Anna", "--lang", "de")
        cls.add_account("private", "--title", "Kept at home")
        cls.add_account("begun", "--url", cls.served["begun"].url)
        cls.write_posts()
        cls.stats = os.path.join(cls.folder, "stats.html")
        cls.home.run("stats", "--html", cls.stats, check=0)

    @classmethod
    def add_account(cls, name, *flags):
        cls.home.run("account", "add", name, "--platform", "feed", "--path", cls.sites[name], *flags, check=0)

    @classmethod
    def begin_by_hand(cls, path):
        items = [{"id": "1", "url": "https://example.org/one", "title": "Elsewhere", "content_text": "It has a page elsewhere."},
                 {"id": "two", "title": "Ours", "date_published": "2026-01-02T03:04:05+01:00", "language": "fr",
                  "content_html": "<p>Voir <a href='posts/two.html'>ici</a> ou <a href=\"https://example.org/\">là</a>.</p>"}]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"version": "https://jsonfeed.org/version/1.1", "title": "Begun by hand", "items": items}, file)

    @classmethod
    def write_posts(cls):
        media = os.path.join(SAMPLES, "media")
        moving = film(os.path.join(cls.folder, "oak.mp4"))
        picture = ("--media", os.path.join(media, "bread.jpg"), "--alt", 'A "round" loaf & three cuts')
        posts = [
            ("Three parts:\n---\nthe second, with a picture\n---\nand the last.", "--thread", "--lang", "en", *picture),
            ("Oak leaves <3 & https://example.org/a?b=1&c=2 #design #Zwölf", "--lang", "en"),
            ("Ein Satz auf Deutsch.\n\nUnd ein Absatz:\nmit einer zweiten Zeile.",),
            ("The butler did it", "--cw", "Spoiler: episode 9", *picture),
            ("Yes, by hand.", "--reply-to", "https://example.org/question"),
            ("Two pictures", *picture, "--media", os.path.join(media, "cat.png"), "--alt", "A cat on a keyboard"),
            ("It moves", "--media", moving, "--alt", "Leaves in the wind"),
            ("x" * 300, ),
        ]
        for name in ("ar-warsha.md", "he-mifgash.md", "ja-shinkan.md", "hi-karyashala.md", "code-in-text.md"):
            with open(os.path.join(SAMPLES, name), encoding="utf-8") as file:
                posts.append((file.read(), "--lang", name[:2] if name[2] == "-" else "en"))
        posts = [(f"One of many, number {number}",) for number in range(45)] + posts
        ids = []
        for text, *flags in posts:
            added = cls.home.run("add", "-", "--to", "public,private,begun", *flags, stdin=text, check=0)
            ids.append(added.stdout.strip())
        cls.home.approve(*ids, lines=4000)
        cls.home.run("flush", "--yes", check=0)

    def pages(self, name):
        found = [os.path.join(self.sites[name], "index.html")]
        posts = os.path.join(self.sites[name], "posts")
        return found + [os.path.join(posts, page) for page in sorted(os.listdir(posts))]

    def some_urls(self, name):
        """The index, and a page of each kind: all of them would be the same once more."""
        chosen, seen = [self.served[name].url], set()
        for page in self.pages(name)[1:]:
            with open(page, encoding="utf-8") as file:
                kind = frozenset(re.findall(r"<(h1 class=\"[a-z-]+\"|video|audio|img|details|nav|p class=\"context\")", file.read()))
            if kind not in seen:
                seen.add(kind)
                chosen.append(self.served[name].url + "posts/" + os.path.basename(page))
        return chosen

    def feed(self, name):
        with open(os.path.join(self.sites[name], "feed.json"), encoding="utf-8") as file:
            return json.load(file)

    def spoilt(self, path, old, new):
        """A copy of a page with something wrong in it."""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        copy = os.path.join(self.folder, "spoilt" + os.path.splitext(path)[1])
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))
        return copy

    # --- the pages

    def test_axe_finds_nothing_in_a_browser(self):
        for name in self.sites:
            urls = self.some_urls(name)
            found = [one for one in judge("axe", chromium.program(), *urls) if one["rule"] not in LOOKED_AT]
            self.assertEqual(found, [], name)
            self.assertEqual(self.served[name].missing, [], name)
        found = judge("axe", chromium.program(), f"file://{self.stats}")
        self.assertEqual([one for one in found if one["rule"] not in LOOKED_AT], [])

    def test_axe_would_have_found_it(self):
        page = self.spoilt(self.pages("public")[0], '<html lang="de">', "<html>")
        self.assertIn("html-has-lang", {one["rule"] for one in judge("axe", chromium.program(), f"file://{page}")})

    def test_the_nu_html_checker_finds_nothing(self):
        for name in self.sites:
            self.assertEqual(nu(*self.pages(name)), [], name)
        self.assertEqual(nu(self.stats), [])

    def test_the_nu_html_checker_would_have_found_it(self):
        self.assertTrue(nu(self.spoilt(self.pages("public")[0], '<html lang="de">', '<html lang="no-such-language">')))
        self.assertTrue(nu(self.spoilt(self.pages("public")[0], "<main>", "<main><p><div></p>")))

    def test_html_validate_finds_nothing(self):
        for name in self.sites:
            self.assertEqual(judge("html", *self.pages(name)), [], name)
        self.assertEqual(judge("html", self.stats), [])

    def test_html_validate_would_have_found_it(self):
        page = self.spoilt(self.pages("public")[0], "<main>", "<main><img src=x>")
        self.assertIn("wcag/h37", {one["rule"] for one in judge("html", page)})

    # --- the feeds

    def test_each_feed_is_valid_by_its_schema(self):
        for name, path in self.sites.items():
            self.assertEqual(judge("json", os.path.join(path, "feed.json")), [], name)
            self.assertEqual(relax_ng(os.path.join(path, "atom.xml")), [], name)

    def test_the_schemas_would_have_found_it(self):
        public = self.sites["public"]
        wrong = self.spoilt(os.path.join(public, "feed.json"), '"url": "http://', '"url": "')
        self.assertTrue(judge("json", wrong))
        for old, new in (("<title>", "<titel>"), ("<id>urn:uuid:", "<id>"), ("<updated>20", "<updated>on 20"),
                         ('rel="enclosure" type="image/jpeg"', 'rel="enclosure" type="picture"'),
                         ('rel="alternate" type="text/html" href="http', 'rel="alternate" type="text/html" src="http')):
            wrong = self.spoilt(os.path.join(public, "atom.xml"), old, new)
            if old == "<title>":
                with open(wrong, encoding="utf-8") as file:
                    text = file.read().replace("</title>", "</titel>")
                with open(wrong, "w", encoding="utf-8") as file:
                    file.write(text)
            self.assertTrue(relax_ng(wrong), old)

    def test_atom_keeps_what_a_grammar_cannot_say(self):
        for name, path in self.sites.items():
            feed = xml.parse(os.path.join(path, "atom.xml")).getroot()
            self.assertIsNotNone(feed.find(ATOM + "author"), name)
            self.assertIn("{http://www.w3.org/XML/1998/namespace}lang", feed.attrib)
            ids = [entry.findtext(ATOM + "id") for entry in feed.iter(ATOM + "entry")]
            self.assertEqual(len(ids), 50, name)
            self.assertEqual(len(set(ids)), 50, name)
            for entry in feed.iter(ATOM + "entry"):
                links = [link.get("rel", "alternate") for link in entry.iter(ATOM + "link")]
                self.assertEqual(links.count("alternate"), 1)
            selves = [link.get("href") for link in feed.findall(ATOM + "link") if link.get("rel") == "self"]
            self.assertEqual(selves, [] if name == "private" else [self.served[name].url + "atom.xml"])

    def test_parts_of_a_thread_have_times_of_their_own(self):
        parts = [item for item in self.feed("public")["items"] if item.get("_postq", {}).get("parts") == 3]
        self.assertEqual(len({item["date_published"] for item in parts}), 3)

    def test_nobody_is_sent_to_what_they_cannot_open(self):
        self.assertFalse(any("attachments" in item for item in self.feed("private")["items"]))
        attached = [file for item in self.feed("public")["items"] for file in item.get("attachments", [])]
        self.assertGreater(len(attached), 4)
        for file in attached:
            path = os.path.join(self.sites["public"], file["url"].removeprefix(self.served["public"].url))
            self.assertTrue(os.path.exists(path), file)

    def test_a_warning_stands_before_its_text(self):
        (item,) = [item for item in self.feed("public")["items"] if item.get("summary")]
        self.assertEqual(item["content_text"], "Spoiler: episode 9\n\nThe butler did it")

    def test_feedparser_reads_every_entry(self):
        for name, path in self.sites.items():
            done = run(DEBIAN_PYTHON, "-c", READ_FEED, os.path.join(path, "atom.xml"))
            self.assertEqual(done.returncode, 0, done.stderr)
            read = json.loads(done.stdout)
            self.assertEqual((read["bozo"], read["complete"]), ("", 50), name)
            self.assertEqual(read["language"], {"public": "de", "private": "en", "begun": read["language"]}[name])

    # --- microformats

    def entry(self, text):
        url = self.served["public"].url
        (item,) = [item for item in self.feed("public")["items"] if item["content_text"].startswith(text)]
        page = os.path.join(self.sites["public"], item["url"].removeprefix(url))
        (read,) = judge("microformats", item["url"], page)
        return item, read["items"][0]["properties"], read

    def test_a_page_is_an_entry_whose_links_lead_where_they_should(self):
        url = self.served["public"].url
        item, entry, read = self.entry("Oak leaves")
        self.assertEqual(entry["url"], [item["url"]])
        self.assertEqual(entry["published"], [item["date_published"]])
        self.assertEqual(entry["category"], ["design", "Zwölf"])
        self.assertNotIn("name", entry)  # a note has none
        self.assertEqual(entry["author"][0]["properties"]["name"], ["Anna"])
        self.assertEqual(entry["author"][0]["properties"]["url"], [url + "index.html"])
        self.assertEqual(read["rels"]["icon"], [url + "icon.svg"])
        self.assertEqual(sorted(read["rels"]["alternate"]), [url + "atom.xml", url + "feed.json"])

    def test_pictures_and_threads_are_read(self):
        url = self.served["public"].url
        item, entry, _ = self.entry("Two pictures")
        self.assertEqual([photo["value"] for photo in entry["photo"]], [file["url"] for file in item["attachments"]])
        second, entry, read = self.entry("the second")
        self.assertEqual(entry["in-reply-to"], [url + "posts/" + second["_postq"]["thread"] + ".html"])
        self.assertEqual(len(read["rels"]["next"]), 1)
        _, entry, _ = self.entry("Yes, by hand.")
        self.assertEqual(entry["in-reply-to"], ["https://example.org/question"])

    def test_the_index_is_a_feed_of_entries(self):
        url = self.served["public"].url
        (read,) = judge("microformats", url, os.path.join(self.sites["public"], "index.html"))
        (feed,) = read["items"]
        self.assertEqual(feed["type"], ["h-feed"])
        self.assertEqual(feed["properties"]["name"], ["Ink & Oak"])
        self.assertGreaterEqual(len(feed["children"]), 50)


def has_feedparser():
    return os.path.exists(DEBIAN_PYTHON) and run(DEBIAN_PYTHON, "-c", "import feedparser").returncode == 0


def main():
    absent = [what for what, there in (("Chromium", chromium.program()), ("Java", shutil.which("java")),
                                       ("xmllint", shutil.which("xmllint")), ("Node.js", shutil.which("node")),
                                       ("feedparser", has_feedparser())) if not there]
    if absent:
        print("SKIPPED: " + ", ".join(absent) + " isn't here: sh scripts/setup.sh judges")
        return 77
    outcome = unittest.main(exit=False, verbosity=2).result
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"{max(outcome.testsRun - failed, 0)} passed, {failed} failed")
    return failed != 0 or outcome.testsRun == 0


if __name__ == "__main__":
    sys.exit(main())
