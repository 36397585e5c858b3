"""Into one's own case by receipt number and access code: throttled, and equal for unknown and wrong (promises 1.4)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from shared import crypto
from shared.crypto import Keys
from shared.db import reading, work
from shared.domain import receipts
from shared.domain.errors import Refused
from shared.models.case import Case
from shared.models.visit import Visit
from shared.services import visits
from shared.services.throttling import count_try, forgive


def enter(keys: Keys, typed_no: str, typed_code: str, now: dt.datetime) -> str:
    """The token of a visit that may read the case these two numbers belong to.

    Raises Refused('no_match') alike for an unknown number and a wrong code; a slip of the pen, found by the check
    digit, costs no hash and no try. Raises Refused('wait', seconds) after many failures, crypto.Busy in a crowd.
    """
    receipt_no, code = receipts.normalise(typed_no), receipts.normalise(typed_code)
    if not receipts.is_receipt_no(receipt_no) or not receipts.is_access_code(code):
        raise Refused("no_match")
    key = crypto.keyed_hash(keys, "tracking", receipt_no)  # by what was typed, whether there is such a case or not
    with crypto.hash_place():  # a crowd is turned away before it costs the database anything
        count_try(key, now)
        with reading() as session:
            found = session.execute(
                select(Case.id, Case.institution_id, Case.access_hash).where(Case.receipt_no == receipt_no)
            ).one_or_none()
            session.rollback()  # nothing waits for this transaction while the hash takes its time
        fits = crypto.code_matches(keys, found.access_hash if found else None, receipt_no, code)
    if not fits or found is None:
        raise Refused("no_match")
    forgive(key)
    return visits.enter(found.id, found.institution_id, now)


def keep_open(token: str, now: dt.datetime) -> None:
    """Puts the end of a visit off: somebody is still at work."""
    with work() as session:
        session.execute(update(Visit).where(Visit.id == crypto.token_id(token)).values(seen_at=now))
