"""Flat copies of files for a unit: ordered with the slip, made by the worker (promises 1.6)."""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections.abc import Collection
from functools import partial
from typing import BinaryIO, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.cleaning.faults import about
from shared.cleaning.ways import way_of
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain.errors import Refused
from shared.domain.redaction import mask_obvious
from shared.file_kinds import Limits
from shared.files import CHUNK, Store
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.slip import Slip
from shared.models.transfer_copy import TransferCopy
from shared.services import identities

AS_IT_IS = "sound"
"""Sound and film go over unchanged, where somebody has listened and says so."""


def order(session: Session, slip: Slip, file_ids: Collection[int], now: dt.datetime, *, sound: bool) -> None:
    """Orders a copy of each chosen file for the slip; raises Refused('sound_unheard') where sound isn't confirmed."""
    own = Attachment.case_id == slip.case_id, Attachment.origin != "unit", Attachment.id.in_(set(file_ids))
    for file in session.scalars(select(Attachment).where(*own).order_by(Attachment.id)):
        way = way_of(file.media_type)
        if way == AS_IT_IS and not sound:
            raise Refused("sound_unheard", field="sound")
        if way != "left":
            copy = TransferCopy(id=secrets.token_urlsafe(16), slip_id=slip.id, attachment_id=file.id, ordered_at=now)
            copy.state = "making"
            session.add(copy)


def waiting() -> list[str]:
    """The copies that are still to be made."""
    with reading() as session:
        query = select(TransferCopy.id).where(TransferCopy.state == "making").order_by(TransferCopy.ordered_at)
        found = list(session.scalars(query.limit(50)))
        session.rollback()
    return found


def make(copy_id: str, keys: Keys, store: Store, limits: Limits) -> None:
    """Makes one copy; a second run, or a copy recalled meanwhile, changes nothing."""
    with reading() as session:
        query = select(TransferCopy, Attachment, Case.id).join(Attachment, Attachment.id == TransferCopy.attachment_id)
        query = query.join(Case, Case.id == Attachment.case_id)
        row = session.execute(query.where(TransferCopy.id == copy_id, TransferCopy.state == "making")).one_or_none()
        if row is None:
            return
        source, kind, case_id = row[1].stored, row[1].media_type, row[2]
        session.rollback()  # drawing pages takes its time: nothing must wait for this transaction meanwhile
    limits.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=limits.folder) as spool:
        target = cast(BinaryIO, spool)
        try:
            hide = partial(mask_obvious, names=identities.names_to_hide(keys, case_id))
            with about(""), store.open(source) as original:
                _copy(kind, original, target, hide)
        except (Refused, FileNotFoundError) as fault:
            _finish(copy_id, fault=fault.code if isinstance(fault, Refused) else "file_gone")
            return
        stored, size = store.put(target), target.tell()
    if not _finish(copy_id, stored=stored, size=size, kind=kind if way_of(kind) == AS_IT_IS else "application/pdf"):
        store.delete(stored)


def _copy(kind: str, original: BinaryIO, target: BinaryIO, hide: partial[str]) -> None:
    from shared.cleaning.flat import flatten  # draws pages: nothing that a web process needs

    if way_of(kind) != AS_IT_IS:
        flatten(kind, original, target, hide)
        return
    while chunk := original.read(CHUNK):
        target.write(chunk)


def _finish(copy_id: str, *, stored: str = "", size: int = 0, kind: str = "", fault: str = "") -> bool:
    """Writes down what became of a copy, unless somebody was faster; numbers are given in order of completion."""
    with work() as session:
        slip_id = session.scalar(select(TransferCopy.slip_id).where(TransferCopy.id == copy_id))
        session.scalar(select(Slip.id).where(Slip.id == slip_id).with_for_update())
        copy = session.get_one(TransferCopy, copy_id, populate_existing=True)
        if copy.state != "making":
            return False
        last = session.scalar(select(func.max(TransferCopy.number)).where(TransferCopy.slip_id == slip_id))
        copy.state, copy.fault = ("failed", fault) if fault else ("done", "")
        copy.stored, copy.size, copy.media_type = stored, size, kind
        copy.number = 0 if fault else (last or 0) + 1
        return True


def of_slip(session: Session, slip_id: int) -> list[TransferCopy]:
    """The copies of a slip that aren't recalled, in the order of their numbers, unfinished ones last."""
    rows = [c for c in copies_of(session, slip_id) if c.state != "recalled"]
    return sorted(rows, key=lambda c: (c.number == 0, c.number, c.id))


def copies_of(session: Session, slip_id: int) -> list[TransferCopy]:
    """Every copy that was ever ordered for a slip."""
    return list(session.scalars(select(TransferCopy).where(TransferCopy.slip_id == slip_id)))
