#!/usr/bin/env python3
"""However a command ends, what was typed for it is kept, and the command that it prints works.

    typed_text_test.py POSTQ [unittest arguments]
"""

import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, is_sanitized, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))


def kept(said):
    with open(rescue_file(said), encoding="utf-8") as file:
        return file.read()


class TypedText(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-typed-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.home.folder, "site"), check=0)
        self.home.run("add", "The first post", check=0)
        self.rescue = os.path.join(self.home.folder, ".local", "state", "postq", "rescue")

    def advised(self, said):
        return shlex.split(re.search(r"(?:then go on|what was typed|with that put right):  postq (.*)", said)[1])

    def refused(self, words, text, code=2, stdin=""):
        done = self.home.run(*words, stdin=stdin)
        self.assertEqual(done.returncode, code, (words, done.stderr))
        self.assertIsNotNone(rescue_file(done.stderr), (words, done.stderr))
        self.assertEqual(kept(done.stderr), text, words)
        return done.stderr

    def texts(self):
        return sorted(row["text"] for row in self.home.rows())

    def in_bash(self, line, check=0):
        done = subprocess.run(["bash", "-c", line], env=self.home.environment(POSTQ=BINARY), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, check, done.stderr)
        return done

    def test_a_pipe_by_any_name_is_read(self):
        self.in_bash('"$POSTQ" add --file <(echo "By a name of the shell")')
        self.in_bash('echo "By the name of standard input" | "$POSTQ" add --file /dev/stdin')
        self.in_bash('"$POSTQ" add "For all" --variant site=@<(echo "For the site")')
        self.in_bash('(sleep 0.4; echo "Slowly") | "$POSTQ" add --file /dev/stdin')
        fifo = os.path.join(self.folder, "fifo")
        self.in_bash(f'mkfifo {fifo}; (sleep 0.4; echo "By a FIFO" > {fifo}) & "$POSTQ" add --file {fifo}; wait')
        for text in ("By a name of the shell", "By the name of standard input", "Slowly", "By a FIFO"):
            self.assertIn(text, self.texts())
        self.assertIn("For the site", self.home.run("show", "4", check=0).stdout)
        self.assertIn("no file that can be read", self.in_bash('"$POSTQ" add --file /dev/zero', check=2).stderr)
        self.assertIn("over 4 MiB", self.in_bash('"$POSTQ" add --file <(yes | head -c 5000000)', check=2).stderr)

    def test_waiting_for_a_pipe_ends_with_a_signal(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        for words in (("add", "--file", fifo),
                      ("account", "add", "hook", "--platform", "webhook", "--url", "https://example.org/h", "--token-file", fifo, "--no-test")):
            writer = subprocess.Popen(["sh", "-c", f"exec sleep 30 > {fifo}"])
            self.addCleanup(writer.wait)
            self.addCleanup(writer.kill)
            waits = subprocess.Popen([BINARY, *words], env=self.home.environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                     text=True)
            time.sleep(3)  # longer than a writer is waited for
            self.assertIsNone(waits.poll())
            waits.send_signal(signal.SIGINT)
            self.assertEqual(waits.wait(10), 130, waits.stderr.read())
            waits.stderr.close()

    def test_words_behind_the_dashes_that_are_too_many(self):
        for words, text in ((["add", "hello", "--to", "site", "--", "more"], "hello more"),
                            (["add", "--to", "site", "--", "hello", "more"], "hello more"),
                            (["add", "--", "hello", "-more"], "hello -more"),
                            (["add", "hello", "more"], "hello more"),
                            (["add", "--", "-5 degrees", "--to", "site"], "-5 degrees"),
                            (["add", "--", "-5 degrees", "--to=site", "--label", "cold"], "-5 degrees"),
                            (["--json", "add", "hello", "--", "more"], "hello more"),
                            (["add", "--dashes first"], "--dashes first"),
                            (["edit", "1", "--text", "other", "--", "more"], "other more"),
                            (["edit", "1", "--", "other"], "other"),
                            (["status", "--", "x"], "x"),
                            (["flush", "--", "x", "y"], "x y"),
                            (["account", "list", "--", "x"], "x"),
                            (["flush", "--", "--yes"], "--yes"),
                            (["ad", "A text of some words"], "A text of some words"),
                            (["nonsense", "A text of some words"], "A text of some words"),
                            (["A text without a command"], "A text without a command")):
            with self.subTest(words=words):
                before = self.texts()
                done = self.home.run(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                if "--json" in words:
                    self.assertIn('"rescue":"' + self.rescue, done.stdout)
                    continue
                if text == "--yes":
                    self.assertIn("flags go before --", done.stderr)
                    continue
                self.assertEqual(kept(done.stderr), text)
                if "edit" in words:
                    self.assertEqual(self.home.run(*self.advised(done.stderr)).returncode, 0, done.stderr)
                    self.assertIn(text, self.texts())
                    self.home.run("edit", "1", "--text", "The first post", check=0)
                else:
                    self.assertEqual(self.home.run(*self.advised(done.stderr)).returncode, 0, done.stderr)
                    self.assertEqual(self.texts(), sorted([*before, text]))

    def test_flags_before_and_behind(self):
        for words, stdin, text in ((["add", "hello", "--lbl", "x"], "", "hello"),
                                   (["add", "--lbl", "x"], "From a pipe", "From a pipe"),
                                   (["add", "-", "--until"], "From a pipe", "From a pipe"),
                                   (["-q", "add", "hello", "--xyz"], "", "hello"),
                                   (["add", "--visibility", "nobody", "hello"], "", "hello"),
                                   (["add", "--xyzzy", "the text itself"], "", "the text itself"),
                                   (["edit", "1", "--text", "one", "--file", "two"], "", "one"),
                                   (["edit", "1", "--text=one", "--xyz"], "", "one"),
                                   (["reply", "--draft", "i1", "hello", "you"], "", "hello you"),
                                   (["post", "hello", "--", "you"], "", "hello you")):
            with self.subTest(words=words):
                self.refused(words, text, stdin=stdin)

    def test_errors_before_the_text_was_read(self):
        self.refused(["reply", "i99", "--draft"], "From a pipe", code=4, stdin="From a pipe")
        self.refused(["reply", "nobody", "--draft"], "From a pipe", code=2, stdin="From a pipe")
        self.refused(["reply", "nobody", "Typed"], "Typed", code=2)
        self.refused(["edit", "99", "--text", "Typed"], "Typed", code=4)
        self.refused(["edit", "x", "--text", "-"], "From a pipe", stdin="From a pipe")
        self.refused(["edit", "1", "--text", "Typed", "--at", "yesterday"], "Typed")
        self.refused(["edit", "1", "--text", "Typed", "--to", "nowhere"], "Typed", code=4)

    def test_an_environment_that_is_refused(self):
        for more in ({"POSTQ_NOW": "noon"}, {"POSTQ_USER": "x" * 65}, {"POSTQ_USER": "a\nb"}, {"POSTQ_AGENT": "\u202eevil"},
                     {"SUDO_USER": "\x1b[31mred"}, {"POSTQ_USER": " "}, {"POSTQ_USER": os.fsdecode(b"\xff\xfe")}):
            for words, stdin in ((["add", "Typed"], ""), (["add"], "Typed"), (["edit", "1", "--text", "Typed"], "")):
                with self.subTest(more=more, words=words):
                    done = self.home.run(*words, stdin=stdin, **more)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn(next(iter(more)), done.stderr)
                    self.assertEqual(kept(done.stderr), "Typed")
            self.assertEqual(self.home.run("list", **more).returncode, 2)
        self.assertEqual(self.texts(), ["The first post"])
        self.home.run("add", "By somebody", POSTQ_USER="Jörg Ödegård", check=0)
        self.home.run("add", "By a login that is odd", USER="\x1b[31mred", check=0)
        self.assertNotIn("\x1b", self.home.run("log", "--json").stdout)
        self.assertNotIn("31mred", self.home.run("log", "--json").stdout)

    def interrupted(self, number, times=1):
        reader = subprocess.Popen([BINARY, "add", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env=self.home.environment())
        reader.stdin.write(b"Half of what was to come")
        reader.stdin.flush()
        deadline = time.monotonic() + 20
        while reader_has_bytes(reader) and time.monotonic() < deadline:
            time.sleep(0.01)
        for _ in range(times):
            reader.send_signal(number)
        said = reader.stderr.read().decode()
        reader.stdin.close()
        reader.stdout.close()
        reader.stderr.close()
        return reader.wait(), said

    def test_the_reason_of_a_command_that_fails(self):
        for words, code in ((["reject", "99", "--reason", "the link is dead"], 4),
                            (["reject", "1", "--reason=the link is dead", "--resaon", "x"], 2)):
            said = self.refused(words, "the link is dead", code)
            self.assertIn("--reason \"$(cat ", said)
        said = self.refused(["reject", "99", "--reason", "it's a \"dead\" link"], "it's a \"dead\" link", 4)
        # What it says to type works, with the id put right.
        again = re.search(r"with that put right:  (postq .*)", said)[1].replace(" 99 ", " 1 ")
        path = os.path.dirname(BINARY) + os.pathsep + os.environ["PATH"]
        done = subprocess.run(["sh", "-c", again], env={**self.home.environment(), "PATH": path}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("it's a \"dead\" link", self.home.run("show", "1", check=0).stdout)

    def test_a_signal_while_a_pipe_is_read(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(number=number):
                code, said = self.interrupted(number)
                self.assertEqual(code, 130, said)
                self.assertEqual(kept(said), "Half of what was to come")

    def test_a_fault_of_its_own(self):
        for number in (signal.SIGABRT, signal.SIGSEGV):
            if is_sanitized(BINARY) and number == signal.SIGSEGV:
                continue
            with self.subTest(number=number):
                code, said = self.interrupted(number)
                self.assertEqual(code, -number, said)
                self.assertEqual(kept(said), "Half of what was to come")
                self.home.run("add", "--recover", check=0)

    @unittest.skipIf(is_sanitized(BINARY), "a sanitizer needs its memory")
    def test_no_memory(self):
        text = "word " * 60_000
        found = set()
        for mebibytes in range(6, 40, 2):
            limit = mebibytes << 20
            done = subprocess.run([BINARY, "add", "-"], input=text.encode(), capture_output=True, env=self.home.environment(),
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)), check=False)
            said = done.stderr.decode()
            if done.returncode in (127, -signal.SIGKILL) or "error while loading shared libraries" in said:
                continue  # it didn't start
            if done.returncode == 0:
                found.add("stored")
                break
            if rescue_file(said) is None:
                # It never came to reading: what is in the pipe is still its writer's.
                self.assertFalse(any("word" in open(os.path.join(self.rescue, name), encoding="utf-8").read()
                                     for name in os.listdir(self.rescue)), said)
                continue
            self.assertTrue(text.startswith(kept(said)) and kept(said), said)
            found.add("kept")
        self.assertIn("stored", found)

    def test_more_than_a_post_may_hold(self):
        done = self.home.run("add", "-", stdin="word " * 900_000)
        self.assertEqual(done.returncode, 2)
        self.assertGreater(os.path.getsize(rescue_file(done.stderr)), 4 << 20)


def reader_has_bytes(process):
    """Whether something waits in its standard input that it hasn't read yet."""
    import fcntl
    import struct
    import termios
    waiting = struct.unpack("i", fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, b"\0\0\0\0"))[0]
    return waiting > 0


if __name__ == "__main__":
    unittest.main()
