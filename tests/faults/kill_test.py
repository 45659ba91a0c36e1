#!/usr/bin/env python3
"""Kills postq at every system call of `add`, `approve` and `flush`, and sees that the next commands repair it.

    kill_test.py POSTQ [--every N] [--only add|approve|feed|webhook] [--jobs N]

For each point: a fresh copy of a prepared home, the command under strace with SIGKILL injected at the k-th call of a
kind, then what a person and cron would do next. Afterwards nothing may be lost, nothing sent twice, no approval be there
that nobody gave, and the event chain must be whole. The last line is `N passed, N failed`.
"""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import SECRET, Home, Receiver, count_syscalls  # noqa: E402

TEXT = "A post that is to arrive exactly once, whatever dies on the way"
# Calls that only start the process or wait: killing at each of these says nothing that its neighbours don't.
SKIPPED = {"execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn"}


class Case:
    """One command to kill: how its home is prepared, how it runs, how it is repaired, what must hold."""

    def __init__(self, name, platform, receiver):
        self.name, self.platform, self.receiver = name, platform, receiver

    def prepare(self, home):
        config = os.path.join(home.folder, ".config", "postq")
        os.makedirs(config, mode=0o700)
        with open(os.path.join(config, "config.toml"), "w", encoding="utf-8") as file:
            file.write('[policy]\nratio = "off"\n')
        os.chmod(os.path.join(config, "config.toml"), 0o600)
        if self.platform == "feed":
            home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(home.folder, "site"), check=0)
        else:
            home.run("account", "add", "site", "--platform", "webhook", "--url", self.receiver.url, "--allow-private",
                     stdin="whsec_" + SECRET + "\n", check=0)
        if self.name != "add":
            self.add(home)
        if self.name == "flush":
            self.approve(home)

    def add(self, home, prefix=()):
        return home.run("add", TEXT, "--key", "the-one", "--to", "site", prefix=prefix)

    def approve(self, home, prefix=()):
        return home.at_terminal("approve", "1", answers=["y", "q"], prefix=prefix)

    def flush(self, home, prefix=()):
        return home.run("flush", "--yes", prefix=prefix)

    def act(self, home, prefix):
        getattr(self, self.name)(home, prefix)

    def repair(self, home):
        """What comes next in life. Returns what is wrong, or None."""
        rows = home.rows()
        if self.name == "add":
            if len(rows) > 1:
                return "more than one post is queued"
            done = self.add(home)
            if done.returncode != 0:
                return f"adding again failed: {done.stderr}"
            rows = home.rows()
            if len(rows) != 1:
                return "it is not queued once"
        if self.name == "add" and rows[0]["state"] != "queued":
            return "it is not queued"
        if rows[0].get("approved") and self.name == "add":
            return "an approval was invented"
        if self.name != "flush" and not rows[0].get("approved"):
            code, output = self.approve(home)
            if code != 0:
                return f"approving failed with {code}: {output}"
        for _ in range(3):
            self.flush(home)
            if home.rows()[0]["state"] == "sent":
                break
        rows = home.rows()
        if rows[0]["state"] != "sent":
            return f"it ends as {rows[0]['state']}: " + home.run("why", "1").stdout
        return None

    def truth(self, home):
        if self.platform == "feed":
            count = home.feed_texts().count(TEXT)
            return None if count == 1 else f"it is in the feed {count} times"
        ids = self.receiver.ids_of(TEXT)
        if self.receiver.bad:
            return f"wrong signatures: {self.receiver.bad}"
        return None if len(ids) == 1 else f"the receiver knows it under {len(ids)} ids"

    def check(self, home):
        wrong = self.repair(home) or self.truth(home)
        if wrong:
            return wrong
        verified = home.run("log", "--verify")
        if verified.returncode != 0:
            return f"the chain is broken: {verified.stdout}{verified.stderr}"
        approvals = home.run("log", "--json").stdout.count('"kind":"approved"')
        return None if approvals == 1 else f"{approvals} approvals for one yes"


def points_of(case, home, folder):
    """How often each system call is made in a run that nothing disturbs."""
    trace = os.path.join(folder, "trace")
    case.act(home, ("strace", "-f", "-qq", "-e", "signal=none", "-o", trace))
    with open(trace, encoding="utf-8", errors="replace") as file:
        return count_syscalls(file.read())


def run_share(name, binary, every, job, jobs):
    """Every `every`-th point of a case, and of those the ones that fall to this job. Returns (passed, failed, calls)."""
    receiver = Receiver()
    try:
        command, platform = CASES[name]
        return run_points(Case(command, platform, receiver), binary, every, job, jobs)
    finally:
        receiver.close()


def run_points(case, binary, every, job, jobs):
    passed = failed = 0
    folder = tempfile.mkdtemp(prefix="postq-kill-")
    try:
        # Every point runs at the same path, because the feed's folder is an absolute one.
        path = os.path.join(folder, "home")
        case.prepare(Home(binary, path))
        template = Home(binary, os.path.join(folder, "template"))
        os.rename(path, template.folder)
        before = list(case.receiver.requests)
        calls = points_of(case, template.copy(path), folder)
        shutil.rmtree(path)
        number = 0
        for name, count in sorted(calls.items()):
            if name in SKIPPED:
                continue
            for k in range(1, count + 1):
                number += 1
                if number % every != 0 or number // every % jobs != job:
                    continue
                case.receiver.requests[:] = before
                case.receiver.bad.clear()
                home = template.copy(path)
                case.act(home, ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={name}:signal=SIGKILL:when={k}"))
                try:
                    wrong = case.check(home)
                except Exception as problem:  # a point that breaks the check itself is a failure of that point
                    wrong = repr(problem)
                if wrong:
                    failed += 1
                    print(f"FAILED {case.name} ({case.platform}), killed at {name} #{k}: {wrong}", flush=True)
                else:
                    passed += 1
                shutil.rmtree(home.folder)
        return passed, failed, calls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


CASES = {"add": ("add", "feed"), "approve": ("approve", "feed"), "feed": ("flush", "feed"), "webhook": ("flush", "webhook")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--every", type=int, default=1, help="only every N-th point")
    parser.add_argument("--only", choices=list(CASES))
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many points at a time")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    passed = failed = 0
    with multiprocessing.Pool(arguments.jobs) as pool:
        for name in [arguments.only] if arguments.only else CASES:
            shares = pool.starmap(run_share, [(name, binary, arguments.every, job, arguments.jobs) for job in range(arguments.jobs)])
            good, bad, calls = sum(share[0] for share in shares), sum(share[1] for share in shares), shares[0][2]
            print(f"{' to '.join(CASES[name])}: {sum(calls.values())} system calls of {len(calls)} kinds; "
                  f"killed at {good + bad}, {bad} wrong", flush=True)
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
