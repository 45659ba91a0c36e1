#!/usr/bin/env python3
"""Times postq against floor programs, as ratios within one run, and prints the table of bench/README.md.

    run.py BUILD_FOLDER [--posts 1000,1000000] [--runs 40]

BUILD_FOLDER holds a release build with POSTQ_BENCH=ON. Each figure is the median of the ratios of neighbouring runs,
floor and command in turn, so that a machine that changes its speed changes both.
"""

import argparse
import os
import shutil
import socket
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "support"))
from postq_home import SECRET, Home  # noqa: E402

NULL = subprocess.DEVNULL


def timed(command, environment):
    """Wall seconds and peak resident memory (MiB) of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdin=NULL, stdout=NULL, stderr=NULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return wall, usage.ru_maxrss / 1024


def against(floor, command, environment, runs):
    """Medians: floor ms, command ms, ratio, peak MiB."""
    pairs = []
    for turn in range(runs + 3):
        pair = timed(floor, environment), timed(command, environment)
        if turn >= 3:
            pairs.append(pair)
    median = statistics.median
    return (median(f[0] for f, _ in pairs) * 1000, median(c[0] for _, c in pairs) * 1000,
            median(c[0] / f[0] for f, c in pairs), max(c[1] for _, c in pairs))


def row(name, figures, target):
    floor, command, ratio, memory = figures
    print(f"| {name} | {floor:.2f} ms | {command:.2f} ms | **{ratio:.2f}x** | {target} | {memory:.1f} MiB |", flush=True)


class SlowServer:
    """Answers every POST with 204 after 100 ms, any number at once."""

    DELAY = 0.1

    def __init__(self):
        delay = self.DELAY

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                data = b""
                while True:
                    while b"\r\n\r\n" not in data:
                        piece = self.request.recv(65536)
                        if not piece:
                            return
                        data += piece
                    head, data = data.split(b"\r\n\r\n", 1)
                    length = 0
                    for line in head.split(b"\r\n")[1:]:
                        name, value = line.split(b":", 1)
                        if name.lower() == b"content-length":
                            length = int(value)
                    while len(data) < length:
                        data += self.request.recv(65536)
                    data = data[length:]
                    time.sleep(delay)
                    self.request.sendall(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 256

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"


def config(home, text):
    folder = os.path.join(home.folder, ".config", "postq")
    os.makedirs(folder, mode=0o700)
    with open(os.path.join(folder, "config.toml"), "w", encoding="utf-8") as file:
        file.write(text)


def bench_commands(binary, floors, posts, runs, folder):
    home = Home(binary, os.path.join(folder, f"home-{posts}"))
    home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(home.folder, "site"), check=0)
    home.run("add", "The first one", check=0)
    database = os.path.join(home.folder, ".local/share/postq/postq.db")
    subprocess.run([sys.executable, os.path.join(HERE, "fill.py"), database, str(posts)], check=True)
    environment = home.environment()
    size = f"{posts:,} posts"
    for name, command in {"list": ["list"], "show": ["show", "2"], "status": ["status"], "idle flush": ["flush"]}.items():
        row(f"`{name}`, {size}", against([f"{floors}/floor_select", database], [binary, *command], environment, runs), "1.6x")
    number = iter(range(1_000_000))

    def add_pairs():
        pairs = []
        for turn in range(runs + 3):
            text = f"A post of middling length, number {next(number)}, as people write them: news and a thank you"
            pair = timed([f"{floors}/floor_add", database], environment), timed([binary, "add", text], environment)
            if turn >= 3:
                pairs.append(pair)
        median = statistics.median
        return (median(f[0] for f, _ in pairs) * 1000, median(c[0] for _, c in pairs) * 1000,
                median(c[0] / f[0] for f, c in pairs), max(c[1] for _, c in pairs))

    row(f"`add`, {size}", add_pairs(), "1.5x, 12 MiB")
    subprocess.run([f"{floors}/bench_store", database], check=True)


def bench_flush(binary, folder, accounts, posts):
    server = SlowServer()
    home = Home(binary, os.path.join(folder, f"flush-{posts}"))
    config(home, '[policy]\nratio = "off"\nmin_gap = "off"\nmax_per_day = 0\nrepeat = "off"\n')
    for n in range(accounts):
        home.run("account", "add", f"hook{n}", "--platform", "webhook", "--url", server.url, "--allow-private",
                 stdin="whsec_" + SECRET + "\n", check=0)
    for n in range(posts):
        home.run("add", f"Post {n} that goes to all of them, each with an intent and a result on the disk", "--to", "all", check=0)
    code, output = home.at_terminal("review", answers=["y"] * posts, seconds=300)
    if code != 0:
        raise SystemExit(f"review ended with {code}: {output}")
    wall, memory = timed([binary, "flush"], home.environment())
    rate = accounts * posts / wall
    best = accounts / SlowServer.DELAY
    print(f"| `flush`, {accounts} webhook accounts, {posts} posts each, 100 ms server | {best:.0f}/s | {rate:.0f}/s "
          f"| **{rate / best:.2f}** | at least 0.85, 40 MiB | {memory:.1f} MiB |", flush=True)
    server.server.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--posts", default="1000,1000000")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--skip-flush", action="store_true")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    binary, floors = os.path.join(build, "src", "postq"), os.path.join(build, "bench")
    folder = tempfile.mkdtemp(prefix="postq-bench-")
    try:
        print("| what | floor | postq | ratio | aim | peak memory |\n|---|---|---|---|---|---|")
        for posts in arguments.posts.split(","):
            if posts:
                bench_commands(binary, floors, int(posts), arguments.runs, folder)
        if not arguments.skip_flush:
            for posts in (1, 10):
                bench_flush(binary, folder, 64, posts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
