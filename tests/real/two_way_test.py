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
from network import Network, POSTS  # noqa: E402
from postq_home import Home  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
MODULES = os.path.abspath(sys.argv.pop(1))
PEOPLE = ["anna", "mira", "tom"]
ANY_MIX = 'ratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n'
HOLD = f'[policy]\n{ANY_MIX}people_waiting = "hold"\nanswer_within = "1s"\n'


class TwoWay(unittest.TestCase):
    def setUp(self):
        self.assertTrue(network.lives(), "the servers have ended")

    def home_of(self, person, config=HOLD):
        home = Home(BINARY, os.path.join(everything, self.id().rsplit(".", 1)[1]))
        home.configure(config)
        name = person.handle.removesuffix(".test")
        home.run("account", "add", name, "--platform", "bluesky", "--handle", person.handle, "--url", network.url, "--plc",
                 network.plc, "--allow-private", stdin=person.app_password + "\n", check=0)
        return home

    def texts(self, person):
        return [record["value"]["text"] for record in person.posts()]

    def test_what_is_sent_is_seen_by_others(self):
        anna, mira = network.people["anna"], network.people["mira"]
        home = self.home_of(anna, f"[policy]\n{ANY_MIX}")
        home.run("add", "Ink & Oak has a new face", check=0)
        home.approve("1")
        home.run("flush", check=0)
        (post,) = anna.posts()
        network.settle()
        self.assertEqual(mira.thread(post)["post"]["record"]["text"], "Ink & Oak has a new face")


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
