"""Commands that something is done to while they run: what comes before, what a person and cron do next, what must hold."""

import os
import shutil
import sqlite3

from postq_home import SECRET
from scripted_instance import TOKEN, Instance

TEXT = "A post that is to arrive exactly once, whatever dies on the way"


class Case:
    """One command to kill: how its home is prepared, how it runs, how it is repaired, what must hold."""

    platform = "feed"
    every = 1  # only every N-th point of it: its neighbours say the same

    def __init__(self, receiver):
        self.receiver = receiver

    def prepare(self, home):
        home.configure('[policy]\nratio = "off"\n')
        if self.platform == "feed":
            home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(home.folder, "site"), check=0)
        else:
            home.add_webhook("site", self.receiver.url)

    def close(self):
        pass

    def remember(self):
        """What the servers know, to be handed to forget()."""
        return list(self.receiver.requests)

    def forget(self, known):
        """The servers know no more than they did then."""
        self.receiver.requests[:] = known
        self.receiver.bad.clear()

    def act(self, home, prefix):
        raise NotImplementedError

    def repair(self, home):
        """What comes next in life. Returns what is wrong, or None."""
        raise NotImplementedError

    approvals = {1}  # how many the record may have in the end

    def check(self, home):
        wrong = self.repair(home)
        if wrong:
            return wrong
        verified = home.run("log", "--verify")
        if verified.returncode != 0:
            return f"the chain is broken: {verified.stdout}{verified.stderr}"
        approvals = home.run("log", "--json").stdout.count('"kind":"approved"')
        return None if approvals in self.approvals else f"{approvals} approvals"

    # What the cases share.

    def add(self, home, prefix=()):
        return home.run("add", TEXT, "--key", "the-one", "--to", "site", prefix=prefix)

    def approve(self, home, prefix=()):
        return home.at_terminal("approve", "1", answers=["y", "q"], prefix=prefix)

    def flush(self, home, prefix=()):
        return home.run("flush", "--yes", prefix=prefix)

    def sent_in_the_end(self, home, text=TEXT):
        """Approved if it isn't, flushed, and out once."""
        if not home.rows()[0].get("approved") and home.rows()[0]["state"] == "queued":
            code, output = self.approve(home)
            if code != 0:
                return f"approving failed with {code}: {output}"
        for _ in range(3):
            self.flush(home)
            if home.rows()[0]["state"] == "sent":
                return self.out_once(home, text)
        return f"it ends as {home.rows()[0]['state']}: " + home.run("why", "1").stdout

    def out_once(self, home, text=TEXT):
        return self.out(home, {1}, text)

    def out(self, home, times, text=TEXT):
        if self.receiver.bad:
            return f"wrong signatures: {self.receiver.bad}"
        count = home.feed_texts().count(text) if self.platform == "feed" else len(self.receiver.ids_of(text))
        return None if count in times else f"it is out {count} times"


class Add(Case):
    def act(self, home, prefix):
        self.add(home, prefix)

    def repair(self, home):
        if len(home.rows()) > 1:
            return "more than one post is queued"
        done = self.add(home)
        if done.returncode != 0:
            return f"adding again failed: {done.stderr}"
        rows = home.rows()
        if len(rows) != 1 or rows[0]["state"] != "queued":
            return "it is not queued once"
        if rows[0].get("approved"):
            return "an approval was invented"
        return self.sent_in_the_end(home)


class Approve(Case):
    def prepare(self, home):
        super().prepare(home)
        self.add(home)

    def act(self, home, prefix):
        self.approve(home, prefix)

    def repair(self, home):
        return self.sent_in_the_end(home)


