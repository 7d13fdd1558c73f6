"""A legacy that writes down what it executes before it answers: `counting.py FILE`, its port on standard output."""
import asyncio
import os
import sys

ledger = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, rest = self.buffer.split(b"\r\n\r\n", 1)
            lines = head.split(b"\r\n")
            headers = dict(line.lower().split(b": ", 1) for line in lines[1:])
            length = int(headers.get(b"content-length", 0))
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            # Some time passes between what is done and its answer: that is when a kill hurts.
            asyncio.get_running_loop().call_later(0.002, self.execute, lines[0], headers)

    def execute(self, line, headers):
        if b"x-number" in headers:
            os.write(ledger, line.split(b" ")[0] + b" " + headers[b"x-number"] + b"\n")
        asyncio.get_running_loop().call_later(0.002, self.answer)

    def answer(self):
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
