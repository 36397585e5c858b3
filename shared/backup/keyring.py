"""The keys' own backup: a second archive, for another public key, never in the place of the data's."""

from __future__ import annotations

import datetime as dt
import secrets
import tarfile
from pathlib import Path
from typing import IO, cast

from shared.backup import places
from shared.backup.sealed import Opening, Sealing
from shared.config import Settings
from shared.domain.errors import Refused

ENDING = ".keys"
MOST_BYTES = 1024 * 1024


def take(settings: Settings, data: Path, folder: Path, now: dt.datetime, profile: str) -> Path:
    """Seals KEY_DIR and the worker's keys into a new file; raises Refused: no_keys_key, keys_beside_data."""
    if not settings.places.backup_keys_key:
        raise Refused("no_keys_key")
    one, other = data.resolve(), folder.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise Refused("keys_beside_data", place=str(folder))
    name = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}{ENDING}"
    public = bytes.fromhex(settings.places.backup_keys_key)
    with (
        places.alone(folder),
        places.new_file(folder / name) as sink,
        Sealing(sink, public, f"keys|{name}", profile) as sealing,
        tarfile.open(mode="w|", fileobj=cast(IO[bytes], sealing)) as archive,
    ):
        for path in _files(settings):
            # The worker's keys go under one name, wherever they lie here.
            inside = path.is_relative_to(settings.worker_key_dir)
            archive.add(path, f"worker/{path.name}" if inside else path.name)
    return folder / name


def put_back(archive: Path, private: bytes, folder: Path) -> list[str]:
    """Writes the keys into an empty folder; raises Refused('not_empty'), Unreadable. Returns the names."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused("not_empty", place=str(folder))
    found: list[str] = []
    with archive.open("rb") as sealed, places.new_folder(_away(folder)) as draft:
        source = Opening(sealed, private, f"keys|{archive.name}")
        (draft / "worker").mkdir(mode=0o700)
        with tarfile.open(mode="r|", fileobj=cast(IO[bytes], source)) as held:
            for member in held:
                data = held.extractfile(member)
                inside, _, name = member.name.rpartition("/")
                if data is None or inside not in ("", "worker") or member.size > MOST_BYTES:
                    raise Refused("backup_unreadable", place=str(archive))
                with places.new_file(draft / inside / name) as file:
                    file.write(data.read())
                found.append(member.name)
        for _ in source.rest():  # to the very end: only then nothing was cut off
            pass
    return sorted(found)


def _away(folder: Path) -> Path:
    if folder.exists():
        folder.rmdir()  # empty: the whole one takes its place
    return folder


def _files(settings: Settings) -> list[Path]:
    folders = (settings.key_dir, settings.worker_key_dir)
    return sorted(path for folder in folders for path in folder.glob("[!.]*") if path.is_file())
