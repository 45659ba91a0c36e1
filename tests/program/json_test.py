#!/usr/bin/env python3
"""What the commands print with --json is what docs/json.md says: every schema, every member and its type.

    json_test.py POSTQ [unittest arguments]

POSTQ_UPDATE_GOLDEN=1 adds what is new to docs/json.md, to be read before it is committed.
"""

import json
import os
import re
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from postq_home import Home, Receiver  # noqa: E402
from scripted_instance import TOKEN, Instance  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TOP = os.path.join(HERE, "..", "..")
DOCUMENT = os.path.join(TOP, "docs", "json.md")
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\n'
HOUR = 3600
TYPES = {str: "text", bool: "flag", int: "number", float: "number", list: "list", dict: "object", type(None): "null"}


class Document:
    """docs/json.md as {schema: {member: {types}}}."""

    def __init__(self):
        with open(DOCUMENT, encoding="utf-8") as file:
            self.text = file.read()
        self.schemas = {}
        for name, body in re.findall(r"^### (postq\.\S+)\n(.*?)(?=^#|\Z)", self.text, re.M | re.S):
            members = body.strip().split("\n\n")[-1]
            self.schemas[name] = {member: set(types.split(" or ")) for member, types in
                                  re.findall(r"`([a-z_]+)`\s+((?:text|flag|number|list|object|null)(?:\s+or\s+[a-z]+)*)",
                                             members.replace("\n", " "))}

    def write(self, seen):
        for name, members in seen.items():
            known = self.schemas.get(name, {})
            merged = {member: known.get(member, set()) | members.get(member, set()) for member in {*known, *members}}
            words = ", ".join(f"`{member}` " + " or ".join(sorted(merged[member] - {"null"}) + ["null"] * ("null" in merged[member]))
                              for member in sorted(merged))
            lines, line = [], ""
            for word in words.split(" "):
                if len(line) + len(word) > 118:
                    lines.append(line)
                    line = ""
                line += (" " if line else "") + word
            paragraph = "\n".join([*lines, line])
            heading = f"### {name}\n"
            if heading not in self.text:
                self.text += f"\n{heading}\nTODO\n\n{paragraph}\n"
                continue
            before, after = self.text.split(heading, 1)
            body, *rest = re.split(r"(?=^#)", after, maxsplit=1, flags=re.M)
            sentence = body.strip().split("\n\n")[0]
            self.text = f"{before}{heading}\n{sentence}\n\n{paragraph}\n" + ("\n" + rest[0] if rest else "")
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(self.text)


