"""Evidence files in a backup: each sealed once and shared by all later backups that are closed for the same key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from shared.backup import manifest, places
from shared.backup.manifest import Manifest
from shared.backup.sealed import PIECE, Opening, Sealing
from shared.domain.errors import Refused
from shared.files import Store, checked_name
from shared.sealing.envelope import Unreadable

Listed = dict[str, dict[str, object]]
STEP = 1000


@dataclass(frozen=True, slots=True)
class Pool:
    """The sealed files of one public key: a new key begins a new pool, so that an old one can be let go whole."""

    folder: Path
    public: bytes
    profile: str

    def add(self, name: str, data: BinaryIO) -> dict[str, object]:
        """Seals a file that isn't here yet; returns size and hash of what lies here."""
        path = place(self.folder, name)
        with places.new_file(path) as sink, Sealing(sink, self.public, f"file|{name}", self.profile) as sealing:
            while piece := data.read(PIECE):
                sealing.write(piece)
        return {"sha256": sealing.sealed.hexdigest(), "size": sealing.size}


def place(folder: Path, name: str) -> Path:
    """Where a file lies in its pool."""
    return folder / checked_name(name)[:2] / name


def of(root: Path, recipient: str) -> Path:
    """The pool's folder for a public key's id."""
    return root / "files" / recipient


def take(store: Store, pool: Pool, known: Listed, tell: Callable[[str], None]) -> tuple[Listed, int]:
    """Every file of the store, new ones sealed; the list of all, and how many were new."""
    listed: Listed = {}
    new = 0
    for name, locked in store.names():
        there = place(pool.folder, name)
        one = known.get(name) if there.exists() else None
        if one is None:
            there.unlink(missing_ok=True)  # of a backup that broke off: its hash stands nowhere
            try:
                with closing(store.open_locked(name) if locked else store.open(name)) as data:
                    one = pool.add(name, data)
            except FileNotFoundError:  # erased since the listing
                continue
            new += 1
            if new % STEP == 0:
                tell(f"  文件 {new}… (files)")
        listed[name] = {**one, "locked": locked}
    return listed, new


def listed(folder: Path) -> Listed:
    """The list of files that a backup holds; raises Refused('backup_unreadable')."""
    try:
        found: Listed = json.loads((folder / manifest.FILES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refused("backup_unreadable", place=str(folder)) from None
    return found


def known_before(root: Path, recipient: str) -> Listed:
    """What the newest backup for the same key has listed."""
    for folder in reversed(manifest.all_in(root)):
        if manifest.read(folder).recipient == recipient:
            return listed(folder)
    return {}


def faults(root: Path, said: Manifest, files: Listed, private: bytes | None) -> Iterator[str]:
    """Names of files that are missing or changed; with the private key each is opened as well."""
    folder = of(root, said.recipient)
    for name, facts in files.items():
        path = place(folder, name)
        if not path.exists() or places.digest(path) != facts["sha256"]:
            yield name
        elif private is not None:
            try:
                with path.open("rb") as file:
                    for _ in Opening(file, private, f"file|{name}").rest():
                        pass
            except Unreadable:
                yield name


def put_back(root: Path, said: Manifest, files: Listed, private: bytes, store: Store) -> list[str]:
    """Puts every file into the store that isn't there; returns the names of those that can't be read."""
    there, lost = {name for name, _ in store.names()}, []
    for name, facts in files.items():
        if name in there:
            continue
        try:
            with place(of(root, said.recipient), name).open("rb") as file, closing(_temporary()) as plain:
                for piece in Opening(file, private, f"file|{name}").rest():
                    plain.write(piece)
                store.put_as(name, plain, locked=bool(facts["locked"]))
        except (FileNotFoundError, Unreadable):
            lost.append(name)
    return lost


def _temporary() -> BinaryIO:
    return cast(BinaryIO, TemporaryFile())
