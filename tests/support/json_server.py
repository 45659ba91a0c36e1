"""What the scripted servers of the tests share: JSON over HTTP on 127.0.0.1, each request on a thread of its own."""

import http.server
import json
import socket
import threading


class SettlingServer(http.server.ThreadingHTTPServer):
    """Each request on a thread of its own, and settle() for those of clients that have died."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.under_way = 0
        self.changed = threading.Condition()

    def process_request(self, request, client_address):
        with self.changed:
            self.under_way += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.changed:
                self.under_way -= 1
                self.changed.notify_all()

    def settle(self):
        """Waits until all that was sent here before has been read. Connections are taken in the order in which they came."""
        with socket.create_connection(self.server_address, timeout=5) as last:
            last.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while last.recv(4096):
                pass
        with self.changed:
            if not self.changed.wait_for(lambda: self.under_way == 0, timeout=5):
                raise AssertionError("a connection to the server stays open")


class JsonHandler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, value, **headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def log_message(self, *_):
        pass


class JsonServer:
    """Listens until it is closed; its first part of every address is `url`."""

    def listen(self, handler):
        self.server = SettlingServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
