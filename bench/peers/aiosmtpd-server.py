"""aiosmtpd as a peer: prints its port, counts messages, answers `count` lines on standard input, ends when it closes."""
import asyncio
import sys

from aiosmtpd.smtp import SMTP


class Counter:
    def __init__(self):
        self.messages = 0

    async def handle_DATA(self, server, session, envelope):
        self.messages += 1
        return "250 2.0.0 OK"


async def main():
    counter = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(counter, hostname="peer.example", data_size_limit=64 << 20, loop=loop), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(counter.messages, flush=True)


asyncio.run(main())
