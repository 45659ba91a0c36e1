#!/usr/bin/env python3
"""What may change of an account later, and what its pages are in when nobody says it.

    account_set_test.py POSTQ [unittest arguments]
"""

import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, Receiver  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))


class AccountSet(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-account-set-")
        self.addCleanup(folder.cleanup)
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        self.site = os.path.join(folder.name, "site")

    def add(self, *flags, **environment):
        return self.home.run("account", "add", "site", "--platform", "feed", "--path", self.site, "--zone", "UTC", *flags,
                             check=0, **environment).stderr

    def feed(self):
        with open(os.path.join(self.site, "feed.json"), encoding="utf-8") as file:
            return json.load(file)

    def page(self, name="index.html"):
        with open(os.path.join(self.site, name), encoding="utf-8") as file:
            return file.read()

    def settings(self):
        return json.loads(self.home.run("account", "show", "site", "--json", check=0).stdout)["settings"]

    def test_the_language_is_what_was_said_else_that_of_posts_else_the_machines(self):
        said = self.add("--lang", "fr", LANG="de_DE.UTF-8")
        self.assertNotIn("--lang", said)
        self.assertIn('<html lang="fr">', self.page())

    def test_the_language_of_posts_is_that_of_the_pages(self):
        self.home.configure('language = "pt-BR"\n')
        said = self.add(LANG="de_DE.UTF-8")
        self.assertIn("its pages are in pt-BR; to change that: postq account set site --lang LANG", said)
        self.assertEqual(self.feed()["language"], "pt-BR")

    def test_the_machines_language_is_taken_and_told(self):
        for locale, language in (({"LANG": "de_AT.UTF-8@euro"}, "de-AT"), ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
                                 ({"LANG": "", "LC_MESSAGES": "sv"}, "sv"), ({"LANG": "nonsense!"}, "en")):
            with self.subTest(locale=locale):
                self.setUp()
                self.assertIn(f"its pages are in {language};", self.add(**locale))
                self.assertEqual(self.settings()["lang"], language)

    def test_a_feed_that_says_its_language_keeps_it(self):
        os.mkdir(self.site)
        with open(os.path.join(self.site, "feed.json"), "w", encoding="utf-8") as file:
            json.dump({"version": "https://jsonfeed.org/version/1.1", "title": "t", "language": "is", "items": []}, file)
        self.assertNotIn("its pages are in", self.add(LANG="de_DE.UTF-8"))
        self.assertEqual(self.settings()["lang"], "is")
        self.assertIn('<html lang="is">', self.page())

    def test_an_address_given_later_is_everywhere(self):
        self.assertIn("postq account set site --url https://YOUR.SITE/", self.add())
        said = self.home.run("account", "set", "site", "--url", "https://oak.example/blog", "--title", "Oak", check=0).stderr
        self.assertIn("site: url is https://oak.example/blog/.", said)
        self.assertEqual(self.feed()["feed_url"], "https://oak.example/blog/feed.json")
        self.assertIn("<title>Oak</title>", self.page())
        self.assertIn('rel="self" type="application/atom+xml" href="https://oak.example/blog/atom.xml"', self.page("atom.xml"))
        self.assertNotIn("YOUR.SITE", self.home.run("account", "test", "site", check=0).stderr)
        self.assertEqual(self.home.run("log", "--verify").returncode, 0)
        # What was changed by postq itself is no doubt about the account.
        self.home.run("add", "Hello", check=0)
        self.home.approve("1")
        self.home.configure('[policy]\nratio = "off"\n')
        self.home.run("flush", check=0)
        self.assertEqual(self.feed()["items"][0]["url"].rsplit("/", 1)[0], "https://oak.example/blog/posts")

    def refused(self, code, words, *command, **environment):
        done = self.home.run("account", "set", *command, **environment)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(words, done.stderr)

    def test_what_cannot_change_is_said(self):
        self.add()
        receiver = Receiver()
        self.addCleanup(receiver.close)
        self.home.add_webhook("hook", receiver.url)
        before = self.settings()
        self.refused(2, "postq account set site takes --path PATH", "site")
        self.refused(2, "nothing of hook can be", "hook")
        self.refused(2, "--url of hook can't change", "hook", "--url", "https://example.org/")
        self.refused(2, "--title is empty", "site", "--title", "")
        self.refused(2, "is no language tag", "site", "--lang", "klingonese!")
        self.refused(2, "one language here", "site", "--lang", "de,en")
        self.refused(3, "there is no feed.json in", "site", "--path", self.home.folder)
        self.refused(4, "there is no account 'sight'", "sight", "--lang", "de")
        self.refused(5, "needs a person", "site", "--lang", "de", POSTQ_AGENT="claude")
        self.assertEqual(self.settings(), before)


if __name__ == "__main__":
    unittest.main()
