"""Bluesky's network on this machine: PostgreSQL, Redis, and what network.mjs starts with them."""

import contextlib
import glob
import json
import os
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import xrpc

HERE = os.path.dirname(os.path.abspath(__file__))
POSTS = "app.bsky.feed.post"
PATIENCE = 300  # seconds that a server may take to start, on a busy machine; an idle one needs about six for them all


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_until(ready, process, log):
    """Until ready() is true; False if the process ends before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(0.02)
    raise AssertionError(f"{process.args[-1]} isn't ready after {PATIENCE} s:\n{end_of(log)}")


def end_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()[-4000:]


def stop(process, how):
    """By its own process id, and for certain."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Databases:
    """A PostgreSQL and a Redis of our own, empty, which nothing on this machine knows of."""

    def __init__(self, folder, cleanup):
        self.folder = folder
        # PostgreSQL doesn't run as root; the user that its package brings can do nothing else here either.
        self.user = "postgres" if os.getuid() == 0 else None
        self.postgres_port = self.redis_port = None
        self._start_postgres(cleanup)
        self._start_redis(cleanup)

    def environment(self):
        return {"DB_POSTGRES_URL": f"postgresql://postq@127.0.0.1:{self.postgres_port}/postgres",
                "REDIS_HOST": f"127.0.0.1:{self.redis_port}"}

    def _folder(self, name):
        path = os.path.join(self.folder, name)
        os.mkdir(path, 0o700)
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(path, owner.pw_uid, owner.pw_gid)
        return path

    def _as_user(self, command, *, ends_by="INT"):
        """The command as nobody in particular; it ends with this process, even when that is killed."""
        switch = ["--reuid", self.user, "--regid", self.user, "--clear-groups"] if self.user else []
        return ["setpriv", *switch, "--pdeathsig", ends_by, "--", *command]

    def _start(self, command, ready, cleanup, name, how):
        """Three ports are tried: somebody may take one between our look and the server's."""
        log = os.path.join(self.folder, name + ".log")
        for _ in range(3):
            port = free_port()
            with open(log, "w", encoding="utf-8") as output:
                process = subprocess.Popen(self._as_user(command(port)), cwd=self.folder, stdin=subprocess.DEVNULL,
                                           stdout=output, stderr=subprocess.STDOUT)
            cleanup.callback(stop, process, how)
            if wait_until(lambda: ready(port, process), process, log):
                return port
        raise AssertionError(f"{name} doesn't start:\n{end_of(log)}")

    def _start_postgres(self, cleanup):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        if not programs:
            raise AssertionError("PostgreSQL isn't installed (Debian's package postgresql)")
        data = self._folder("postgres")
        subprocess.run(self._as_user([os.path.join(programs[-1], "initdb"), "-D", data, "-U", "postq", "--auth=trust", "-N",
                                      "--encoding=UTF8", "--locale=C.UTF-8"]), cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

        def command(port):
            return [os.path.join(programs[-1], "postgres"), "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
                    "-c", "unix_socket_directories=", "-c", "fsync=off"]

        def ready(*_):
            try:
                with open(os.path.join(data, "postmaster.pid"), encoding="utf-8") as file:
                    return file.read().rstrip().endswith("ready")
            except FileNotFoundError:
                return False

        self.postgres_port = self._start(command, ready, cleanup, "postgres", signal.SIGINT)

    def _start_redis(self, cleanup):
        data = self._folder("redis")

        def command(port):
            return ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", data]

        def ready(port, process):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                    connection.sendall(b"INFO server\r\n")
                    return f"process_id:{process.pid}\r\n".encode() in connection.recv(65536)
            except OSError:
                return False

        self.redis_port = self._start(command, ready, cleanup, "redis", signal.SIGTERM)


class Network:
    """The servers' process, and the people on it. `cleanup` is an ExitStack: it takes everything down again."""

    def __init__(self, modules, names, cleanup):
        folder = tempfile.mkdtemp(prefix="postq-network-")
        cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
        os.chmod(folder, 0o711)  # the databases' user has its folders in it
        data = os.path.join(folder, "data")
        os.mkdir(data, 0o700)
        databases = Databases(folder, cleanup)
        self.log = os.path.join(folder, "network.log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["node", os.path.join(HERE, "network.mjs"), modules, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True, env={**os.environ, **databases.environment(), "TMPDIR": data})
        cleanup.callback(self._stop)
        ready = json.loads(self._answer())
        if ready["pid"] != self.process.pid:
            raise AssertionError("somebody else's server answers")
        self.url, self.plc, self.port = ready["url"], ready["plc"], ready["port"]
        self.people = {name: Person(self, name, **user) for name, user in ready["users"].items()}

    def _stop(self):
        """It goes by itself when its standard input ends."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _answer(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            raise AssertionError(f"the servers don't answer:\n{end_of(self.log)}")
        return line

    def lives(self):
        return self.process.poll() is None

    def settle(self):
        """Until the AppView has read everything that anybody wrote."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self._answer()


class Person:
    """Somebody on the network, with a client that isn't postq."""

    def __init__(self, network, name, handle, did, access_token, app_password):
        self.network = network
        self.name = name
        self.handle = handle
        self.did = did
        self.app_password = app_password
        self.access_token = access_token

    def call(self, method, body=None, **query):
        return xrpc.call("127.0.0.1", self.network.port, method, body, self.access_token, **query)

    def write(self, collection, value, **more):
        record = {"$type": collection, "createdAt": xrpc.now(), **value}
        written = self.call("com.atproto.repo.createRecord", {"repo": self.did, "collection": collection, "record": record, **more})
        return {"uri": written["uri"], "cid": written["cid"]}

    def say(self, text, mentions=(), answers=None, quotes=None, hours_ago=0):
        """A post: {uri, cid}. `answers` and `quotes` are such posts, the first as (root, parent)."""
        value = {"text": text, "langs": ["en"], "createdAt": xrpc.now(hours_ago * 3600)}
        facets = []
        for person in mentions:
            start = text.encode().index(("@" + person.handle).encode())
            facets.append({"index": {"byteStart": start, "byteEnd": start + 1 + len(person.handle)},
                           "features": [{"$type": "app.bsky.richtext.facet#mention", "did": person.did}]})
        if facets:
            value["facets"] = facets
        if answers:
            value["reply"] = {"root": answers[0], "parent": answers[1]}
        if quotes:
            value["embed"] = {"$type": "app.bsky.embed.record", "record": quotes}
        return self.write(POSTS, value)

    def call_oneself(self, name):
        self.write("app.bsky.actor.profile", {"displayName": name}, rkey="self")

    def like(self, post):
        self.write("app.bsky.feed.like", {"subject": post})

    def repost(self, post):
        self.write("app.bsky.feed.repost", {"subject": post})

    def delete(self, post):
        _, _, did, collection, key = post["uri"].split("/")
        self.call("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": key})

    def mute(self, person):
        self.call("app.bsky.graph.muteActor", {"actor": person.did})

    def posts(self):
        """What this person wrote, oldest first: [{uri, cid, value}]."""
        return self.call("com.atproto.repo.listRecords", repo=self.did, collection=POSTS, limit=100, reverse="true")["records"]

    def told_of(self, reason):
        """The texts of this person's notifications with a reason, newest first."""
        told = self.call("app.bsky.notification.listNotifications", limit=100, reasons=[reason])["notifications"]
        return [one["record"]["text"] for one in told]

    def thread(self, post):
        """The AppView's view of a post, what it answers and what answers it."""
        return self.call("app.bsky.feed.getPostThread", uri=post["uri"], depth=100, parentHeight=100)["thread"]
