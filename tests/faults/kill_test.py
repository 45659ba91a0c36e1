#!/usr/bin/env python3
"""Kills postq at the system calls of the commands that change something, and sees that the next commands repair it.

    kill_test.py POSTQ [--every N] [--only CASE] [--jobs N]

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
from fault_cases import CASES  # noqa: E402
from postq_home import Home, Receiver, count_syscalls  # noqa: E402

# Calls that only start the process or wait: killing at each of these says nothing that its neighbours don't.
SKIPPED = {"execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn"}


def points_of(case, home, folder):
    """How often each system call is made in a run that nothing disturbs."""
    trace = os.path.join(folder, "trace")
    case.act(home, ("strace", "-f", "-qq", "-e", "signal=none", "-o", trace))
    with open(trace, encoding="utf-8", errors="replace") as file:
        return count_syscalls(file.read())


def run_share(name, binary, every, job, jobs):
    """Every `every`-th point of a case, and of those the ones that fall to this job. Returns (passed, failed, calls)."""
    receiver = Receiver()
    case = CASES[name](receiver)
    try:
        return run_points(name, case, binary, every * case.every, job, jobs)
    finally:
        case.close()
        receiver.close()


def run_points(kind, case, binary, every, job, jobs):
    passed = failed = 0
    folder = tempfile.mkdtemp(prefix="postq-kill-")
    try:
        # Every point runs at the same path, because the feed's folder is an absolute one.
        path = os.path.join(folder, "home")
        case.prepare(Home(binary, path))
        template = Home(binary, os.path.join(folder, "template"))
        os.rename(path, template.folder)
        before = case.remember()
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
                case.forget(before)
                home = template.copy(path)
                case.act(home, ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={name}:signal=SIGKILL:when={k}"))
                try:
                    wrong = case.check(home)
                except Exception as problem:  # a point that breaks the check itself is a failure of that point
                    wrong = repr(problem)
                if wrong:
                    failed += 1
                    print(f"FAILED {kind} ({case.platform}), killed at {name} #{k}: {wrong}", flush=True)
                else:
                    passed += 1
                shutil.rmtree(home.folder)
        return passed, failed, calls
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
            print(f"{name}: {sum(calls.values())} system calls of {len(calls)} kinds; "
                  f"killed at {good + bad}, {bad} wrong", flush=True)
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
