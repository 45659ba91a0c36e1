#!/usr/bin/env python3
"""The page that `postq stats --html` writes, in a browser: on a phone and on a desk, in light and dark.

    stats_page_test.py POSTQ [unittest arguments]

Needs Chromium; without it the test is skipped and says so. POSTQ_PICTURES=FOLDER keeps a picture of each look.
"""

import os
import random
import re
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import chromium  # noqa: E402
from postq_home import Home  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
DAY = 86400
PHONE, DESK = (360, 800), (1280, 800)
HOSTILE = 'the fair is <b onclick="x()">today</b> & "nobody" must miss it \u202e' + "x" * 200

# What sticks out to the right of the screen, or of the box that it lies in.
OVERFLOWING = """[...document.querySelectorAll("body *")].filter(element => {
  const box = element.getBoundingClientRect();
  const frame = (element.closest("section, .tiles > div") || document.body).getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 0.5 || box.right > frame.right + 0.5 || box.left < -0.5);
}).map(element => element.outerHTML.slice(0, 120))"""
CHARTS = """[...document.querySelectorAll("svg.plot")].map(svg => {
  const box = svg.getBoundingClientRect();
  const drawn = [...svg.querySelectorAll("rect:not(.reach), line.share, circle")].map(one => one.getBoundingClientRect());
  return {id: svg.id, width: box.width, height: box.height, text: svg.getAttribute("aria-labelledby").split(" ").map(
            id => document.getElementById(id).textContent).join(" "),
          shapes: drawn.filter(shape => shape.width > 0 && shape.height > 0).length};
})"""
# The contrast of what is drawn with what it is drawn on, as WCAG counts it.
CONTRAST = """((front, back) => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255).map(
      part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
})(getComputedStyle(document.querySelector(%r)).%s, getComputedStyle(document.querySelector("section")).backgroundColor)"""


