"""What the public page of evidence reads: days and their roots, where a code stands, the key that signs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from shared.db import reading
from shared.domain.evidence import Proof
from shared.models.evidence import Checkpoint, EvidenceDay, EvidenceLeaf
from shared.models.institution import Institution

PAGE = 31


@dataclass(frozen=True, slots=True)
class Days:
    """A page of published roots, newest first; `older` is the day before which the next page begins."""

    rows: list[EvidenceDay]
    older: dt.date | None


def days(institution_id: int, before: dt.date | None = None) -> Days:
    """The published roots of an institution."""
    query = select(EvidenceDay).where(EvidenceDay.institution_id == institution_id)
    if before is not None:
        query = query.where(EvidenceDay.day < before)
    with reading() as session:
        rows = list(session.scalars(query.order_by(EvidenceDay.day.desc()).limit(PAGE + 1)))
    return Days(rows[:PAGE], rows[PAGE - 1].day if len(rows) > PAGE else None)


def signing_key() -> str:
    """The public key of the newest checkpoint; '' where there is none yet."""
    with reading() as session:
        query = select(Checkpoint.public_key).order_by(Checkpoint.number.desc()).limit(1)
        return session.scalar(query) or ""


def proof_of(code: str, institution_id: int) -> Proof | None:
    """The path of a code to its published root; None where no root holds it."""
    query = (
        select(EvidenceLeaf, EvidenceDay, Institution.slug)
        .join(EvidenceDay, EvidenceDay.id == EvidenceLeaf.day_id)
        .join(Institution, Institution.id == EvidenceDay.institution_id)
        .where(EvidenceLeaf.code == code, EvidenceDay.institution_id == institution_id)
    )
    with reading() as session:
        row = session.execute(query).one_or_none()
        if row is None:
            return None
        leaf, day, slug = row
        path = tuple((str(side), bytes.fromhex(one)) for side, one in leaf.path)
        return Proof(slug, day.day, leaf.code, path, bytes.fromhex(day.root))


def is_published(institution_id: int, day: dt.date, root: str) -> bool:
    """Whether this root was published for this day."""
    asked = (EvidenceDay.institution_id == institution_id, EvidenceDay.day == day, EvidenceDay.root == root)
    with reading() as session:
        return session.scalar(select(EvidenceDay.id).where(*asked)) is not None
