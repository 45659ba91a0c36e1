"""A throw-away postq home and a webhook receiver that keeps the truth, for the fault tests."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pty
import re
import select
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time

from json_server import SettlingServer

SECRET = base64.b64encode(bytes(range(32))).decode()


class Receiver:
    """Standard Webhooks receiver on 127.0.0.1: checks every signature and remembers every request by its id."""

    def __init__(self):
        self.requests = []  # (webhook-id, text)
        self.bad = []
        self.silent = False  # takes what comes and says nothing
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length)
                if len(body) < length:
                    self.close_connection = True  # the client died in the middle: nothing has arrived
                    return
                message_id = self.headers.get("webhook-id", "")
                signed = f"{message_id}.{self.headers.get('webhook-timestamp', '')}.".encode() + body
                want = "v1," + base64.b64encode(hmac.new(base64.b64decode(SECRET), signed, hashlib.sha256).digest()).decode()
                if want not in self.headers.get("webhook-signature", "").split(" "):
                    receiver.bad.append(message_id)
                    self.send_error(401)
                    return
                event = json.loads(body)
                if event["type"] == "postq.post.publish":
                    receiver.requests.append((message_id, event["data"]["text"]))
                if receiver.silent:
                    self.close_connection = True
                    return
                self.send_response(204)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(SettlingServer):
            def handle_error(self, request, client_address):
                pass  # a killed client breaks its connection; that is the point

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def ids_of(self, text):
        return {message_id for message_id, sent in self.requests if sent == text}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class ScriptedServer:
    """Reads one request of each connection to 127.0.0.1 and answers it as the test says, byte by byte.

    `answer` is bytes, or a function that gets the connection. Test events (postq.ping) are always taken. With `tls`,
    a (certificate, key) that may be replaced between two connections.
    """

    # It says that it closes: postq's next request on a connection that closes under it would be one without an answer.
    OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def __init__(self, answer=OK, tls=None):
        self.answer = answer
        self.tls = tls
        self.published = []  # (webhook-id, text) of every request that came in whole
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        self.connections += 1
        try:
            if self.tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*self.tls)
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                if self.answer is None:  # gone before a byte was read
                    reset(connection)
                    return
                request_id, event = self._read(connection)
                if event["type"] == "postq.ping":
                    connection.sendall(self.OK)
                    return
                self.published.append((request_id, event["data"]["text"]))
                if callable(self.answer):
                    self.answer(connection)
                else:
                    connection.sendall(self.answer)
        except (OSError, ValueError, KeyError):
            pass  # the client went away, or asked for something else; that is often the point

    @staticmethod
    def _read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                raise ValueError("no request")
            data += piece
        head, body = data.split(b"\r\n\r\n", 1)
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        while len(body) < int(headers[b"content-length"]):
            piece = connection.recv(65536)
            if not piece:
                raise ValueError("half a request")
            body += piece
        return headers[b"webhook-id"].decode(), json.loads(body)

    def ids(self):
        return {request_id for request_id, _ in self.published}

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self.listener.close()


def rescue_file(said):
    """Where an error says that the text lies; None if it doesn't."""
    found = re.search(r"your text(?: is safe|, perhaps not for long):  (.*)", said)
    return found and found.group(1)


def is_sanitized(binary):
    """Built with the address sanitizer, whose memory says nothing about postq's."""
    name = b"__asan_init"
    end = b""
    with open(binary, "rb") as file:
        # In pieces: a test that measures a program's memory would else measure its own, which the program begins with.
        for piece in iter(lambda: file.read(1 << 20), b""):
            if name in end + piece:
                return True
            end = piece[-len(name):]
    return False


