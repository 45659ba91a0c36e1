#!/usr/bin/env python3
"""Times postq against floor programs, as ratios within one run, and prints the table of bench/README.md.

    run.py BUILD_FOLDER [--posts 1000,1000000] [--runs 40]

BUILD_FOLDER holds a release build with POSTQ_BENCH=ON. Each figure is the median of the ratios of neighbouring runs,
floor and command in turn, so that a machine that changes its speed changes both.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "support"))
from postq_home import SECRET, Home  # noqa: E402


def pair(build, runs, floor, command, environment):
    """Medians: floor ms, command ms, ratio, and the command's peak MiB (bench/pair.cpp)."""
    done = subprocess.run([f"{build}/bench/pair", str(runs), *floor, "--", *command], env=environment, check=True,
                          stdout=subprocess.PIPE, text=True)
    return [float(word) for word in done.stdout.split()]


def row(name, figures, target):
    floor, command, ratio, memory = figures
    print(f"| {name} | {floor:.2f} ms | {command:.2f} ms | **{ratio:.2f}x** | {target} | {memory:.1f} MiB |", flush=True)


class SlowServer:
    """Answers every POST with 204 after 100 ms, any number at once (bench/slow_server.py)."""

    DELAY = 0.1

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "slow_server.py")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/hook"

    def stop(self):
        """How many it answered."""
        answered, _ = self.process.communicate()
        return int(answered)


def copied(build, folder):
    """Copies of all programs, as an installation makes them. What the linker has just written lies in the page cache in
    single pages, and starts a fifth slower than the same bytes copied."""
    for program in ("src/postq", "bench/pair", "bench/floor_select", "bench/floor_add", "bench/bench_store"):
        target = os.path.join(folder, "programs", program)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.join(build, program), target)
    return os.path.join(folder, "programs")


def config(home, text):
    folder = os.path.join(home.folder, ".config", "postq")
    os.makedirs(folder, mode=0o700)
    with open(os.path.join(folder, "config.toml"), "w", encoding="utf-8") as file:
        file.write(text)


def bench_commands(build, posts, runs, folder):
    binary, floors = f"{build}/src/postq", f"{build}/bench"
    home = Home(binary, os.path.join(folder, f"home-{posts}"))
    home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(home.folder, "site"), check=0)
    home.run("add", "The first one", check=0)
    database = os.path.join(home.folder, ".local/share/postq/postq.db")
    items = posts // 10
    subprocess.run([sys.executable, os.path.join(HERE, "fill.py"), database, str(posts), str(items)], check=True)
    home.run("flush", check=0)  # as cron leaves it: a first flush has nothing to compare the clock with
    # The floor has a copy of its own: neither opens what the other left.
    beside = os.path.join(folder, f"floor-{posts}.db")
    shutil.copy(database, beside)
    os.sync()  # or the disk is still busy with both while the first commands run
    environment = home.environment()
    size = f"{posts:,} posts, {items:,} items"
    # Into a pipe a list is all there is: the floor reads as many rows as a screen shows.
    commands = {"list": ["list", "-n", "50"], "show": ["show", "2"], "status": ["status"], "idle flush": ["flush"], "inbox": ["inbox", "-n", "50"],
                "search": ["search", "acorn", "-n", "20"]}
    for name, command in commands.items():
        row(f"`{name}`, {size}", pair(build, runs, [f"{floors}/floor_select", beside], [binary, *command], environment), "1.6x")
    text = "A post of middling length, number {n}, as people write them: news and a thank you"
    row(f"`add`, {size}", pair(build, runs, [f"{floors}/floor_add", beside], [binary, "add", text], environment), "1.5x, 12 MiB")
    subprocess.run([f"{floors}/bench_store", database], check=True)


def curl_seconds(folder, url, requests):
    """The floor of flush: curl(1) posts as much to the same server, 64 at once, and keeps nothing of it."""
    config_file = os.path.join(folder, "curl.config")
    with open(config_file, "w") as file:
        file.write("next\n".join([f'url = "{url}"\ndata = "as long as a post"\noutput = "/dev/null"\n'] * requests))
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run(["curl", "-s", "-Z", "--parallel-immediate", "--parallel-max", "64", "-K", config_file], check=True,
                       stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def bench_flush(build, folder, accounts, posts):
    binary = f"{build}/src/postq"
    server = SlowServer()
    home = Home(binary, os.path.join(folder, f"flush-{posts}"))
    config(home, '[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n')
    for n in range(accounts):
        home.run("account", "add", f"hook{n}", "--platform", "webhook", "--url", server.url, "--allow-private",
                 stdin="whsec_" + SECRET + "\n", check=0)
    for n in range(posts):
        home.run("add", f"Post {n} that goes to all of them, each with an intent and a result on the disk", "--to", "all", check=0)
    home.approve(*[str(n + 1) for n in range(posts)], lines=10 * accounts)
    floor, wall, ratio, memory = pair(build, 0, ["true"], [binary, "flush"], home.environment())
    sent = server.stop() - accounts  # each got one when it was added
    server = SlowServer()
    floor_rate = accounts * posts / curl_seconds(folder, server.url, accounts * posts)
    server.stop()
    if sent != accounts * posts:
        raise SystemExit(f"flush sent {sent} of {accounts * posts}")
    rate = sent / wall * 1000
    best = accounts / SlowServer.DELAY
    print(f"| `flush`, {accounts} webhook accounts, {posts} {'post' if posts == 1 else 'posts'} each, 100 ms server | {floor_rate:.0f}/s | {rate:.0f}/s "
          f"| **{rate / best:.2f}** of {best:.0f}/s, {rate / floor_rate:.2f} of the floor | at least 0.85 of {best:.0f}/s, 40 MiB "
          f"| {memory:.1f} MiB |", flush=True)


def bench_sync(build, folder, accounts, runs):
    """Nothing new anywhere: the wall clock against the latency times the calls that one account takes."""
    binary, delay = f"{build}/src/postq", 0.1
    server = subprocess.Popen([sys.executable, os.path.join(HERE, "slow_instance.py")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{int(server.stdout.readline())}"

    def answered():
        server.stdin.write("\n")
        server.stdin.flush()
        return int(server.stdout.readline())

    home = Home(binary, os.path.join(folder, "sync"))
    for n in range(accounts):
        home.run("account", "add", f"m{n}", "--platform", "mastodon", "--url", url, "--allow-private",
                 stdin=f"token-{n}\n", check=0)
    home.run("sync", check=0)
    answered()
    home.run("sync", check=0)
    calls = answered() / accounts
    _, wall, _, memory = pair(build, runs, ["true"], [binary, "sync"], home.environment())
    server.stdin.close()
    server.wait()
    print(f"| `sync`, {accounts} accounts with nothing new, {calls:g} calls each, 100 ms server | {calls * delay * 1000:.0f} ms "
          f"| {wall:.0f} ms | **{wall / 1000 / (calls * delay):.2f}x** | 1.3x | {memory:.1f} MiB |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--posts", default="1000,1000000")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--skip-flush", action="store_true", help="no flush and no sync")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="postq-bench-")
    try:
        build = copied(os.path.abspath(arguments.build), folder)
        print("| what | floor | postq | ratio | aim | peak memory |\n|---|---|---|---|---|---|")
        for posts in arguments.posts.split(","):
            if posts:
                bench_commands(build, int(posts), arguments.runs, folder)
        if not arguments.skip_flush:
            for posts in (1, 10):
                bench_flush(build, folder, 64, posts)
            bench_sync(build, folder, 20, arguments.runs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
