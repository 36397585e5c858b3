"""Into one's own case by receipt number and access code: throttled, and equal for unknown and wrong (promises 1.4)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared import crypto
from shared.crypto import Keys
from shared.db import reading
from shared.domain import receipts
from shared.domain.errors import Refused
from shared.models.case import Case
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
    key = crypto.keyed_hash(keys, "tracking", receipt_no)
    count_try(key, now)
    with reading() as session:
        found = session.execute(
            select(Case.id, Case.institution_id, Case.access_hash).where(Case.receipt_no == receipt_no)
        ).one_or_none()
        session.rollback()  # nothing waits for this transaction while the hash takes its time
    if not crypto.code_matches(keys, found.access_hash if found else None, receipt_no, code) or found is None:
        raise Refused("no_match")
    forgive(key)
    return visits.enter(found.id, found.institution_id, now)
