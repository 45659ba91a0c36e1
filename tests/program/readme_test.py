#!/usr/bin/env python3
"""What README.md says of keeping postq is typed as it stands there: backup, putting it back, moving, removal, upgrade.

    readme_test.py POSTQ [unittest arguments]
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from postq_home import SECRET, Home, Receiver  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TOP = os.path.join(HERE, "..", "..")
CONFIG = '[policy]\nratio = "off"\nmin_gap = "off"\nrepeat = "off"\nmax_per_day = 0\n'


def section(title):
    """The text under a heading of README.md."""
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
        text = file.read()
    return re.split(r"\n#{2,3} ", text.split(f"\n### {title}\n", 1)[1], maxsplit=1)[0]


def commands(title):
    """What is to be typed there."""
    return "\n".join(line[4:] for line in section(title).splitlines() if line.startswith("    "))


class Readme(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.programs = os.path.join(self.folder, "bin")
        os.mkdir(self.programs)
        os.symlink(BINARY, os.path.join(self.programs, "postq"))
        # What is removed there are files of this test.
        with open(os.path.join(self.programs, "sudo"), "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec "$@"\n')
        os.chmod(os.path.join(self.programs, "sudo"), 0o755)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def a_home(self, name):
        home = Home(BINARY, os.path.join(self.folder, name))
        home.configure(CONFIG)
        return home

    def a_busy_home(self, name="old"):
        """A feed and a webhook; a post that is out, one that is approved and due, one to be reviewed, a picture."""
        home = self.a_home(name)
        home.run("account", "add", "blog", "--platform", "feed", "--path", os.path.join(home.folder, "public_html"),
                 "--zone", "UTC", check=0)
        home.add_webhook("hook", self.receiver.url)
        picture = os.path.join(TOP, "config", "samples", "media", "cat.png")
        home.run("add", "The first one", "--to", "blog,hook", "--media", picture, "--alt", "A cat",
                 check=0)
        home.approve("1")
        home.run("flush", check=0)
        home.run("add", "Approved and due", "--to", "hook", check=0)
        home.approve("2")
        home.run("add", "To be read", "--to", "blog", check=0)
        return home

    def type(self, home, text, folder=None):
        text = text.replace("/var/tmp/postq-$(id -u)", home.machine)
        environment = home.environment(PATH=self.programs + ":" + os.environ["PATH"])
        done = subprocess.run(["bash", "-e", "-u", "-c", text], env=environment, cwd=folder or home.folder, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}{done.stderr}")
        return done

    def texts(self, home, *flags):
        return {row["id"]: row["state"] for row in home.rows()}

    def backup(self, home):
        self.type(home, commands("Back up"))
        archive = os.path.join(home.folder, "postq-backup.tgz")
        self.assertEqual(os.stat(archive).st_mode & 0o077, 0)  # it holds tokens
        return archive

    def test_a_backup_that_is_put_back_has_everything_and_sends_nothing_twice(self):
        home = self.a_busy_home()
        before = home.rows()
        archive = self.backup(home)
        home.run("flush", check=0)  # the original goes on
        self.assertEqual([text for _, text in self.receiver.requests], ["The first one", "Approved and due"])
        home.run("add", "Since the backup", "--to", "blog", check=0)

        self.type(home, commands("Put it back"))

        self.assertEqual([row["name"] for row in home.rows()], [row["name"] for row in before])
        self.assertNotIn("PROBLEM: database", home.run("doctor").stdout)
        done = home.run("flush")
        self.assertIn("postq review", done.stdout + done.stderr)
        home.run("flush", check=0)
        self.assertEqual([text for _, text in self.receiver.requests], ["The first one", "Approved and due"])
        self.assertTrue(os.path.exists(archive))
        # A person may say yes again, and the tokens and pictures are there.
        home.approve("2")
        home.run("flush", check=0)
        self.assertEqual(self.receiver.bad, [])

    def test_a_queue_moves_to_another_machine_with_its_accounts(self):
        old = self.a_busy_home()
        archive = self.backup(old)
        new = self.a_home("new")
        shutil.rmtree(os.path.join(new.folder, ".config"))
        shutil.copy(archive, new.folder)
        shutil.copytree(os.path.join(old.folder, "public_html"), os.path.join(new.folder, "public_html"))
        self.type(old, "postq timer remove")

        self.type(new, commands("Put it back"))
        self.type(new, commands("Move to another machine"))

        shutil.rmtree(old.folder)
        done = new.run("flush")
        self.assertIn("postq review", done.stdout + done.stderr)
        self.assertEqual(len(self.receiver.requests), 1)  # what was due waits for a person
        new.approve("2", "3")
        new.run("flush", check=0)
        self.assertEqual([text for _, text in self.receiver.requests], ["The first one", "Approved and due"])
        with open(os.path.join(new.folder, "public_html", "index.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertIn("The first one", page)
        self.assertIn("To be read", page)
        self.assertEqual(new.run("log", "--verify").returncode, 0)

    def test_a_queue_that_an_older_postq_made_is_taken_over(self):
        home = self.a_home("upgraded")
        os.makedirs(os.path.dirname(home.database()), mode=0o700)
        shutil.copy(os.path.join(TOP, "tests", "sqlite", "database", "old", "v3.db"), home.database())
        os.chmod(home.database(), 0o600)
        self.assertEqual(home.run("list", "--all").returncode, 0)
        self.assertEqual(home.run("log", "--verify").returncode, 0)

    def test_a_queue_of_a_newer_postq_is_left_as_it_is(self):
        home = self.a_busy_home("newer")
        with sqlite3.connect(home.database()) as store:
            store.execute("PRAGMA user_version = 99")
        store.close()
        done = home.run("list")
        self.assertEqual(done.returncode, 7)
        self.assertIn("newer postq", done.stderr)
        with sqlite3.connect(home.database()) as store:
            self.assertEqual(store.execute("SELECT count(*) FROM posts").fetchone(), (3,))
        store.close()

    def test_removal_leaves_nothing_but_what_is_public(self):
        home = self.a_busy_home("removed")
        installed = os.path.join(self.folder, "installed")
        with open(installed, "w", encoding="utf-8"):
            pass
        manifest = os.path.join(self.folder, "source", "build", "release", "install_manifest.txt")
        os.makedirs(os.path.dirname(manifest))
        with open(manifest, "w", encoding="utf-8") as file:
            file.write(installed)

        self.type(home, commands("Remove it"), folder=os.path.join(self.folder, "source"))

        left = [os.path.join(folder, name) for folder, _, names in os.walk(home.folder) for name in names]
        self.assertTrue(left)
        self.assertTrue(all(os.sep + "public_html" + os.sep in path for path in left), left)
        self.assertFalse(os.path.exists(home.machine))
        self.assertFalse(os.path.exists(installed))
        # Whoever installs it again begins anew.
        home.run("account", "add", "hook", "--platform", "webhook", "--url", self.receiver.url, "--allow-private",
                 stdin="whsec_" + SECRET + "\n", check=0)

    def test_a_queue_that_was_removed_alone_is_missed_until_somebody_says_so(self):
        home = self.a_busy_home("forgotten")
        shutil.rmtree(os.path.dirname(home.database()))
        self.assertEqual(home.run("list").returncode, 7)
        code, said = home.at_terminal("doctor", "--forget-queue", answers=["y"])
        self.assertNotEqual(code, 7, said)
        self.assertIn("postq doctor --forget-queue", section("Remove it"))
        home.run("account", "add", "blog", "--platform", "feed", "--path", os.path.join(home.folder, "elsewhere"), check=0)

    def test_the_files_that_the_readme_names_are_there(self):
        with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
            for name in re.findall(r"\]\(([^)#:]+)\)", file.read()):
                self.assertTrue(os.path.exists(os.path.join(TOP, name)), name)


if __name__ == "__main__":
    unittest.main()
