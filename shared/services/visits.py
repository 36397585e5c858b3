"""A citizen's visit: the sealed draft, its files, the filing, the receipt for half an hour, the one case it may read.

Only the browser's cookie holds the token. The row is found by the token's hash and its contents are sealed with a key
derived from the token, so that the database alone can read neither draft nor receipt.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from shared import crypto
from shared.crypto import Keys
from shared.db import UtcDateTime, read_rows, reading, work
from shared.domain.errors import Refused
from shared.domain.visibility import CITIZEN
from shared.files import Kept, Store
from shared.models.attachment import Attachment
from shared.models.visit import Visit
from shared.services import case_files, intake
from shared.services.intake import Complaint, Receipt

RECEIPT_SHOWN = dt.timedelta(minutes=30)
_GRACE = dt.timedelta(minutes=5)
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file that waits with the draft."""

    id: int
    name: str
    size: int
    media_type: str
    stored: str
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A receipt as the citizen may see it again."""

    receipt_no: str
    code: str
    filed_at: dt.datetime
    evidence: str = ""
    salt: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A visit that is still open; `draft` is None where nothing is being written."""

    institution_id: int | None
    draft: dict[str, Any] | None
    case_id: int | None
    receipt: Shown | None
    files: list[DraftFile] = field(default_factory=list)


def find(token: str | None, now: dt.datetime, idle_minutes: int) -> Open | None:
    """The visit of this token with its files, in one statement; None when it is unknown or idle for too long."""
    if not token:
        return None
    facts = {"visit": crypto.token_id(token), "oldest": now - dt.timedelta(minutes=idle_minutes)}
    rows = read_rows(_FOUND, facts)
    if not rows:
        return None
    visit = rows[0]
    files = [_draft_file(row) for row in rows if row.id is not None]
    draft = _opened(token, "draft", visit.draft)
    return Open(visit.institution_id, draft, visit.case_id, _receipt(token, visit, now), files)


_FOUND = (
    select(
        Visit.institution_id,
        Visit.draft,
        Visit.case_id,
        Visit.receipt,
        Attachment.id,
        Attachment.name,
        Attachment.size,
        Attachment.media_type,
        Attachment.stored,
        Attachment.removed,
    )
    .outerjoin(Attachment, Attachment.visit_id == Visit.id)
    .where(Visit.id == bindparam("visit"), Visit.seen_at > bindparam("oldest", type_=UtcDateTime()))
    .order_by(Attachment.id)
)


def keep(
    token: str,
    institution_id: int,
    draft: dict[str, Any],
    now: dt.datetime,
    files: Sequence[Kept] = (),
    most_files: int = 0,
) -> None:
    """Keeps the draft and takes new files to it; raises Refused('too_many_files', limit) and then keeps nothing."""
    visit_id = crypto.token_id(token)
    with work() as session:
        visit = _locked(session, visit_id)
        if visit is None:
            visit = Visit(id=visit_id)
            session.add(visit)
        visit.institution_id, visit.seen_at = institution_id, now
        visit.draft = _sealed(token, "draft", draft)
        session.flush()
        if files:
            held = session.scalar(select(func.count()).where(Attachment.visit_id == visit_id)) or 0
            if held + len(files) > most_files:
                raise Refused("too_many_files", limit=most_files)
            session.add_all(case_files.stored_row(kept, now, "citizen", visit_id=visit_id) for kept in files)


def remove_file(token: str, attachment_id: int) -> str | None:
    """Takes a file from the draft; returns its stored name, None where the draft has no such file."""
    with work() as session:
        return session.scalar(
            delete(Attachment)
            .where(Attachment.id == attachment_id, Attachment.visit_id == crypto.token_id(token))
            .returning(Attachment.stored)
        )


