"""The end of an identity: nothing is left that could be opened."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.models.case import Case
from shared.models.complainant import Complainant


def erase(session: Session, case: Case) -> int:
    """Destroys what is sealed of the complainant, within the caller's transaction; returns how many rows there were."""
    gone = session.execute(delete(Complainant).where(Complainant.case_id == case.id).returning(Complainant.case_id))
    return len(gone.all())
