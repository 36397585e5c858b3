"""Looking for viruses: every file once, again where it could not be looked at; a find is locked away."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy import select, update

from shared.db import reading, work
from shared.domain.errors import Refused
from shared.files import Store
from shared.models.attachment import Attachment

UNCHECKED, CHECKING, CLEAN, FOUND, FAILED = "unchecked", "checking", "clean", "found", "failed"
OPEN = (UNCHECKED, CHECKING, FAILED)
BATCH = 20


def sweep(store: Store, verdict: Callable[[BinaryIO], str], batch: int = BATCH) -> int:
    """Has the oldest unchecked files looked at; returns how many. Two sweeps at once do no harm."""
    with reading() as session:
        waiting = select(Attachment.id, Attachment.stored).where(Attachment.scan.in_(OPEN))
        # What failed comes last, so that one file nobody can read holds up no other.
        rows = session.execute(waiting.order_by(Attachment.scan == FAILED, Attachment.id).limit(batch)).all()
        session.rollback()  # nothing is held while the service takes its time
    for attachment_id, stored in rows:
        _note(attachment_id, CHECKING)
        found = _looked_at(store, stored, verdict)
        if found == FOUND:
            store.lock_away(stored)
        _note(attachment_id, found)
    return len(rows)


def check_served(scan: str, *, wanted: bool) -> None:
    """Raises Refused('file_virus'); where files are looked at (`wanted`) Refused('file_unchecked') for any other."""
    if scan == FOUND:
        raise Refused("file_virus")
    if wanted and scan != CLEAN:
        raise Refused("file_unchecked")


def _looked_at(store: Store, stored: str, verdict: Callable[[BinaryIO], str]) -> str:
    try:
        with store.open(stored) as data:
            return verdict(data)
    except FileNotFoundError:  # a sweep that was killed may have locked it away and not said so
        return FOUND if store.locked_away(stored) else FAILED


def _note(attachment_id: int, scan: str) -> None:
    with work() as session:
        session.execute(update(Attachment).where(Attachment.id == attachment_id).values(scan=scan))
