"""Key files: written whole and private; the notifier's pair, whose private half the worker process alone loads."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from shared.sealing import boxes, envelope

PUBLIC, PRIVATE = "notifier.pub", "notifier"


def ensure(key_dir: Path, worker_dir: Path) -> None:
    """Makes the pair where it is missing; a public key without its private one is left as it is (that is the web)."""
    if (key_dir / PUBLIC).exists():
        return
    worker_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (worker_dir / PRIVATE).exists():
        write_once(worker_dir / PRIVATE, line(boxes.new_private()))
    private = bytes.fromhex((worker_dir / PRIVATE).read_text().split()[1])
    write_once(key_dir / PUBLIC, line(boxes.public_of(private)))


def line(key: bytes) -> str:
    """A key as its file holds it."""
    return f"{envelope.key_id(key)} {key.hex()}\n"


def write_once(path: Path, text: str) -> None:
    """Writes a private file whole; where two processes do so at once, the first one's stands."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
