#!/usr/bin/env python3
"""Programs that postq starts: one that hangs holds nobody up, none outlives its time, none gets a secret.

    children_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import SECRET, Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
OPEN = '\n[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\n'
SECRETS = {"DEMO_TOKEN": "canary-1", "AWS_SECRET_ACCESS_KEY": "canary-2", "MYPASS": "canary-3", "GITHUB_PAT": "canary-4",
           "DATABASE_URL": "postgres://anna:canary-5@db.example/", "PLAIN": "ghp_canary-6"}
NEEDED = {"DISPLAY": ":7", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus", "XDG_RUNTIME_DIR": "/run/user/1000",
          "SSH_AUTH_SOCK": "/run/user/1000/ssh"}


def is_alive(process):
    """It is there, and not dead and waiting for somebody to bury it."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Children(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-children-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)

    def something_to_say(self, command, timeout="1s"):
        """The next flush has to tell that an answer was lost."""
        self.home.configure(f"notify_command = '''{command}'''\n" + OPEN)
        self.timeout = timeout
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "A text", check=0)
        self.home.approve("1")
        self.server.answer = b""

    def flush(self, **environment):
        return self.home.run("flush", POSTQ_NOTIFY_TIMEOUT=self.timeout, **environment)

    def path(self, name):
        return os.path.join(self.home.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def start(self, *words):
        process = subprocess.Popen([BINARY, *words], env=self.home.environment(POSTQ_NOTIFY_TIMEOUT=self.timeout), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def check_dead(self, *names):
        for name in names:
            process = int(self.read(name))
            for _ in range(100):
                if not is_alive(process):
                    break
                time.sleep(0.01)
            self.assertFalse(is_alive(process), name)

    def test_a_notify_command_that_hangs_is_killed_with_all_it_started(self):
        self.something_to_say("echo $$ > $HOME/parent; sleep 300 & echo $! > $HOME/child; trap '' TERM; sleep 300; sleep 300")
        done = self.flush()
        self.assertEqual(done.returncode, 8, done.stderr)
        self.assertIn("UNCONFIRMED", done.stderr)
        self.assertIn("notify_command failed: it still ran after 1 s, and was killed", done.stderr)
        self.check_dead("parent", "child")
        self.assertEqual(self.flush().stderr, "", "the way is free")

    def test_what_a_notify_command_leaves_behind_with_our_pipes_is_killed(self):
        self.something_to_say("sleep 300 & echo $! > $HOME/child; echo told")
        done = self.flush()
        self.assertEqual(done.returncode, 8, done.stderr)
        self.assertIn("told\n", done.stderr)
        self.assertIn("it still ran after 1 s, and was killed", done.stderr)
        self.check_dead("child")

    def test_a_mailer_that_sends_in_the_background_may_finish(self):
        self.something_to_say("cat > $HOME/letter; (sleep 0.2; mv $HOME/letter $HOME/sent) > /dev/null 2>&1 &", "30s")
        done = self.flush()
        self.assertNotIn("notify_command", done.stderr)
        self.assertEqual(self.read("sent"), done.stderr)

    def test_a_signal_ends_the_wait_for_a_notify_command(self):
        self.something_to_say("echo $$ > $HOME/pid.new; mv $HOME/pid.new $HOME/pid; sleep 300", "5m")
        flush = self.start("flush")
        for _ in range(2000):
            if os.path.exists(self.path("pid")):
                break
            time.sleep(0.01)
        flush.send_signal(signal.SIGTERM)
        _, said = flush.communicate(timeout=60)
        self.assertIn("notify_command failed: it was interrupted", said)
        self.check_dead("pid")

    def test_a_notify_command_gets_the_text_and_no_secret(self):
        self.something_to_say("cat > $HOME/said; cat /proc/$$/environ > $HOME/environment; ls /proc/self/fd > $HOME/files", "30s")
        done = self.flush(**SECRETS, **NEEDED)
        self.assertEqual(self.read("said"), done.stderr)
        self.assertIn("UNCONFIRMED", done.stderr)
        given = dict(pair.split("=", 1) for pair in self.read("environment").split("\0") if pair)
        self.assertNotIn("canary", str(given))
        for name, value in NEEDED.items():
            self.assertEqual(given.get(name), value)
        self.assertEqual(self.read("files").split(), ["0", "1", "2", "3"], "its own three, and the folder that ls reads")

    def test_a_notify_command_that_fails_is_told(self):
        self.something_to_say("exit 3", "30s")
        self.assertIn("notify_command failed: it ended with status 3", self.flush().stderr)

    def test_a_notify_command_that_reads_nothing_is_no_failure(self):
        self.something_to_say("exec < /dev/null; exit 0", "30s")
        self.assertNotIn("notify_command failed", self.flush().stderr)

    def test_a_token_command_gets_no_secret_and_its_hanging_is_an_error_of_its_account(self):
        self.home.configure(OPEN)
        script = self.path("token")
        with open(script, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\ncat /proc/$$/environ > {self.folder}/environment\necho whsec_{SECRET}\n")
        os.chmod(script, 0o700)
        self.home.run("account", "add", "hook", "--platform", "webhook", "--url", self.server.url, "--allow-private",
                      "--token-command", script, check=0, **SECRETS, **NEEDED)
        with open(os.path.join(self.folder, "environment"), encoding="utf-8") as file:
            given = file.read()
        self.assertNotIn("canary", given)
        self.assertIn("DBUS_SESSION_BUS_ADDRESS=", given)


if __name__ == "__main__":
    unittest.main()