def fill(database, account, seed):
    """Posts of ten weeks and what people said, as the timeline and the inbox would have brought them."""
    chance = random.Random(seed)
    now = int(time.time())
    posts, people, items = [], [], []
    for who in range(12):
        people.append((account, f"person-{who}", f"@person{who}.example", f"Person {who}", 0))
    for day in range(70):
        for n in range(chance.randrange(4)):
            at = now - day * DAY - chance.randrange(3600, DAY // 2)
            hand = chance.random() < 0.6
            posts.append((account, f"post-{day}-{n}", at, "hand-written" if hand else "scheduled", "plain" if hand else "client",
                          "reply" if hand and chance.random() < 0.5 else "post", at, at, chance.randrange(9), chance.randrange(3),
                          chance.randrange(4)))
        if chance.random() < 0.7:
            at = now - day * DAY - chance.randrange(3600, DAY // 2)
            state = chance.choice(["open", "answered", "answered", "answered", "dismissed"])
            items.append((account, f"item-{day}", "mention", f"person-{chance.randrange(12)}", 0, "hello", at, at, state,
                          "spam" if state == "dismissed" else "", None if state == "open" else at + chance.randrange(300, 40000),
                          1 if state == "open" else None))
    with sqlite3.connect(database) as store:
        store.executemany("INSERT INTO timeline (account_id, remote_id, created_at, counts_as, why, kind, first_seen_at,"
                          " last_seen_at, likes, replies, boosts) VALUES (?,?,?,?,?,?,?,?,?,?,?)", posts)
        store.executemany("INSERT INTO people (account_id, person_id, handle, name, ignored) VALUES (?,?,?,?,?)", people)
        store.executemany("INSERT INTO items (account_id, remote_id, kind, person_id, ignored, text, created_at,"
                          " first_seen_at, state, reason, settled_at, waits, reply_to, conversation, warning, visibility,"
                          " language, url) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,'','','','','','')", items)
    store.close()


class StatsPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if chromium.program() is None:
            raise unittest.SkipTest("there is no Chromium here")
        folder = tempfile.TemporaryDirectory(prefix="postq-stats-")
        cls.addClassCleanup(folder.cleanup)
        cls.home = Home(BINARY, os.path.join(folder.name, "home"))
        names = ("bsky", "a-long-name-for-an-account")
        for name in names:
            cls.home.run("account", "add", name, "--platform", "feed", "--path", os.path.join(folder.name, name), check=0)
        for number, name in enumerate(names):
            fill(cls.home.database(), number + 1, seed=number)
        cls.home.run("add", "The fair is today.", "--to", "bsky", check=0)
        cls.home.approve("1")
        code, output = cls.home.at_terminal("send", "1", "--reason", HOSTILE, answers=["y"])
        if code != 0:
            raise AssertionError(output)
        cls.browser = chromium.Chromium()
        cls.addClassCleanup(cls.browser.close)

    def page(self, *arguments):
        path = os.path.join(self.home.folder, "stats.html")
        self.home.run("stats", "--html", path, *arguments, check=0)
        return path

    def each_look(self, path, name, check):
        for width, height in (PHONE, DESK):
            for scheme in ("light", "dark"):
                with self.subTest(page=name, width=width, scheme=scheme):
                    self.browser.open(f"file://{path}", width, height, scheme)
                    if os.environ.get("POSTQ_PICTURES"):
                        self.browser.picture(os.path.join(os.environ["POSTQ_PICTURES"], f"{name}-{width}-{scheme}.png"))
                    check(width, scheme)

    def check_layout(self):
        self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), self.browser.value("innerWidth"))
        self.assertEqual(self.browser.value(OVERFLOWING), [])

    def test_the_page_fits_every_screen_and_shows_its_charts(self):
        def check(width, _):
            self.check_layout()
            charts = self.browser.value(CHARTS)
            self.assertEqual([chart["id"] for chart in charts],
                             ["posts-all", "posts-a-long-name-for-an-account", "share-a-long-name-for-an-account",
                              "results-a-long-name-for-an-account", "posts-bsky", "share-bsky", "results-bsky"])
            for chart in charts:
                self.assertGreater(chart["width"], width * 0.6 if width == PHONE[0] else 400, chart)
                self.assertGreater(chart["height"], 100, chart)
                self.assertGreaterEqual(chart["shapes"], 6, chart)
                self.assertGreater(len(chart["text"]), 40, chart)
            self.browser.value("document.querySelectorAll('details').forEach(one => one.open = true)")
            self.check_layout()

        self.each_look(self.page(), "month", check)

    def test_light_and_dark_are_both_read_easily(self):
        grounds = set()

        def check(_, scheme):
            grounds.add((scheme, self.browser.value("getComputedStyle(document.body).backgroundColor")))
            for selector, what, least in ((".by-hand", "fill", 3), (".hatch-line", "fill", 3), ("line.rule", "stroke", 3),
                                          ("line.share", "stroke", 3), ("svg .tick", "fill", 4.5), ("h2", "color", 4.5),
                                          ("summary", "color", 4.5)):
                self.assertGreater(self.browser.value(CONTRAST % (selector, what)), least, selector)

        self.each_look(self.page(), "contrast", check)
        self.assertEqual(len({ground for _, ground in grounds}), 2, grounds)

    def test_the_page_asks_for_nothing_and_runs_nothing(self):
        path = self.page()
        self.browser.open(f"file://{path}", *DESK, "light")
        self.assertEqual(self.browser.requests(), [f"file://{path}"])
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.value("document.scripts.length"), 0)
        with open(path, encoding="utf-8") as file:
            self.assertIsNone(re.search(r"(?:src|href)=|https?:|@import|<script", file.read()))

    def test_what_was_typed_stays_text(self):
        path = self.page()
        self.browser.open(f"file://{path}", *DESK, "light")
        self.assertEqual(self.browser.value("document.querySelectorAll('[onclick]').length"), 0)
        shown = self.browser.value("document.querySelector('table.words').innerText")
        self.assertIn('<b onclick="x()">today</b> & "nobody"', shown)
        self.assertIn("<U+202E>", shown)
        self.assertIn("1@bsky", shown)

    def test_every_chart_has_its_figures_in_a_table(self):
        path = self.page("--account", "bsky", "--days", "7")
        self.browser.open(f"file://{path}", *PHONE, "light")
        bars = self.browser.value("[...document.querySelectorAll('#posts-bsky g > title')].map(one => one.textContent)")
        rows = self.browser.value("""[...document.querySelector("#posts-bsky").closest("section").querySelector("table")
            .querySelectorAll("tbody tr")].map(row => [...row.children].map(cell => cell.textContent))""")
        self.assertEqual(len(rows), 7)
        self.assertEqual(bars, [f"{day}: {hand} by hand, {scheduled} scheduled" for day, hand, _, scheduled in rows])

    def test_a_year_and_a_day_and_nothing_at_all(self):
        def check(*_):
            self.check_layout()
            heights = [chart["height"] for chart in self.browser.value(CHARTS)]
            self.assertTrue(heights and min(heights) > 100, heights)

        for name, arguments in (("year", ("--days", "365")), ("day", ("--days", "1")),
                                ("nothing", ("--from", "2020-01-01", "--until", "2020-01-28"))):
            self.each_look(self.page(*arguments), name, check)


if __name__ == "__main__":
    unittest.main()
