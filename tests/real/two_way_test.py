#!/usr/bin/env python3
"""postq between people, on Bluesky's own servers: PDS, AppView and all, on this machine.

    two_way_test.py POSTQ MODULES [unittest arguments]

MODULES is the folder that full/package.json was installed in. Each test has people of its own; whoever isn't postq's user
writes through the PDS like any other client. The last line is `N passed, N failed`.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from network import Network  # noqa: E402
from postq_home import Home, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
MODULES = os.path.abspath(sys.argv.pop(1))
PEOPLE = ["anna", "mira", "bea", "noah", "cleo", "otto", "dora", "paul", "ella", "rob", "fay", "sam", "gina", "tim",
          "hana", "ugo", "kim", "lou"]
ANY_MIX = 'ratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n'
HOLD = f'[policy]\n{ANY_MIX}people_waiting = "hold"\nanswer_within = "1h"\n'


class TwoWay(unittest.TestCase):
    def setUp(self):
        self.assertTrue(network.lives(), "the servers have ended")

    def people(self, *names):
        return [network.people[name] for name in names]

    def home_of(self, person, config=HOLD):
        """A postq of theirs; the account is called after them."""
        home = Home(BINARY, os.path.join(everything, self.id().rsplit(".", 1)[1]))
        home.configure(config)
        home.run("account", "add", person.name, "--platform", "bluesky", "--handle", person.handle, "--url", network.url,
                 "--plc", network.plc, "--allow-private", stdin=person.app_password + "\n", check=0)
        return home

    def sync(self, home):
        """What the AppView knows by now: the account's line, as `sync --json` prints it."""
        network.settle()
        (line,) = self.lines(home, "sync")
        self.assertTrue(line["read"] and line["items_read"], line)
        return line

    def lines(self, home, *arguments):
        return [json.loads(line) for line in home.run(*arguments, "--json", check=0).stdout.splitlines()]

    def inbox(self, home, *arguments):
        """{text: item} of what the inbox lists."""
        return {item["said"]["text"]: item for item in self.lines(home, "inbox", *arguments)}

    def reply(self, home, item, text):
        code, said = home.at_terminal("reply", item["id"], text, answers=["y"])
        self.assertEqual(code, 0, said)

    def means(self, results):
        return {what: results[what]["mean"] for what in ("likes", "replies", "boosts")}

    def texts(self, person):
        return [record["value"]["text"] for record in person.posts()]

    def record_of(self, person, text):
        (record,) = [record for record in person.posts() if record["value"]["text"] == text]
        return record

    # --- the people who wait

    def test_a_post_waits_until_she_has_her_answers(self):
        anna, mira = self.people("anna", "mira")
        mira.call_oneself("Mira Lind")
        home = self.home_of(anna)
        oak = anna.say("Ink & Oak has a new face", hours_ago=4)
        asks = mira.say("@anna.test do you take small jobs?", mentions=[anna], hours_ago=3)
        wonders = mira.say("Is the acorn hand-drawn or a font?", answers=(oak, oak), hours_ago=2)
        home.run("add", "Open on Saturday", check=0)
        home.approve("1")
        self.assertEqual(self.sync(home)["items_new"], 2)

        inbox = self.inbox(home)
        self.assertEqual([(item["kind"], item["waits"]) for item in inbox.values()], [("mention", True), ("reply", True)])
        job, acorn = inbox.values()
        self.assertEqual((acorn["said"]["person"], acorn["said"]["person_name"]), ("@mira.test", "Mira Lind"))
        self.assertEqual((acorn["said"]["remote_id"], acorn["said"]["reply_to"]), (wonders["uri"], oak["uri"]))
        self.assertIn("@mira.test", home.run("inbox", check=0).stdout)
        self.assertIn("1 person waits", home.run("status", check=0).stdout)

        home.run("flush", check=0)
        self.assertEqual(self.texts(anna), ["Ink & Oak has a new face"])
        why = home.run("why", "1", check=0).stdout
        self.assertIn("@mira.test", why)
        self.assertIn("postq reply " + job["id"], why)

        self.reply(home, acorn, "Hand-drawn, every leaf.")
        home.run("flush", check=0)
        self.assertNotIn("Open on Saturday", self.texts(anna))
        self.reply(home, job, "I do!")
        self.assertEqual(self.inbox(home), {})
        home.run("flush", check=0)
        self.assertIn("Open on Saturday", self.texts(anna))

        network.settle()
        for text, root, parent in (("Hand-drawn, every leaf.", oak, wonders), ("I do!", asks, asks)):
            answer = self.record_of(anna, text)
            self.assertEqual(answer["value"]["reply"], {"root": root, "parent": parent})
            self.assertEqual(mira.thread(answer)["parent"]["post"]["uri"], parent["uri"])
        self.assertEqual(mira.thread(self.record_of(anna, "Hand-drawn, every leaf."))["parent"]["parent"]["post"]["uri"], oak["uri"])
        self.assertEqual([text for text in mira.told_of("reply")], ["I do!", "Hand-drawn, every leaf."])
        synced = self.sync(home)
        self.assertEqual((synced["items_new"], synced["by_hand_answers"], synced["scheduled"]), (0, 2, 1))

    def test_an_answer_from_another_app_is_noticed(self):
        bea, noah = self.people("bea", "noah")
        home = self.home_of(bea)
        asks = noah.say("@bea.test is it still for sale?", mentions=[bea])
        self.assertEqual(self.sync(home)["items_new"], 1)
        self.assertEqual(len(self.inbox(home)), 1)

        answer = bea.say("It is.", answers=(asks, asks))

        self.assertEqual(self.sync(home)["items_answered"], 1)
        self.assertEqual(self.inbox(home), {})
        (item,) = self.inbox(home, "--state", "answered").values()
        self.assertEqual(item["answered_by"], answer["uri"])
        refused = home.at_terminal("reply", item["id"], "It is!", answers=["y"])
        self.assertEqual(refused[0], 5, refused)
        self.assertEqual(self.texts(bea), ["It is."])

    def test_a_conversation_goes_on_where_it_stands(self):
        cleo, otto = self.people("cleo", "otto")
        begun = cleo.say("Quince tarts on Saturday", hours_ago=2)
        first = otto.say("With almonds?", answers=(begun, begun), hours_ago=1)
        home = self.home_of(cleo)
        self.sync(home)
        self.reply(home, self.inbox(home)["With almonds?"], "With almonds.")
        network.settle()
        answer = self.record_of(cleo, "With almonds.")
        again = otto.say("Then two, please.", answers=(begun, {key: answer[key] for key in ("uri", "cid")}))
        quotes = otto.say("Look who bakes again", quotes=begun)

        self.assertEqual(self.sync(home)["items_new"], 2)
        inbox = self.inbox(home)
        self.assertEqual({text: item["kind"] for text, item in inbox.items()},
                         {"Then two, please.": "reply", "Look who bakes again": "quote"})
        shown = home.run("show", inbox["Then two, please."]["id"], check=0).stdout
        places = [shown.find(text) for text in ("Quince tarts", "With almonds?", "With almonds.", "Then two")]
        self.assertEqual(sorted(places), places, shown)
        self.assertNotIn(-1, places, shown)

        self.reply(home, inbox["Then two, please."], "Two it is.")
        self.reply(home, inbox["Look who bakes again"], "Every Saturday!")
        self.assertEqual(self.record_of(cleo, "Two it is.")["value"]["reply"], {"root": begun, "parent": again})
        self.assertEqual(self.record_of(cleo, "Every Saturday!")["value"]["reply"], {"root": quotes, "parent": quotes})
        network.settle()
        self.assertEqual(otto.thread(first)["replies"][0]["post"]["record"]["text"], "With almonds.")

    def test_an_answer_that_notifications_leave_out_is_found_in_the_thread(self):
        dora, paul = self.people("dora", "paul")
        dora.call("app.bsky.notification.putPreferences", {"priority": True})  # of people whom she follows, and no others
        begun = dora.say("A loom to give away")
        home = self.home_of(dora)
        self.assertEqual(self.sync(home)["items_new"], 0)
        paul.say("I would take it!", answers=(begun, begun))
        network.settle()
        self.assertEqual(dora.told_of("reply"), [])

        self.assertEqual(self.sync(home)["items_new"], 1)

        self.assertEqual(self.inbox(home)["I would take it!"]["kind"], "reply")

    def test_whom_the_account_mutes_never_waits(self):
        fay, sam = self.people("fay", "sam")
        begun = fay.say("Open studio on Sunday", hours_ago=3)
        sam.say("Buy my course", answers=(begun, begun), hours_ago=2)
        home = self.home_of(fay)
        self.sync(home)
        self.assertIn("Buy my course", self.inbox(home))
        home.run("add", "Open studio tomorrow", check=0)
        home.approve("1")
        home.run("flush", check=0)
        self.assertNotIn("Open studio tomorrow", self.texts(fay))

        fay.mute(sam)
        sam.say("Buy it now", answers=(begun, begun))
        self.sync(home)

        self.assertEqual(self.inbox(home), {})
        home.run("flush", check=0)
        self.assertIn("Open studio tomorrow", self.texts(fay))

    def test_somebody_with_a_new_name_is_the_same_person(self):
        kim, lou = self.people("kim", "lou")
        home = self.home_of(kim)
        asks = lou.say("@kim.test can you mend a chair?", mentions=[kim])
        self.sync(home)
        lou.call("com.atproto.identity.updateHandle", {"handle": "lou-carpenter.test"})

        self.assertEqual(self.sync(home)["items_new"], 0)

        (item,) = self.inbox(home).values()
        self.assertEqual((item["said"]["person"], item["said"]["person_id"]), ("@lou-carpenter.test", lou.did))
        self.reply(home, item, "A chair, and a table.")
        self.assertEqual(self.record_of(kim, "A chair, and a table.")["value"]["reply"], {"root": asks, "parent": asks})

    def test_what_was_deleted_is_not_answered(self):
        gina, tim = self.people("gina", "tim")
        asks = tim.say("@gina.test how much is the big one?", mentions=[gina])
        home = self.home_of(gina)
        self.sync(home)
        (item,) = self.inbox(home).values()
        tim.delete(asks)
        network.settle()

        code, said = home.at_terminal("reply", item["id"], "Forty.", answers=["y"])

        self.assertEqual(code, 5, said)
        self.assertIn("was deleted by its author", said)
        with open(rescue_file(said).strip(), encoding="utf-8") as file:
            self.assertIn("Forty.", file.read())
        self.assertEqual(self.texts(gina), [])

    # --- what postq hears and remembers

    def test_a_saved_search_hears_and_nobody_waits(self):
        ella, rob = self.people("ella", "rob")
        rob.say("Is there a good bookbinder in Bremen?")
        ella.say("I am a bookbinder in Bremen")
        home = self.home_of(ella)
        home.run("listen", "add", "bookbinder in Bremen", check=0)

        self.assertEqual(self.sync(home)["heard"], 1)

        self.assertEqual(self.inbox(home), {})
        (heard,) = self.inbox(home, "--heard").values()
        self.assertEqual((heard["kind"], heard["said"]["person"], heard["waits"]), ("heard", "@rob.test", False))
        self.reply(home, heard, "There is: me.")
        self.assertEqual(self.sync(home)["heard"], 0)
        hits = self.lines(home, "search", "bookbinder")
        self.assertEqual([hit["own"] for hit in hits], [True, False])

    def test_what_became_of_posts_is_counted(self):
        hana, ugo = self.people("hana", "ugo")
        by_hand = hana.say("A loaf, by hand")
        home = self.home_of(hana)
        home.run("add", "A loaf, by plan", check=0)
        home.approve("1")
        home.run("flush", check=0)
        planned = self.record_of(hana, "A loaf, by plan")
        planned = {key: planned[key] for key in ("uri", "cid")}
        ugo.like(by_hand)
        ugo.like(planned)
        ugo.repost(planned)
        ugo.say("Save me one", answers=(planned, planned))
        self.sync(home)
        self.reply(home, self.inbox(home)["Save me one"], "Saved.")
        self.sync(home)

        (stats,) = self.lines(home, "stats")

        self.assertEqual((stats["by_hand_posts"], stats["by_hand_answers"], stats["scheduled"]), (1, 1, 1))
        self.assertEqual({key: stats["people"][key] for key in ("items", "answered", "open", "people_answered")},
                         {"items": 1, "answered": 1, "open": 0, "people_answered": 1})
        self.assertEqual(self.means(stats["by_hand_results"]), {"likes": 1, "replies": 0, "boosts": 0})
        self.assertEqual(self.means(stats["scheduled_results"]), {"likes": 1, "replies": 1, "boosts": 1})


def main():
    global network, everything

    def interrupted(*_):
        raise KeyboardInterrupt

    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(how, interrupted)
    with contextlib.ExitStack() as cleanup:
        everything = tempfile.mkdtemp(prefix="postq-real-")
        cleanup.callback(shutil.rmtree, everything, ignore_errors=True)
        started = time.monotonic()
        network = Network(MODULES, PEOPLE, cleanup)
        print(f"Bluesky's servers, their databases and {len(PEOPLE)} people were ready after "
              f"{time.monotonic() - started:.1f} s", flush=True)
        started = time.monotonic()
        outcome = unittest.main(exit=False, verbosity=2).result
        print(f"the tests took {time.monotonic() - started:.1f} s", flush=True)
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"{max(outcome.testsRun - failed, 0)} passed, {failed} failed")
    return failed != 0 or outcome.testsRun == 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
