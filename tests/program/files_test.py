#!/usr/bin/env python3
"""Files that are another's, locked, damaged, unreadable or too large: they are named, left alone, and no text is lost.

    files_test.py POSTQ [unittest arguments]
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TEXT = "A text that is to be queued later if not now"
NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


def may_change_users():
    return subprocess.run([*AS_NOBODY, "true"], capture_output=True, check=False).returncode == 0


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-files-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.home.folder, "site"), check=0)
        self.home.run("add", "The first post", check=0)

    def refused(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def text_is_kept(self, done):
        path = rescue_file(done.stderr)
        self.assertIsNotNone(path, done.stderr)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), TEXT)
        self.assertRegex(done.stderr, "(then go on|with that put right):  postq add --recover")
        return path

    def goes_on(self, path):
        self.home.run("add", "--recover", path, check=0)
        self.assertEqual(sorted(row["text"] for row in self.home.rows()), [TEXT, "The first post"])

    @unittest.skipUnless(may_change_users(), "only root may act as another user")
    def test_a_queue_of_another_user(self):
        database = self.home.database()
        os.chown(database, NOBODY, NOBODY)
        for words in (["list"], ["status"], ["flush"], ["show", "1"]):
            self.refused(self.home.run(*words), 3, f"{database} belongs to nobody, and this is root", "sudo -u nobody postq",
                         "chown root " + database)
        done = self.home.run("add", "-", stdin=TEXT)
        self.refused(done, 3, "belongs to nobody")
        path = self.text_is_kept(done)
        self.assertEqual(os.stat(database).st_uid, NOBODY)
        os.chown(database, os.geteuid(), -1)
        self.goes_on(path)

    @unittest.skipUnless(may_change_users(), "only root may act as another user")
    def test_a_queue_that_is_seen_by_another_user(self):
        readable = os.path.join(self.folder, "postq")  # where nobody may run it
        shutil.copy(BINARY, readable)
        os.chmod(readable, 0o755)
        os.chmod(self.folder, 0o755)
        for folder, _, files in os.walk(self.home.folder):
            os.chmod(folder, 0o755)
            for file in files:
                os.chmod(os.path.join(folder, file), 0o644)
        other = Home(readable, self.home.folder)
        self.refused(other.run("list", prefix=AS_NOBODY), 3, "belongs to root, and this is nobody", "sudo -u root postq")
        done = other.run("add", "-", stdin=TEXT, prefix=AS_NOBODY)
        self.refused(done, 3, "belongs to root, and this is nobody")
        os.unlink(self.text_is_kept(done))

    @unittest.skipUnless(may_change_users(), "root may read everything")
    def test_a_picture_that_may_not_be_read(self):
        home = Home(os.path.join(self.folder, "postq"), os.path.join(self.folder, "nobody"))
        shutil.copy(BINARY, home.binary)
        os.chmod(home.binary, 0o755)
        os.chmod(self.folder, 0o755)
        os.chown(home.folder, NOBODY, NOBODY)
        home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(home.folder, "site"),
                 prefix=AS_NOBODY, check=0)
        picture = os.path.join(self.folder, "secret.png")
        with open(picture, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
        os.chmod(picture, 0o600)
        done = home.run("add", TEXT, "--media", picture, prefix=AS_NOBODY)
        self.refused(done, 3, picture + " can't be read", "chmod u+r " + picture)
        self.text_is_kept(done)

    def test_a_picture_that_is_too_large(self):
        picture = os.path.join(self.folder, "huge.png")
        with open(picture, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            file.truncate(20 << 30)
        done = self.home.run("add", TEXT, "--media", picture)
        self.refused(done, 2, picture, "large")
        self.goes_on(self.text_is_kept(done))

    def test_a_queue_that_somebody_locks(self):
        blocker = sqlite3.connect(self.home.database(), isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        results = {}

        def run(name, *words, stdin=""):
            results[name] = self.home.run(*words, stdin=stdin)

        threads = [threading.Thread(target=run, args=("add", "add", "-"), kwargs={"stdin": TEXT}),
                   threading.Thread(target=run, args=("rm", "rm", "1"))]
        for thread in threads:
            thread.start()
        self.assertIn("The first post", self.home.run("list", check=0).stdout, "reading goes on")
        for thread in threads:
            thread.join()
        blocker.execute("ROLLBACK")
        blocker.close()
        self.refused(results["rm"], 75, "another postq is writing to the queue", "try again")
        self.refused(results["add"], 75, "another postq is writing to the queue")
        self.goes_on(self.text_is_kept(results["add"]))

    def test_a_damaged_queue_sends_nothing_and_keeps_the_text(self):
        database = self.home.database()
        self.home.run("log", "--verify", check=0)
        with open(database, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))
        for leftover in ("-wal", "-shm"):
            if os.path.exists(database + leftover):
                os.unlink(database + leftover)
        with open(database, "rb") as file:
            before = file.read()
        done = self.home.run("add", "-", stdin=TEXT)
        self.refused(done, 7, database + " is damaged", "postq doctor")
        self.text_is_kept(done)
        for words in (["list"], ["flush"], ["status"]):
            self.refused(self.home.run(*words), 7, database + " is damaged")
        doctor = self.home.run("doctor", check=3).stdout
        self.assertIn("cp -a ", doctor)
        self.assertIn(".recover", doctor)
        self.assertEqual(doctor.count("is damaged or not a database"), 1, doctor)
        with open(database, "rb") as file:
            self.assertEqual(file.read(), before, "it is never repaired by force")

    def test_a_newer_queue_is_left_alone_and_keeps_the_text(self):
        connection = sqlite3.connect(self.home.database())
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        done = self.home.run("add", "-", stdin=TEXT)
        self.refused(done, 7, "was made by a newer postq", "install the newer postq")
        self.text_is_kept(done)
        self.refused(self.home.run("flush"), 7, "was made by a newer postq")

    def test_a_configuration_of_another_user(self):
        if not may_change_users():
            self.skipTest("only root may act as another user")
        self.home.configure('[policy]\nratio = "off"\n')
        config = os.path.join(self.home.folder, ".config", "postq", "config.toml")
        os.chown(config, NOBODY, NOBODY)
        self.refused(self.home.run("flush"), 3, config + " belongs to somebody else", "chown")
        done = self.home.run("add", "-", stdin=TEXT)
        self.refused(done, 3, config)
        path = self.text_is_kept(done)
        os.chown(config, os.geteuid(), -1)
        self.goes_on(path)


if __name__ == "__main__":
    unittest.main()
