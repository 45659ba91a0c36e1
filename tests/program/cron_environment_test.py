#!/usr/bin/env python3
"""The program as cron runs it: an empty environment, nobody at its ends, a careless umask.

    cron_environment_test.py POSTQ [unittest arguments]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
OPEN = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\n'
# What a crontab runs, and scripts beside it. (words, the exit code)
COMMANDS = [(["flush"], 0), (["sync"], 0), (["status"], 0), (["status", "--json"], 0), (["list", "--json"], 0),
            (["show", "1"], 0), (["why", "1"], 0), (["log"], 0), (["log", "--verify"], 0), (["stats"], 0), (["inbox"], 0),
            (["policy"], 0), (["policy", "simulate"], 0), (["calendar"], None), (["timer", "show"], 0),
            (["account", "list"], 0), (["search", "text"], 0), (["config"], 0), (["platforms"], 0), (["help"], 0),
            (["add", "From a script"], 0), (["edit", "2", "--text", "From a better script"], 0), (["rm", "2"], 0),
            (["pause"], 0), (["flush"], 0)]


def careless(streams):
    """What cron does to a child, and worse: no input, nobody reads what it says, every file for everybody."""

    def prepare():
        os.umask(0)
        os.setsid()
        for stream in streams:
            os.close(stream)

    return prepare


class Cron(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-cron-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(OPEN)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        # Where things are stands in the line of the crontab; there is no HOME.
        self.environment = {"XDG_CONFIG_HOME": os.path.join(self.home.folder, ".config"),
                            "XDG_DATA_HOME": os.path.join(self.home.folder, ".local", "share"),
                            "XDG_STATE_HOME": os.path.join(self.home.folder, ".local", "state")}

    def add_one(self):
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "A text \u2026 with letters from Malm\u00f6", check=0)
        self.home.approve("1")

    def cron(self, *words, environment=None, streams=(), prefix=()):
        pipes = {name: None if number in streams else subprocess.PIPE for number, name in ((1, "stdout"), (2, "stderr"))}
        return subprocess.run([*prefix, BINARY, *words], env=self.environment if environment is None else environment,
                              stdin=None if 0 in streams else subprocess.DEVNULL, preexec_fn=careless(streams), timeout=60,
                              cwd="/", check=False, text=True, encoding="utf-8", **pipes)

    def check_private(self):
        looked = 0
        for top in (".local", ".config"):
            for place, folders, files in os.walk(os.path.join(self.home.folder, top)):
                for name in [*folders, *files]:
                    path = os.path.join(place, name)
                    if "/postq" in path:
                        looked += 1
                        self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
        self.assertGreater(looked, 5)

    def test_every_command_works_without_an_environment_and_says_nothing_that_nobody_needs(self):
        self.add_one()
        for words, code in COMMANDS:
            done = self.cron(*words)
            if code is None:
                self.assertIn(done.returncode, (0, 2), words)  # not every release has it
                continue
            self.assertEqual(done.returncode, code, f"{words}: {done.stderr}")
            self.assertNotIn("a bug in postq", done.stderr)
            if words == ["flush"]:
                self.assertEqual((done.stdout, done.stderr), ("", ""))
            if words == ["show", "1"]:
                self.assertIn("A text \u2026 with letters from Malm\u00f6", done.stdout)
        self.assertEqual(len(self.server.published), 1)
        self.check_private()

    def test_every_command_works_with_its_ends_closed(self):
        self.add_one()
        for words, code in COMMANDS:
            done = self.cron(*words, streams=(0, 1, 2))
            if code is not None:
                self.assertEqual(done.returncode, code, words)
        self.assertEqual(len(self.server.published), 1)
        self.home.run("log", "--verify", check=0)
        texts = [row["text"] for row in self.home.rows()]
        self.assertIn("A text \u2026 with letters from Malm\u00f6", texts)
        with open(self.home.database(), "rb") as file:
            self.assertEqual(file.read(15), b"SQLite format 3", "nothing said went into a file of ours")
        self.check_private()

    def test_each_end_may_be_closed_alone(self):
        self.add_one()
        for stream in (0, 1, 2):
            done = self.cron("list", "--json", streams=(stream,))
            # A script that closed it would else take no result for an empty queue.
            self.assertEqual(done.returncode, 7 if stream == 1 else 0, done.stderr)
            if stream == 1:
                self.assertIn("standard output is closed", done.stderr)
            if stream != 1:
                self.assertEqual(json.loads(done.stdout.splitlines()[0])["name"], "1@hook")
        done = self.cron("add", streams=(0,))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("no text", done.stderr.lower())

    def test_a_first_queue_that_cron_makes_is_its_owners_alone(self):
        done = self.cron("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.folder, "site"), "--zone", "UTC")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.cron("add", "A first text")
        self.assertEqual((done.returncode, done.stdout), (0, "1\n"), done.stderr)
        self.check_private()
        self.assertEqual(os.stat(os.path.join(self.folder, "site", "feed.json")).st_mode & 0o777, 0o644, "a web server reads it")

    def test_what_flush_has_to_say_is_said_and_told_without_a_path(self):
        self.add_one()
        self.server.answer = b""
        told = os.path.join(self.folder, "told")
        self.home.configure(f"notify_command = 'cat > {told}'\n" + OPEN)
        done = self.cron("flush")
        self.assertEqual(done.returncode, 8, done.stderr)
        self.assertIn("UNCONFIRMED", done.stderr)
        with open(told, encoding="utf-8") as file:
            self.assertEqual(file.read(), done.stderr)

    def test_the_actor_is_the_user_when_no_variable_names_one(self):
        self.home.add_webhook("hook", self.server.url)
        self.cron("add", "From cron")
        name = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        self.assertIn(f'"actor":"{name}"', self.cron("log", "--json").stdout.splitlines()[0].replace(" ", "")
                      + self.cron("log", "--json").stdout.splitlines()[-1].replace(" ", ""))

    def test_home_is_where_the_user_lives(self):
        """Really `env -i`: the password database says where, here one of this test's own."""
        passwd = os.path.join(self.folder, "passwd")
        with open(passwd, "w", encoding="ascii") as file:
            file.write(f"root:x:0:0:root:{self.home.folder}:/bin/sh\n")
        prefix = ("unshare", "--mount", "sh", "-c", f'mount --bind {passwd} /etc/passwd && exec "$@"', "sh")
        if os.geteuid() != 0 or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("another password database can't be put in place here")
        self.add_one()
        done = self.cron("flush", environment={}, prefix=prefix)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(len(self.server.published), 1)
        self.check_private()

    def test_who_has_no_home_is_told_what_to_do(self):
        stranger = ("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups")
        if subprocess.run([*stranger, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("only root may act as another user")
        binary = os.path.join(self.folder, "postq")
        shutil.copy(BINARY, binary)
        os.chmod(self.folder, 0o755)
        os.chmod(binary, 0o755)
        for words in (["flush"], ["list"], ["add", "A text"]):
            done = subprocess.run([*stranger, binary, *words], env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  cwd="/", timeout=60, check=False)
            self.assertEqual(done.returncode, 3, f"{words}: {done.stderr}")
            self.assertIn("no home folder: HOME is not set", done.stderr)
            self.assertIn("HOME=", done.stderr)


class SecondRun(unittest.TestCase):
    """Two runs that overlap: the second says nothing, unless the first has been at it for an hour."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-second-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(OPEN)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "A text", check=0)
        self.home.approve("1")

    def first_run(self):
        """A flush that is stopped in the middle of a request; the path of its lock."""
        asked = []
        self.server.answer = lambda connection: (asked.append(1), connection.recv(1))
        first = subprocess.Popen([BINARY, "flush"], env=self.home.environment(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(first.wait)
        self.addCleanup(first.kill)
        for _ in range(2000):
            if asked:
                break
            subprocess.run(["sleep", "0.01"], check=True)
        self.assertTrue(asked)
        return first, os.path.join(self.home.folder, ".local", "state", "postq", "locks", "flush.lock")

    def test_the_second_run_says_nothing(self):
        first, lock = self.first_run()
        done = self.home.run("flush", check=0)
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        with open(lock, encoding="ascii") as file:
            self.assertEqual(file.read().split()[0], str(first.pid), "who has it stands in it")

    def test_when_the_first_has_been_at_it_for_an_hour_that_is_said_once(self):
        first, lock = self.first_run()
        with open(lock, "r+", encoding="ascii") as file:
            process, taken = file.read().split()
            file.seek(0)
            file.write(f"{process} {int(taken) - 3700}".ljust(41))
        told = os.path.join(self.folder, "told")
        self.home.configure(f"notify_command = 'cat > {told}'\n" + OPEN)
        done = self.home.run("flush", check=75)
        self.assertIn("another flush has been running for 1 h", done.stderr)
        self.assertIn(f"kill {first.pid} ", done.stderr)
        with open(told, encoding="utf-8") as file:
            self.assertEqual(file.read(), done.stderr)
        self.assertEqual(self.home.run("flush", check=0).stderr, "", "once a day is enough")

    def test_what_a_killed_run_left_in_the_lock_is_nobodys(self):
        first, lock = self.first_run()
        first.kill()
        first.wait()
        self.server.answer = ScriptedServer.OK
        done = self.home.run("flush")
        self.assertNotIn("another flush", done.stderr)
        with open(lock, encoding="ascii") as file:
            self.assertEqual(file.read().strip(), "", "given back")


if __name__ == "__main__":
    unittest.main()
