"""What the scripted servers of the tests share: JSON over HTTP on 127.0.0.1, each request on a thread of its own."""

import http.server
import json
import threading


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
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
