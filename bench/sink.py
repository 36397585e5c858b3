"""A mail server that only counts: one process, every letter taken, the moment of each remembered."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import time
from pathlib import Path

_ID = re.compile(rb"Message-ID: <([^@>]+)", re.IGNORECASE)


class Conversation(asyncio.Protocol):
    """As much of SMTP as a well-behaved sender needs; a real server does more for each letter."""

    taken: list[tuple[str, float]] = []  # of the whole process

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.out, self.data, self.inside = transport, b"", False
        self._say(b"220 sink")

    def data_received(self, data: bytes) -> None:
        self.data += data
        while self._step():
            pass

    def _step(self) -> bool:
        if self.inside:
            letter, end, rest = self.data.partition(b"\r\n.\r\n")
            if not end:
                return False
            found = _ID.search(letter)
            self.taken.append((found[1].decode() if found else "", time.time()))
            self.data, self.inside = rest, False
            self._say(b"250 taken")
            return True
        line, end, rest = self.data.partition(b"\r\n")
        if not end:
            return False
        self.data = rest
        self._answer(line[:4].upper())
        return True

    def _answer(self, word: bytes) -> None:
        if word == b"DATA":
            self.inside = True
            self._say(b"354 go on")
        elif word == b"QUIT":
            self._say(b"221 bye")
            self.out.close()
        else:
            self._say(b"250 fine")

    def _say(self, words: bytes) -> None:
        assert isinstance(self.out, asyncio.Transport)
        self.out.write(words + b"\r\n")


async def serve(port: int, report: Path) -> None:
    """Takes letters until told to stop, then writes down when each one came."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(Conversation, "127.0.0.1", port)
    loop.add_signal_handler(signal.SIGUSR1, lambda: report.write_text(json.dumps(Conversation.taken)))
    await stop.wait()
    server.close()
    report.write_text(json.dumps(Conversation.taken))


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
