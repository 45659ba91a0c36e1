"""Somebody writes, is read, answered and forgotten by nobody: the whole program, a person at a terminal, and an instance
that is scripted and listens on 127.0.0.1.

    inbox_test.py POSTQ
"""

import json
import os
import pathlib
import stat
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postq_home import Home, rescue_file  # noqa: E402
from scripted_instance import TOKEN, Instance  # noqa: E402

BINARY = ""
HOUR = 3600
HOSTILE = "\x1b[2J\x1b]0;owned\x07 pay \u202egpj.exe\u200b\x9b31m now"


class Inbox(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-inbox-")
        self.addCleanup(folder.cleanup)
        self.instance = Instance()
        self.addCleanup(self.instance.close)
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        own = self.instance.add("109", "anna", "a new sign", 40 * HOUR)
        self.question = self.instance.say("mira", "@anna is the acorn hand-drawn?", 26 * HOUR, own["id"])
        self.added = self.home.run("account", "add", "mastodon", "--url", self.instance.url, "--allow-private", "--zone", "UTC",
                      "--token-file", "-", stdin=TOKEN + "\n", check=0).stderr

    def editor(self, script):
        """An editor that is a shell script; `$1` is the page."""
        path = os.path.join(self.home.folder, "editor.sh")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script + "\n")
        os.chmod(path, stat.S_IRWXU)
        self.home.configure("")
        original = self.home.environment
        self.home.environment = lambda *prefix, **more: original(*prefix, POSTQ_EDITOR=path, **more)

    def items(self, *flags):
        lines = self.home.run("inbox", "--json", *flags, check=0).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def test_account_add_reads_who_waits_and_bare_postq_begins_with_them(self):
        self.assertIn(" waits for an answer:  postq inbox --account mastodon\n", self.added)
        self.assertEqual([each["said"]["text"] for each in self.items()], ["@anna is the acorn hand-drawn?"])
        said = self.home.run(check=0).stdout
        self.assertIn("1 person waits for an answer, 26 h:  @mira", said.splitlines()[2])
        self.assertIn("postq reply i1", said)
        shown = self.home.run("show", "i1", check=0).stdout
        self.assertLess(shown.index("a new sign"), shown.index("is the acorn"))

    def test_reply_sends_mentions_its_addressee_once_and_settles_the_item(self):
        code, said = self.home.at_terminal("reply", "i1", "By hand!", answers=["y"])

        self.assertEqual(code, 0, said)
        self.assertEqual(self.instance.posted, ["@mira By hand!"])
        newest = max(self.instance.statuses.values(), key=lambda each: int(each["id"]))
        self.assertEqual(newest["in_reply_to_id"], self.question)
        self.assertEqual(self.items(), [])
        self.assertEqual(len(self.items("--state", "answered")), 1)
        self.assertIn("Nobody waits", self.home.run("inbox", check=0).stderr)
        self.assertEqual(self.home.run("sync", check=0).stderr, "")
        self.assertEqual(len(self.items("--state", "answered")), 1)

    def test_whose_answer_is_retracted_waits_again(self):
        self.home.at_terminal("reply", "i1", "By hand!", answers=["y"])
        self.assertEqual(self.items(), [])

        code, said = self.home.at_terminal("retract", "1", answers=["y"])

        self.assertEqual(code, 0, said)
        self.assertIn("@mira", said)
        self.assertIn("waits for an answer again:  postq reply i1", said)
        self.assertEqual(len(self.items()), 1)

    def test_an_editor_that_comes_back_at_once_is_waited_for(self):
        # As a window does, it writes behind our back.
        self.editor('(setsid sh -c "sleep 0.3; { echo Typed in a window; cat \'$1\'; } >\'$1.new\'; mv \'$1.new\' \'$1\'" >/dev/null 2>&1 &)')

        code, said = self.home.at_terminal("reply", "i1", answers=["y"] * 500)

        self.assertEqual(code, 0, said[-2000:])
        self.assertIn("--wait'", said)
        self.assertEqual(self.instance.posted, ["@mira Typed in a window"])

    def test_an_editor_shows_the_conversation_and_only_the_answer_goes_out(self):
        self.editor('cp "$1" "$HOME/page"\n'
                    '{ echo "Written in the editor."; cat "$1"; } >"$1.new" && mv "$1.new" "$1"')

        code, said = self.home.at_terminal("reply", "i1", answers=["y"])

        self.assertEqual(code, 0, said)
        self.assertEqual(self.instance.posted, ["@mira Written in the editor."])
        with open(os.path.join(self.home.folder, "page"), encoding="utf-8") as file:
            page = file.read()
        self.assertTrue(page.startswith("\n\n# -- >8 --"), page)
        self.assertLess(page.index("> @anna is the acorn hand-drawn?"), page.index("> a new sign"))

    def test_a_lost_answer_stops_a_second_one_and_its_text_is_kept(self):
        self.instance.loses_answers = True
        code, said = self.home.at_terminal("reply", "i1", "By hand!", answers=["y"])
        self.assertEqual(code, 8, said)
        self.assertEqual(len(self.instance.posted), 1)

        self.instance.loses_answers = False
        code, said = self.home.at_terminal("reply", "i1", "By hand, again!", answers=["y"])

        self.assertEqual(code, 5, said)
        self.assertIn("may be out", said)
        self.assertEqual(len(self.instance.posted), 1)
        with open(rescue_file(said.replace("\r", "")), encoding="utf-8") as file:
            self.assertEqual(file.read(), "By hand, again!")

    def test_what_was_deleted_is_refused_and_the_text_goes_on_as_a_post(self):
        self.instance.remove(self.question)

        code, said = self.home.at_terminal("reply", "i1", "By hand!", "--yes", answers=[])

        self.assertEqual(code, 5, said)
        self.assertIn("i1 was deleted by its author", said)
        self.assertIn("postq post --to mastodon --recover", said)
        code, said = self.home.at_terminal("post", "--to", "mastodon", "--recover", "--yes", answers=[])
        self.assertEqual(code, 0, said)
        self.assertEqual(self.instance.posted, ["By hand!"])

    def test_the_walk_goes_from_one_to_the_next(self):
        self.instance.say("tom", "@anna small jobs?", 5 * HOUR)
        self.home.run("sync", check=0)

        code, said = self.home.at_terminal("inbox", "--walk", answers=["next", "dismiss", "by phone"])

        self.assertEqual(code, 0, said)
        self.assertIn("0 answered, 1 dismissed, 1 left.", said)
        (left,) = self.items()
        self.assertIn("@mira", left["said"]["person"])
        (gone,) = self.items("--state", "dismissed")
        self.assertEqual(gone["reason"], "by phone")

    def test_hostile_text_reaches_no_terminal_as_it_is(self):
        self.instance.say("tom", "@anna " + HOSTILE, 5 * HOUR)
        self.home.run("sync", check=0)
        self.editor('cat "$1"; exit 1')
        for command in (["inbox"], ["show", "i2"], ["search", "pay"], ["status"], ["inbox", "--walk"], ["reply", "i2"]):
            _, said = self.home.at_terminal(*command, answers=["next", "quit"])
            for bad in ("\x1b[2J", "\x1b]0", "\x07", "\u202e", "\u200b", "\x9b"):
                self.assertNotIn(bad, said, command)

    def test_answers_take_a_person_and_drafts_do_not(self):
        done = self.home.run("reply", "i1", "By hand!", "--yes", check=5)
        self.assertIn("postq reply i1 --draft", done.stderr)
        self.assertEqual(self.instance.posted, [])

        done = self.home.run("reply", "i1", "--draft", "-", stdin="A draft.\n", check=0, POSTQ_AGENT="robot")

        self.assertEqual(done.stdout, "1\n")
        self.home.run("review", "1", check=5)
        self.home.approve("1")
        self.home.run("flush", check=0)
        self.assertEqual(self.instance.posted, ["@mira A draft."])
        self.assertEqual(self.items(), [])


if __name__ == "__main__":
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    outcome = unittest.main(exit=False, verbosity=2).result
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"{max(outcome.testsRun - failed, 0)} passed, {failed} failed")
    sys.exit(failed != 0 or outcome.testsRun == 0)