def reset(connection):
    """Closes with a reset instead of an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def is_question(output):
    """Whether the cursor stands behind a prompt, not at the beginning of a line that follows a heading."""
    return not output.endswith(b"\n") and output.rstrip().endswith((b"]", b">", b"?", b":"))


class Home:
    """One postq user: HOME, the binary, and how to run it."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.machine = folder.rstrip("/") + "-machine"  # outlives the home, as /var/tmp does
        os.makedirs(folder, exist_ok=True)

    def environment(self, prefix=(), **more):
        environment = {"HOME": self.folder, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb", "USER": "tester",
                       "POSTQ_MACHINE_DIR": self.machine}
        if prefix:  # a sanitizer wants to be loaded first and not to be traced
            environment["ASAN_OPTIONS"] = "verify_asan_link_order=0:detect_leaks=0"
        environment.update(more)
        return environment

    def run(self, *arguments, stdin="", prefix=(), check=None, **environment):
        done = subprocess.run([*prefix, self.binary, *arguments], input=stdin, capture_output=True, text=True,
                              env=self.environment(prefix, **environment), timeout=120)
        if check is not None and done.returncode != check:
            raise AssertionError(f"postq {' '.join(arguments)} ended with {done.returncode}, not {check}:\n{done.stdout}{done.stderr}")
        return done

    def at_terminal(self, *arguments, answers, prefix=(), seconds=60, lines=60):
        """Runs postq on a pty and types each answer (with Enter, plain mode) when it has printed something new."""
        words = [*prefix, self.binary, *arguments]
        environment = self.environment(prefix, POSTQ_PLAIN="1", COLUMNS="80", LINES=str(lines))
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                os.execvpe(words[0], words, environment)
            finally:
                os._exit(127)  # a second copy of the test must not go on
        output = b""
        pending = list(answers)
        typed_at = -1  # the terminal's echo may come late, and the question stands there until it does
        quiet_since = time.monotonic()
        deadline = quiet_since + seconds
        while time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], 0.02)
            if ready:
                try:
                    piece = os.read(terminal, 65536)
                except OSError:
                    break
                if not piece:
                    break
                output += piece
                quiet_since = time.monotonic()
            elif pending and len(output) > typed_at and is_question(output) and time.monotonic() - quiet_since > 0.02:
                typed_at = len(output)
                os.write(terminal, pending.pop(0).encode() + b"\n")
                quiet_since = time.monotonic()
        else:
            os.kill(pid, 9)
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        return os.waitstatus_to_exitcode(status), output.decode(errors="replace")

    def configure(self, text):
        folder = os.path.join(self.folder, ".config", "postq")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, "config.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)

    def add_webhook(self, name, url, *flags):
        self.run("account", "add", name, "--platform", "webhook", "--url", url, "--allow-private", *flags,
                 stdin="whsec_" + SECRET + "\n", check=0)

    def approve(self, *ids, lines=60):
        """A post that doesn't fit into the lines asks for more than one answer."""
        code, output = self.at_terminal("approve", *ids, answers=["y"] * len(ids), lines=lines)
        if code != 0:
            raise AssertionError(f"approve ended with {code}: {output}")

    def database(self):
        return os.path.join(self.folder, ".local", "share", "postq", "postq.db")

    def copy(self, folder):
        """The same home as it is now, elsewhere: on a machine that knows what this one knows."""
        shutil.copytree(self.folder, folder, symlinks=True)
        copied = Home(self.binary, folder)
        shutil.rmtree(copied.machine, ignore_errors=True)
        if os.path.exists(self.machine):
            shutil.copytree(self.machine, copied.machine)
        return copied

    def rows(self):
        lines = self.run("list", "--all", "--json", check=0).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def feed_texts(self):
        path = os.path.join(self.folder, "site", "feed.json")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return [item.get("content_text", "") for item in json.load(file)["items"]]


def syscalls_of(command, environment):
    """How often a run of the command makes each system call: {name: count}."""
    trace = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/stdout", "-e", "signal=none", *command], env=environment,
                           stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout
    return count_syscalls(trace)


def count_syscalls(trace):
    counts = {}
    for line in trace.splitlines():
        words = line.split(None, 1)
        if len(words) < 2 or "(" not in words[1] or words[1].startswith(("<...", "+++", "---")):
            continue
        name = words[1].split("(", 1)[0]
        if name.isidentifier():
            counts[name] = counts.get(name, 0) + 1
    return counts