class Json(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="postq-json-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.home = Home(BINARY, os.path.join(cls.folder, "home"))
        cls.home.configure(CONFIG)
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.close)
        cls.instance = Instance()
        cls.addClassCleanup(cls.instance.close)
        own = cls.instance.add("109", "anna", "a new sign", 40 * HOUR)
        for n, person in enumerate(("mira", "tom", "lee")):
            cls.instance.say(person, "@anna is it hand-drawn?", (26 - n) * HOUR, own["id"])
        cls.seen = {}
        cls.of_command = {}
        cls.use_everything()
        if os.environ.get("POSTQ_UPDATE_GOLDEN"):
            Document().write(cls.seen)
        cls.document = Document()

    @classmethod
    def take(cls, command, text):
        lines = [line for line in text.splitlines() if line.startswith('{"schema"')]
        if not lines:
            raise AssertionError(f"postq {' '.join(command)} --json printed nothing:\n{text}")
        for line in lines:
            read = json.loads(line)
            members = cls.seen.setdefault(read["schema"], {})
            for name, value in read.items():
                members.setdefault(name, set()).add(TYPES[type(value)])

    @classmethod
    def run_json(cls, *command, **more):
        cls.take(command, cls.home.run(*command, "--json", **more).stdout)

    @classmethod
    def at_terminal(cls, *command):
        cls.take(command, cls.home.at_terminal(*command, "--json", answers=[])[1].replace("\r", ""))

    @classmethod
    def use_everything(cls):
        run = cls.run_json
        run("account", "add", "site", "--platform", "feed", "--path", os.path.join(cls.folder, "site"), "--zone", "UTC")
        run("account", "add", "masto", "--platform", "mastodon", "--url", cls.instance.url, "--allow-private",
            "--token-file", "-", stdin=TOKEN + "\n")
        run("account", "add", "other", "--platform", "webhook", "--url", cls.receiver.url, "--allow-private", "--new-secret")
        run("account", "rm", "other", "--yes")
        run("account", "add", "plan", "--platform", "feed", "--path", os.path.join(cls.folder, "plan"), "--dry-run")
        cls.home.add_webhook("hook", cls.receiver.url)
        for command in ("account list", "account show hook", "account test site", "account set site --lang de", "platforms",
                        "config", "config check", "config --show-origin", "policy", "policy simulate", "help", "help add",
                        "help exit-codes", "help times", "--version", "timer show", "timer install --dry-run", "timer remove --dry-run", "timer status", "timer remove", "doctor", "sync",
                        "inbox", "show i1"):
            run(*command.split(" "))
        run("add", "One", "--to", "site,hook,masto")
        run("add", "Two", "--to", "site", "--at", "tomorrow 9am")
        run("add", "Three", "--to", "site")
        for command in ("list", "list --all", "show 1", "why 1", "when 2", "review", "retry 3", "show 99"):
            run(*command.split(" "))
        run("edit", "3", "--text", "Again")
        cls.home.run("add", "To nobody", "--to", "nobody-there", check=4)
        run("rescue")
        run("rescue", "rm", "--all", "--yes")
        run("when", "fri 9am")
        run("show", "2")
        run("reschedule", "2", "tomorrow 11am", "--dry-run")
        run("reschedule", "2", "tomorrow 10am")
        run("reject", "3", "--reason", "no")
        run("retry", "3")
        run("rm", "3", "--dry-run")
        run("rm", "3", "--yes")
        run("list", "--all")
        cls.home.approve("1")
        run("flush", "--dry-run")
        run("flush")
        for command in ("status", "status --check", "search One", "log", "log --verify", "stats"):
            run(*command.split(" "))
        run("stats", "--html", os.path.join(cls.folder, "stats.html"))
        run("retract", "1@site", "--dry-run")
        cls.at_terminal("retract", "1@hook", "--yes")
        cls.at_terminal("record", "hook")
        cls.at_terminal("dismiss", "i1", "--reason", "spam")
        cls.at_terminal("reply", "i2", "Yes.", "--yes")
        run("reply", "i3", "Yes, too.", "--draft")
        run("pause", "--reason", "a fire")
        cls.at_terminal("resume")
        # Something in the way of the file STOP, so that there is a trouble to tell.
        stop = os.path.join(cls.home.folder, ".local", "state", "postq", "STOP")
        os.mkdir(stop)
        run("pause")
        os.rmdir(stop)
        cls.at_terminal("resume")
        run("pause", "hook")
        cls.at_terminal("resume", "hook")
        for command in (("listen", "add", "oak"), ("listen", "list"), ("listen", "rm", "1")):
            run(*command)
        cls.receiver.silent = True
        cls.home.run("add", "Is it out?", "--to", "hook", "--label", "last", check=0)
        cls.home.approve(json.loads(cls.home.run("list", "--label", "last", "--json").stdout)["name"])
        run("flush")
        cls.at_terminal("resolve", json.loads(cls.home.run("list", "--label", "last", "--json").stdout)["name"], "--not-sent")

    def test_every_line_is_what_the_document_says(self):
        for schema, members in self.seen.items():
            self.assertIn(schema, self.document.schemas)
            for member, types in members.items():
                self.assertLessEqual(types, self.document.schemas[schema].get(member, set()), f"{schema}: {member}")

    def test_the_document_has_every_schema_and_no_other(self):
        written = set()
        for folder, _, names in os.walk(os.path.join(TOP, "src")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    written.update(re.findall(r'"(postq\.[a-z.-]+/\d+)"', file.read()))
        self.assertEqual(written, set(self.document.schemas))

    def test_every_schema_is_tried_here(self):
        self.assertEqual(set(self.document.schemas) - set(self.seen), set())

    def test_every_schema_has_a_sentence(self):
        self.assertNotIn("TODO", self.document.text)


if __name__ == "__main__":
    unittest.main()