def file(
    keys: Keys,
    token: str,
    institution_id: int,
    complaint: Complaint,
    now: dt.datetime,
    idle_minutes: int,
    form_key: str,
    files: Sequence[int] = (),
) -> int:
    """Takes the draft's complaint in; the same draft sent twice is one case. Returns the case's id.

    Case, receipt and the end of the draft are one transaction, so a code that was lost on the way is never the only
    one. Raises Refused('draft_gone') when the visit has ended meanwhile, and as `intake.file` does.
    """
    visit_id = crypto.token_id(token)

    def once() -> int:
        with work() as session:
            visit = _locked(session, visit_id)
            if visit is None or visit.seen_at <= now - dt.timedelta(minutes=idle_minutes):
                raise Refused("draft_gone")
            if visit.draft is None and visit.case_id is not None:
                return visit.case_id
            receipt = intake.file_within(
                session, keys, institution_id, complaint, now, CITIZEN, form_key, visit_id, files
            )
            visit.draft, visit.case_id, visit.seen_at = None, receipt.case_id, now
            visit.receipt = _sealed(token, "receipt", _as_shown(receipt, now))
            return receipt.case_id

    return intake.with_free_number(once)


def enter(case_id: int, institution_id: int, now: dt.datetime) -> str:
    """Opens a visit that may read one case, for whoever has shown its access code; returns the token."""
    token = crypto.token()
    with work() as session:
        session.add(Visit(id=crypto.token_id(token), institution_id=institution_id, case_id=case_id, seen_at=now))
    return token


def end(token: str | None, store: Store) -> None:
    """Forgets a visit at once, with its draft and the files that came with it."""
    if token:
        _forget([crypto.token_id(token)], store)


def sweep(now: dt.datetime, idle_minutes: int, store: Store) -> int:
    """Forgets visits that have been idle for too long; returns how many. May run twice or not at all."""
    oldest = now - dt.timedelta(minutes=idle_minutes) - _GRACE
    with reading() as session:
        ended = list(session.scalars(select(Visit.id).where(Visit.seen_at < oldest).limit(500)))
    _forget(ended, store)
    return len(ended)


def _forget(visit_ids: list[str], store: Store) -> None:
    """Files first: a row whose file is gone is tried again, a file without a row would stay for ever."""
    if not visit_ids:
        return
    mine = Attachment.visit_id.in_(visit_ids)
    with reading() as session:
        stored = list(session.scalars(select(Attachment.stored).where(mine)))
    for name in stored:
        store.delete(name)
    with work() as session:
        session.execute(delete(Attachment).where(mine))
        session.execute(delete(Visit).where(Visit.id.in_(visit_ids)))


def _locked(session: Session, visit_id: str) -> Visit | None:
    return session.scalar(select(Visit).where(Visit.id == visit_id).with_for_update())


def _draft_file(row: Any) -> DraftFile:
    return DraftFile(row.id, row.name, row.size, row.media_type, row.stored, tuple(row.removed))


def _as_shown(receipt: Receipt, now: dt.datetime) -> dict[str, Any]:
    proof = {"evidence": receipt.evidence, "salt": receipt.salt}
    return {"no": receipt.receipt_no, "code": receipt.code, "at": now.isoformat(), **proof}


def _receipt(token: str, visit: Any, now: dt.datetime) -> Shown | None:
    facts = _opened(token, "receipt", visit.receipt)
    if facts is None:
        return None
    filed_at = dt.datetime.fromisoformat(facts["at"])
    shown = Shown(facts["no"], facts["code"], filed_at, facts.get("evidence", ""), facts.get("salt", ""))
    return shown if now < filed_at + RECEIPT_SHOWN else None


def _key(token: str, column: str) -> bytes:
    made = HKDF(hashes.SHA256(), length=32, salt=None, info=f"huiyin visit|{column}".encode())
    return made.derive(token.encode())


def _sealed(token: str, column: str, facts: dict[str, Any]) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    data = json.dumps(facts, ensure_ascii=False).encode()
    return nonce + AESGCM(_key(token, column)).encrypt(nonce, data, crypto.token_id(token).encode())


def _opened(token: str, column: str, sealed: bytes | None) -> dict[str, Any] | None:
    if sealed is None:
        return None
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        data = AESGCM(_key(token, column)).decrypt(nonce, rest, crypto.token_id(token).encode())
    except InvalidTag:
        return None
    facts: dict[str, Any] = json.loads(data)
    return facts
