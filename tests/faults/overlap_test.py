#!/usr/bin/env python3
"""Eight flushes at once, several times over: every post reaches the receiver under one id and the feed once.

    overlap_test.py POSTQ [--posts N] [--rounds N]
"""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import SECRET, Home, Receiver  # noqa: E402

FLUSHES = 8


def prepare(home, receiver, posts):
    config = os.path.join(home.folder, ".config", "postq")
    os.makedirs(config, mode=0o700)
    with open(os.path.join(config, "config.toml"), "w", encoding="utf-8") as file:
        file.write('[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n')
    home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(home.folder, "site"), check=0)
    home.run("account", "add", "hook", "--platform", "webhook", "--url", receiver.url, "--allow-private",
             stdin="whsec_" + SECRET + "\n", check=0)
    texts = [f"Post number {n} of many that all want to go out at the very same moment, each just once" for n in range(posts)]
    for text in texts:
        home.run("add", text, "--to", "site,hook", check=0)
    code, output = home.at_terminal("review", answers=["y"] * posts, seconds=120)
    if code != 0:
        raise AssertionError(f"review ended with {code}: {output}")
    return texts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--posts", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    passed = failed = 0
    for _ in range(arguments.rounds):
        receiver = Receiver()
        with tempfile.TemporaryDirectory(prefix="postq-overlap-") as folder:
            home = Home(binary, os.path.join(folder, "home"))
            texts = prepare(home, receiver, arguments.posts)
            running = [subprocess.Popen([binary, "flush"], env=home.environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(FLUSHES)]
            codes = [process.wait(timeout=120) for process in running]
            home.run("flush", check=0)
            wrong = [text for text in texts
                     if len([1 for _, sent in receiver.requests if sent == text]) != 1 or home.feed_texts().count(text) != 1]
            if wrong or any(codes) or receiver.bad:
                failed += 1
                print(f"FAILED: exits {codes}, {len(wrong)} posts not exactly once, bad signatures {receiver.bad}")
            else:
                passed += 1
        receiver.close()
    print(f"{arguments.rounds} rounds of {FLUSHES} flushes at once over {arguments.posts} posts on 2 accounts")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