class Reject(Approve):
    every = 3
    approvals = {0}
    REASON = "the link in it is dead"

    def act(self, home, prefix):
        home.at_terminal("reject", "1", "--reason", self.REASON, answers=["y"], prefix=prefix)

    def repair(self, home):
        rejected = '"kind":"rejected"' in home.run("log", "--json").stdout
        if rejected != (home.rows()[0]["state"] != "queued"):
            return f"rejected: {rejected}, and it is {home.rows()[0]['state']}"
        if not rejected:
            code, output = home.at_terminal("reject", "1", "--reason", self.REASON, answers=["y"])
            if code != 0:
                return f"rejecting again failed with {code}: {output}"
        if self.REASON not in home.run("show", "1").stdout:
            return "the reason is lost"
        self.flush(home)
        return self.out(home, {0})


class Edit(Approve):
    every = 3
    approvals = {1, 2}
    OTHER = "Another text, which nobody has read yet when the edit dies"

    def prepare(self, home):
        super().prepare(home)
        self.approve(home)

    def edit(self, home, prefix=()):
        return home.run("edit", "1", "--text", self.OTHER, prefix=prefix)

    def act(self, home, prefix):
        self.edit(home, prefix)

    def repair(self, home):
        row = home.rows()[0]
        if row["text"] not in (TEXT, self.OTHER):
            return f"half a text: {row['text']}"
        if (row["text"] == self.OTHER) == bool(row.get("approved")):
            return f"approved: {row.get('approved')}, with the text {row['text']}"
        if self.edit(home).returncode != 0 or home.rows()[0].get("approved"):
            return "editing again failed, or kept the old yes"
        return self.sent_in_the_end(home, self.OTHER) or self.out(home, {0})


class Flush(Case):
    def prepare(self, home):
        super().prepare(home)
        self.add(home)
        self.approve(home)

    def act(self, home, prefix):
        self.flush(home, prefix)

    def repair(self, home):
        return self.sent_in_the_end(home)


class FlushWebhook(Flush):
    platform = "webhook"


class Post(Case):
    """Written by hand: what its author doesn't see go out, nobody sends."""

    platform = "webhook"
    every = 5
    approvals = {0, 1, 2}

    def act(self, home, prefix):
        home.at_terminal("post", TEXT, "--to", "site", answers=["y", "y"], prefix=prefix)

    def repair(self, home):
        self.receiver.server.settle()
        before = len(self.receiver.ids_of(TEXT))
        for _ in range(2):
            self.flush(home)
        if len(self.receiver.ids_of(TEXT)) != before:
            return "a flush sent what was written by hand"
        rows = home.rows()
        if len(rows) > 1:
            return "it is there twice"
        if rows and rows[0]["state"] in ("queued", "failed"):
            if before:
                return f"it is out, and called {rows[0]['state']}"
            code, output = home.at_terminal("post", "1", answers=["y", "y"])
            if code != 0 or len(self.receiver.ids_of(TEXT)) != 1:
                return f"posting it again ended with {code}: {output}"
        if rows and rows[0]["state"] == "sent" and before != 1:
            return "called sent, and not out"
        return self.out(home, {0, 1})


class Reply(Case):
    """An answer by hand to somebody who waits: once, and they wait exactly as long as it isn't out."""

    platform = "mastodon"
    every = 4
    approvals = {0, 1, 2}

    def __init__(self, receiver):
        super().__init__(receiver)
        self.instance = Instance()

    def close(self):
        self.instance.close()

    def remember(self):
        return dict(self.instance.statuses)

    def forget(self, known):
        self.instance.statuses = dict(known)
        self.instance.posted.clear()

    def prepare(self, home):
        home.configure('[policy]\nratio = "off"\n')
        home.run("account", "add", "masto", "--platform", "mastodon", "--url", self.instance.url, "--allow-private",
                 stdin=TOKEN + "\n", check=0)
        self.instance.say("mira", "Is it oak?", 600)
        home.run("sync", check=0)

    def reply(self, home, prefix=()):
        return home.at_terminal("reply", "i1", TEXT, answers=["y"], prefix=prefix)

    def act(self, home, prefix):
        self.reply(home, prefix)

    def is_waiting(self, home):
        return "Is it oak?" in home.run("inbox").stdout

    def repair(self, home):
        self.instance.server.settle()
        before = len(self.instance.posted)
        for _ in range(2):
            self.flush(home)
        if len(self.instance.posted) != before:
            return "a flush sent what was written by hand"
        if before == 0:
            if not self.is_waiting(home):
                return "nobody answered, and nobody waits"
            rows = home.rows()
            code, output = home.at_terminal("post", "1", answers=["y", "y"]) if rows else self.reply(home)
            if code == 8 and home.rows()[0]["state"] == "unconfirmed" and not self.instance.posted:
                return None  # it may have been on its way: for some minutes no look proves that it wasn't
            if code != 0:
                return f"answering again ended with {code}: {output}"
        if len(self.instance.posted) != 1 or TEXT not in self.instance.posted[0]:
            return f"it is out {len(self.instance.posted)} times"
        self.flush(home)
        if self.is_waiting(home):
            return "it is answered, and they wait"
        states = [row["state"] for row in home.rows()]
        return None if states == ["sent"] else f"it is out, and called {states}"


