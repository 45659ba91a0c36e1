#!/usr/bin/env python3
"""Limits of the system: files that may not grow, no more threads, pipes in the place of files, cores, modes of files.

    limits_test.py POSTQ [unittest arguments]
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
from postq_home import SECRET, Home, ScriptedServer, is_sanitized, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
OPEN = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\n'
TEXT = "A text that came through a pipe and lies nowhere else"
NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def may_change_users():
    return subprocess.run([*AS_NOBODY, "true"], capture_output=True, check=False).returncode == 0


def mode(path):
    return os.stat(path).st_mode & 0o777


class Limits(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-limits-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.configure(OPEN)
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)

    def state(self, name=""):
        return os.path.join(self.home.folder, ".local", "state", "postq", name)

    def nobodys_home(self):
        """A home and a program that nobody may use."""
        os.chmod(self.folder, 0o755)
        home = Home(os.path.join(self.folder, "postq"), os.path.join(self.folder, "nobody"))
        shutil.copy(BINARY, home.binary)
        os.chmod(home.binary, 0o755)
        home.configure(OPEN)
        for place, folders, files in os.walk(home.folder):
            for name in [".", *folders, *files]:
                os.chown(os.path.join(place, name), NOBODY, NOBODY)
        home.run("account", "add", "hook", "--platform", "webhook", "--url", self.server.url, "--allow-private",
                 stdin="whsec_" + SECRET + "\n", prefix=AS_NOBODY, check=0)
        home.run("add", "one", prefix=AS_NOBODY, check=0)
        code, said = home.at_terminal("approve", "1", answers=["y"], prefix=AS_NOBODY)
        self.assertEqual(code, 0, said)
        return home

    def test_a_file_that_may_not_grow_is_an_error_and_no_signal(self):
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "The first", check=0)
        self.home.approve("1")
        tight = ("prlimit", "--fsize=20480")
        done = self.home.run("add", "-", stdin=TEXT, prefix=tight)
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn(self.home.database() + " may not grow: the size of files is limited here (File too large)", done.stderr)
        self.assertIn("ulimit -f", done.stderr)
        path = rescue_file(done.stderr)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), TEXT)
        for words in (["edit", "1", "--text", "Shorter"], ["reject", "1", "--reason", "no"], ["flush"]):
            done = self.home.run(*words, prefix=tight)
            self.assertEqual(done.returncode, 7, f"{words}: {done.stderr}")
        self.assertEqual(self.server.published, [])
        self.home.run("add", "--recover", path, check=0)
        self.home.run("flush", check=0)
        self.assertEqual([text for _, text in self.server.published], ["The first"])

        # Not even the text can be kept: that is said, and nothing is half-written.
        done = self.home.run("add", "-", stdin=TEXT * 100, prefix=("prlimit", "--fsize=4096"))
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("File too large", done.stderr)

    @unittest.skipUnless(may_change_users(), "a limit of processes doesn't hold root")
    def test_without_another_thread_everything_goes_out_all_the_same(self):
        home = self.nobodys_home()
        alone = (*AS_NOBODY, "prlimit", "--nproc=1:1")
        done = home.run("flush", prefix=alone)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([text for _, text in self.server.published], ["one"])
        self.assertIn('"state":"sent"', home.run("list", "--all", "--json", prefix=AS_NOBODY).stdout)
        done = home.run("sync", prefix=alone)
        self.assertEqual(done.returncode, 0, done.stderr)

        # Nor can a command be started then: that is told, and nothing else suffers.
        self.server.answer = b""
        home.configure("notify_command = 'true'\n" + OPEN)
        os.chown(os.path.join(home.folder, ".config", "postq", "config.toml"), NOBODY, NOBODY)
        home.run("add", "two", prefix=AS_NOBODY, check=0)
        home.at_terminal("approve", "2", answers=["y"], prefix=AS_NOBODY)
        done = home.run("flush", prefix=alone)
        self.assertEqual(done.returncode, 8, done.stderr)
        self.assertIn("UNCONFIRMED", done.stderr)
        self.assertIn("notify_command failed: it can't be started", done.stderr)

    def test_with_few_files_to_open_a_post_waits_or_goes_out_once(self):
        self.home.add_webhook("hook", self.server.url)
        said = ""
        for files in range(4, 13):
            text = f"With {files} files"
            self.home.run("add", text, check=0)
            number = self.home.rows()[0]["post"]
            self.home.approve(str(number))
            done = self.home.run("flush", prefix=("prlimit", f"--nofile={files}:{files}"))
            self.assertIn(done.returncode, (0, 7, 75), f"{files}: {done.stderr}")
            self.assertEqual(done.returncode == 0, done.stderr == "", f"{files}: {done.stderr}")
            self.assertNotIn("a bug in postq", done.stderr)
            said += done.stderr
            self.home.run("flush", check=0)
            state = next(row["state"] for row in self.home.rows() if row["text"] == text)
            sent = len({request for request, what in self.server.published if what == text})
            self.assertEqual((state, sent), ("sent", 1) if sent else ("queued", 0), f"with {files} files")
        self.assertIn("Too many open files", said)
        self.assertGreater(len(self.server.published), 4)
        self.home.run("log", "--verify", check=0)

    def test_a_pipe_in_the_place_of_a_file_is_never_waited_for(self):
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.home.folder, "site"),
                      "--zone", "UTC", check=0)
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for words in (["add", "--file", pipe], ["add", "x", "--media", pipe, "--alt", "y"], ["add", "x", "--variant", "site=@" + pipe],
                      ["add", "--recover", pipe], ["list", "--config", pipe], ["list", "--db", pipe],
                      ["account", "add", "hook", "--platform", "webhook", "--url", self.server.url, "--allow-private",
                       "--token-file", pipe]):
            done = subprocess.run([BINARY, *words], env=self.home.environment(), stdin=subprocess.DEVNULL, timeout=30,
                                  capture_output=True, text=True, check=False)
            self.assertIn(done.returncode, (2, 3, 7), f"{words}: {done.stderr}")
            self.assertIn(pipe, done.stderr, words)

    def test_a_pipe_in_the_state_folder_holds_nobody_up(self):
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "one", check=0)
        self.home.approve("1")
        os.makedirs(self.state("log"), exist_ok=True)
        os.makedirs(self.state("marks"), exist_ok=True)
        for name in ("log/postq.log", "marks/last-flush"):
            if os.path.exists(self.state(name)):
                os.unlink(self.state(name))
            os.mkfifo(self.state(name))
        done = subprocess.run([BINARY, "flush"], env=self.home.environment(), stdin=subprocess.DEVNULL, timeout=30,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([text for _, text in self.server.published], ["one"])
        doctor = subprocess.run([BINARY, "doctor"], env=self.home.environment(), stdin=subprocess.DEVNULL, timeout=30,
                                capture_output=True, text=True, check=False)
        self.assertNotEqual(doctor.stdout, "")

    @unittest.skipUnless(may_change_users(), "root may look into everything")
    def test_no_core_and_no_other_process_of_the_user_gets_at_the_tokens(self):
        home = self.nobodys_home()
        cores = os.path.join(self.folder, "cores")
        os.mkdir(cores)
        os.chmod(cores, 0o777)

        def left_by(words):
            """Starts it where cores may be written, kills it with SIGSEGV once it is at work, and gives what is left."""
            process = subprocess.Popen([*AS_NOBODY, "prlimit", "--core=unlimited", *words], env=home.environment(AS_NOBODY),
                                       cwd=cores, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.kill)
            arrived = [time.sleep(0.01) for _ in range(1000) if not self.at_work(process)]
            self.assertLess(len(arrived), 1000, words)
            owner = os.stat(f"/proc/{process.pid}/environ").st_uid
            process.send_signal(signal.SIGSEGV)
            process.wait(60)
            left = os.listdir(cores)
            for name in left:
                os.unlink(os.path.join(cores, name))
            return owner, left

        self.at_work = lambda process: os.readlink(f"/proc/{process.pid}/exe").endswith("/sleep")
        owner, left = left_by(["sleep", "60"])
        if not left:
            self.skipTest("this system writes no cores into the folder")
        self.assertEqual(owner, NOBODY)

        self.server.answer = lambda connection: time.sleep(2)  # it is in the middle of a request, with a token in memory
        self.at_work = lambda process: bool(self.server.published)
        owner, left = left_by([home.binary, "flush"])
        if is_sanitized(BINARY):
            return  # the sanitizer ends it itself
        self.assertEqual(left, [])
        self.assertEqual(owner, 0, "no process of the same user may trace it or read its memory")

    @unittest.skipUnless(may_change_users(), "root may read everything")
    def test_its_own_descriptors_can_still_be_read(self):
        home = self.nobodys_home()
        text = os.path.join(home.folder, "text")
        with open(text, "w", encoding="ascii") as file:
            file.write(TEXT)
        os.chown(text, NOBODY, NOBODY)
        redirected = (*AS_NOBODY, "sh", "-c", f'exec "$@" < {text}', "sh")
        home.run("add", "--file", "/dev/stdin", prefix=redirected, check=0)
        self.assertIn(TEXT, home.run("list", prefix=AS_NOBODY, check=0).stdout)
        self.assertIn("ExecStart=\"" + home.binary,
                      home.run("timer", "install", "--dry-run", prefix=AS_NOBODY, check=0).stdout)

    def test_what_others_could_read_is_closed_with_a_word(self):
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "one", check=0)
        self.home.approve("1")
        self.home.run("flush", check=0)
        data = os.path.dirname(self.home.database())
        os.makedirs(self.state("log"), exist_ok=True)
        with open(self.state("log/postq.log"), "a", encoding="ascii"):
            pass
        wanted = {self.home.database(): 0o600, data: 0o700, self.state("log"): 0o700, self.state("log/postq.log"): 0o600,
                  self.state("locks"): 0o700, os.path.dirname(self.state()): 0o700}
        for words in (["list"], ["add", "more"]):
            for path, right in wanted.items():
                os.chmod(path, right | 0o055 if os.path.isdir(path) else right | 0o044)
            done = self.home.run(*words, check=0)
            for path, right in wanted.items():
                self.assertEqual(mode(path), right, path)
                self.assertEqual(done.stderr.count(f"note: other users could read {path}; now only you can\n"), 1, done.stderr)
            self.assertNotIn("other users", self.home.run(*words, check=0).stderr)

    def test_what_others_could_write_is_refused(self):
        self.home.add_webhook("hook", self.server.url)
        self.home.run("add", "one", check=0)
        self.home.approve("1")
        data = os.path.dirname(self.home.database())
        os.makedirs(self.state("locks"), mode=0o700, exist_ok=True)
        for path, right in ((self.home.database(), 0o600), (data, 0o700), (self.state("locks"), 0o700),
                            (os.path.dirname(self.state()), 0o700)):
            for more in (0o020, 0o002):
                os.chmod(path, right | more)
                for words in (["list"], ["flush"], ["add", "-"]):
                    done = self.home.run(*words, stdin=TEXT)
                    self.assertEqual(done.returncode, 3, f"{words} {path}: {done.stderr}")
                    self.assertIn(path, done.stderr)
                    self.assertIn("chmod ", done.stderr)
                self.assertEqual(mode(path), right | more, "a person decides what to make of it")
            os.chmod(path, right)
        self.assertEqual(self.server.published, [])
        shared = os.path.join(self.folder, "shared")
        os.mkdir(shared)
        os.chmod(shared, 0o777)
        done = self.home.run("list", "--db", os.path.join(shared, "queue.db"))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("chmod o-w " + shared, done.stderr)
        os.chmod(shared, 0o1777)
        self.home.run("list", "--db", os.path.join(shared, "queue.db"), check=0)


if __name__ == "__main__":
    unittest.main()
