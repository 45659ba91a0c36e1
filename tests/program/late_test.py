#!/usr/bin/env python3
"""A machine that sleeps: what came due meanwhile comes to review together, and cron that runs seldom is no sleep.

    late_test.py POSTQ [unittest arguments]

The clock is libfaketime's; it only moves forward here.
"""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))


class Late(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postq-late-")
        self.addCleanup(folder.cleanup)
        self.server = ScriptedServer()
        self.addCleanup(lambda: self.server and self.server.close())
        self.home = Home(BINARY, os.path.join(folder.name, "home"))
        self.home.configure('zone = "UTC"\n[policy]\nratio = "off"\nrepeat = "off"\n')
        self.home.add_webhook("hook", self.server.url)

    def queue(self, *minutes):
        """A post for each, so many minutes from now; None: as soon as approved."""
        first = len(self.home.rows())
        for n, minute in enumerate(minutes):
            when = [] if minute is None else ["--at", f"in {minute} min"]
            self.home.run("add", f"The leaf number {first + n} of the oak", *when, check=0)
        self.home.approve(*[str(first + n + 1) for n in range(len(minutes))])

    def at(self, minutes, *command, code=0):
        prefix = "faketime", "--exclude-monotonic", "-f", f"+{minutes * 60}"
        done = self.home.run(*command, prefix=prefix, check=code)
        return done.stdout + done.stderr

    def states(self):
        return {row["name"]: row["standing"] for row in self.home.rows()}

    def test_nine_hours_asleep(self):
        self.queue(60, 200, 400, 530, 538, None)
        self.at(5, "flush")
        self.assertEqual(len(self.server.published), 1, "what has no time of its own")
        why = " ".join(self.at(540, "why", "1").split())
        self.assertIn("The next flush takes it back to review", why)
        dry = self.at(540, "flush", "--dry-run")
        self.assertEqual(dry.count("HELD: late"), 4, dry)
        said = self.at(540, "flush")
        self.assertEqual(said.count("missed its time"), 4, said)
        self.assertIn("`postq flush` did not run for 8 h", " ".join(said.split()))
        self.assertEqual([state for state in self.states().values()].count("missed"), 4)
        self.assertEqual(len(self.server.published), 2, "what was due two minutes ago is on time")
        status = " ".join(self.at(541, "status").split())
        self.assertIn("4 posts missed their time. Nothing was sent late.", status)
        for minute in range(545, 700, 10):
            self.at(minute, "flush")
        self.assertEqual(len(self.server.published), 2)

    def test_an_hourly_cron_is_no_sleep(self):
        for hour in range(3):
            self.at(hour * 60, "flush")
        self.queue(125, 170, 200)
        for hour in range(3, 8):
            self.assertEqual(self.at(hour * 60 + hour % 2, "flush"), "")
        self.assertEqual(len(self.server.published), 3)

    def test_a_state_folder_that_is_lost_lets_nothing_out_late(self):
        self.at(0, "flush")
        self.queue(100, 120)
        shutil.rmtree(os.path.join(self.home.folder, ".local", "state", "postq", "marks"))
        self.at(130, "flush")
        self.assertEqual(set(self.states().values()), {"missed"})
        self.assertEqual(self.server.published, [])

    def test_a_server_that_is_down_for_hours(self):
        self.server.close()
        self.server = None
        self.queue(1, 90, 100)
        for minute in range(1, 110, 5):
            self.at(minute, "flush", code=None)
        self.assertEqual(self.states(), {"1@hook": "missed", "2@hook": "missed", "3@hook": "missed"})
        self.assertIn("hook could not be reached", " ".join(self.at(111, "why", "3").split()))


if __name__ == "__main__":
    unittest.main()
