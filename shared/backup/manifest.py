"""What a backup says of itself: counts, hashes, the chain's end, version and schema, with a MAC over all of it."""

from __future__ import annotations

import datetime as dt
import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from shared.crypto import Keys
from shared.domain.errors import Refused
from shared.sealing import envelope

NAME = "manifest.json"
DATABASE, FILES = "database.sealed", "files.json"


@dataclass(kw_only=True)
class Manifest:
    """The facts of one backup; nothing in it tells of a person."""

    format: int = 1
    name: str
    at: str
    quarter: str
    """The calendar quarter; when its last backup may go, the private key of the quarter is destroyed."""
    product: str
    schema: str
    engine: str
    recipient: str
    """Id of the public key that it is closed for."""
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Rows of each table, on PostgreSQL with a hash of what they say."""
    database: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    chain: dict[str, Any] = field(default_factory=dict)
    """The last event and the newest checkpoint."""
    keys: dict[str, str] = field(default_factory=dict)
    """Ids of the keys without which it can't be used; they are kept elsewhere."""
    mac: str = ""

    def signed(self, keys: Keys) -> Manifest:
        """With its MAC."""
        key_id, key = keys.current("events")
        self.mac = f"{key_id}:{self._mac(key)}"
        return self

    def genuine(self, keys: Keys) -> bool | None:
        """Whether it was written with this installation's keys; None where the key it names isn't here."""
        key_id, _, mac = self.mac.partition(":")
        key = keys.older("events", key_id)
        return None if key is None else hmac.compare_digest(self._mac(key), mac)

    def as_text(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def _mac(self, key: bytes) -> str:
        said = {**asdict(self), "mac": ""}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return hmac.digest(envelope.derive(key, "backup manifest"), text.encode(), "sha256").hex()


def read(folder: Path) -> Manifest:
    """The manifest in a backup's folder; raises Refused('backup_unreadable')."""
    try:
        return Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise Refused("backup_unreadable", place=str(folder)) from None


def newest(place: Path) -> Path:
    """The backup meant: the folder itself, else the newest one in it; raises Refused('no_backup')."""
    if (place / NAME).is_file():
        return place
    if found := all_in(place):
        return found[-1]
    raise Refused("no_backup", place=str(place))


def all_in(place: Path) -> list[Path]:
    """Complete backups in a folder, the oldest first; their names begin with the moment."""
    return sorted(path.parent for path in place.glob(f"[0-9]*/{NAME}"))


def quarter_of(day: dt.date) -> str:
    """The calendar quarter of a day, as 2026Q4."""
    return f"{day.year}Q{(day.month + 2) // 3}"
