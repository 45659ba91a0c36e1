#!/usr/bin/env python3
"""Answers every POST with 204 after 100 ms, any number at once: what flush sends to.

Says its port on the first line, and at the end of its input how many it answered. One thread with an event loop: threads
that wake one another would add milliseconds of their own to the 100.
"""

import asyncio
import sys

DELAY = 0.1
ANSWER = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"


class Connection(asyncio.Protocol):
    answered = 0

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""

    def data_received(self, data):
        self.received += data
        while True:
            head, end, rest = self.received.partition(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            length = int(lengths[0][15:]) if lengths else 0
            if not end or len(rest) < length:
                return
            self.received = rest[length:]
            asyncio.get_running_loop().call_later(DELAY, self.answer)

    def answer(self):
        Connection.answered += 1
        self.transport.write(ANSWER)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(Connection.answered, flush=True)


asyncio.run(main())