class Resolve(Case):
    """A person says what became of a lost request."""

    platform = "webhook"
    every = 3

    def prepare(self, home):
        super().prepare(home)
        self.add(home)
        self.approve(home)
        self.receiver.silent = True
        self.flush(home)
        self.receiver.silent = False
        if home.rows()[0]["state"] != "unconfirmed":
            raise AssertionError("it should be unconfirmed")

    def resolve(self, home, prefix=()):
        return home.at_terminal("resolve", "1@site", "--sent", "https://example.org/1", answers=["y"], prefix=prefix)

    def act(self, home, prefix):
        self.resolve(home, prefix)

    def repair(self, home):
        if home.rows()[0]["state"] == "unconfirmed":
            code, output = self.resolve(home)
            if code != 0:
                return f"resolving again failed with {code}: {output}"
        self.flush(home)
        if home.rows()[0]["state"] != "sent":
            return f"it ends as {home.rows()[0]['state']}"
        return self.out_once(home)


class AccountAdd(Case):
    platform = "webhook"
    every = 3
    approvals = {0}

    def act(self, home, prefix):
        home.run("account", "add", "second", "--platform", "webhook", "--url", self.receiver.url, "--allow-private",
                 stdin="whsec_" + SECRET + "\n", prefix=prefix)

    def repair(self, home):
        names = home.run("account", "list", "--json").stdout.count('"name":"second"')
        if names == 0:
            self.act(home, ())
        elif names > 1:
            return "it is there twice"
        tested = home.run("account", "test", "second")
        if tested.returncode != 0:
            return f"the account can't be used: {tested.stderr}"
        return None if home.run("doctor").returncode in (0, 3) else "doctor fails"


class Migrate(Case):
    every = 3
    approvals = {2}

    def prepare(self, home):
        super().prepare(home)
        shutil.copyfile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sqlite", "database", "old", "v3.db"), home.database())
        os.chmod(home.database(), 0o600)
        for rest in ("-wal", "-shm"):
            if os.path.exists(home.database() + rest):
                os.unlink(home.database() + rest)

    def act(self, home, prefix):
        home.run("pause", "2", prefix=prefix)

    def repair(self, home):
        if home.run("pause", "2").returncode != 0:
            return "it can't be brought up to date"
        with sqlite3.connect(f"file:{home.database()}?mode=ro", uri=True) as database:
            if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return "the database is damaged"
            if database.execute("PRAGMA user_version").fetchone()[0] <= 3:
                return "it stayed old"
        wrong = [line for line in home.run("doctor", "--full").stdout.splitlines() if "PROBLEM" in line and "database" in line]
        return wrong[0] if wrong else None


CASES = {"add": Add, "approve": Approve, "reject": Reject, "edit": Edit, "flush": Flush, "flush to a webhook": FlushWebhook,
         "post": Post, "reply": Reply, "resolve": Resolve, "account add": AccountAdd, "migrate": Migrate}
