#!/usr/bin/env python3
"""A Mastodon instance with nothing new on it, which answers every GET after 100 ms, any number at once: what sync reads.

Who asks is told apart by the token, "token-7". Says its port on the first line, and at each line of its input how many it
has answered since the last. One thread with an event loop: threads that wake one another would add milliseconds.
"""

import asyncio
import json
import sys

DELAY = 0.1


def answer_to(path, token):
    who = token.rpartition("-")[2]
    if path.endswith("/instance"):
        return {"version": "4.5.2", "configuration": {"statuses": {"max_characters": 500, "max_media_attachments": 4}}}
    if path == "/api/v1/accounts/verify_credentials":
        return {"id": who, "username": f"anna{who}", "acct": f"anna{who}"}
    if path == "/api/v1/apps/verify_credentials":
        return {"name": "postq", "scopes": ["read", "write"]}
    return []


class Connection(asyncio.Protocol):
    answered = 0

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            token = next((line.rpartition(" ")[2] for line in lines if line.lower().startswith("authorization:")), "")
            body = json.dumps(answer_to(lines[0].split(" ")[1].partition("?")[0], token)).encode()
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            asyncio.get_running_loop().call_later(DELAY, self.answer, head.encode() + body)

    def answer(self, answer):
        Connection.answered += 1
        self.transport.write(answer)


def tell():
    print(Connection.answered, flush=True)
    Connection.answered = 0


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        tell()


asyncio.run(main())
