#!/usr/bin/env python3
"""Eight flushes at once, several times over: every post reaches the receiver under one id and the feed once. Then people,
scripts and cron at the same queue: whatever they do at the same moment, no post is out twice, none in two versions, and
nothing that was rejected or never approved is out.

    overlap_test.py POSTQ [--posts N] [--rounds N] [--seed N]
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import SECRET, Home, Receiver  # noqa: E402

FLUSHES = 8
PEOPLE = 6
COMMANDS = 10  # of each


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


def act(home, receiver, chance, who, number):
    """One command of one of several people, on a post that others may have in hand."""
    post = str(chance.randrange(1, 13))
    what = chance.choice(["flush", "flush", "edit", "reject", "approve", "post", "resolve", "add", "account", "pause"])
    if what == "flush":
        receiver.silent = chance.random() < 0.2
        home.run("flush")
    elif what == "edit":
        home.run("edit", post, "--text", f"Post {post} in another version, number {number} of person {who}")
    elif what == "reject":
        home.at_terminal("reject", post, "--reason", "no", answers=["y"])
    elif what == "approve":
        home.at_terminal("approve", post, answers=["y", "q"])
    elif what == "post":
        home.at_terminal("post", f"By hand {who}-{number}, written while others were at work", "--to", "hook", answers=["y", "y"])
    elif what == "resolve":
        home.at_terminal("resolve", f"{post}@hook", "--not-sent", answers=["y", "y"])
    elif what == "add":
        home.run("add", f"Added by {who}-{number}, and never approved by anybody", "--to", "hook")
    elif what == "account":
        home.run("account", "add", f"more-{who}-{number}", "--platform", "feed", "--path", os.path.join(home.folder, f"more-{who}-{number}"))
    else:
        home.run("pause", post)


def wrong_in(home, receiver):
    """What the people at work left behind that must not be, in words."""
    wrong = []
    ids = {}
    for message_id, text in receiver.requests:
        ids.setdefault(text, set()).add(message_id)
    wrong += [f"under {len(each)} ids: {text}" for text, each in ids.items() if len(each) > 1]
    versions = {}
    for text in ids:
        found = re.match(r"Post (?:number )?(\d+)", text)
        if found:
            versions.setdefault(found.group(1), set()).add(text)
    wrong += [f"post {post} is out in {len(each)} versions" for post, each in versions.items() if len(each) > 1]
    wrong += [f"never approved: {text}" for text in ids if text.startswith("Added by")]
    verified = home.run("log", "--verify")
    if verified.returncode != 0:
        wrong.append(verified.stdout + verified.stderr)
    wrong += [line for line in home.run("doctor", "--full").stdout.splitlines() if "PROBLEM" in line and "database" in line]
    return wrong


def people_at_work(binary, folder, seed):
    """Returns what is wrong afterwards."""
    receiver = Receiver()
    try:
        home = Home(binary, os.path.join(folder, "home"))
        home.configure('[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n')
        home.add_webhook("hook", receiver.url)
        for number in range(1, 13):
            home.run("add", f"Post number {number} that several people have in hand", "--to", "hook", check=0)
        home.at_terminal("review", answers=["y"] * 8 + ["q"], seconds=120)
        troubles = []

        def work(who):
            chance = random.Random(seed * 100 + who)
            try:
                for number in range(COMMANDS):
                    act(home, receiver, chance, who, number)
            except Exception as trouble:  # a command that hangs or dies is what this is for
                troubles.append(repr(trouble))

        people = [threading.Thread(target=work, args=(who,)) for who in range(PEOPLE)]
        for each in people:
            each.start()
        for each in people:
            each.join()
        receiver.silent = False
        home.run("flush", prefix=("faketime", "-f", "+20m"))
        return troubles + wrong_in(home, receiver)
    finally:
        receiver.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--posts", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
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
    for seed in range(arguments.seed, arguments.seed + arguments.rounds):
        with tempfile.TemporaryDirectory(prefix="postq-people-") as folder:
            wrong = people_at_work(binary, folder, seed)
        if wrong:
            failed += 1
            print(f"FAILED: people at work, --seed {seed}: " + "; ".join(wrong))
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
