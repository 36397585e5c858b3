"""W3 农资市场监管调研: what the report calls for and the product has."""

from __future__ import annotations

import io

from sqlalchemy import select

from shared.db import work
from shared.files import take_in
from shared.models.attachment import Attachment
from shared.services import answers, case_files
from tests.support import regime_world as rw
from tests.support import samples
from tests.support import world as w
from tests.support.rows import refusal


def test_w3_02_invoice_and_packaging_are_kept_with_the_case_and_nothing_is_slipped_in_later(app, db):
    place = rw.of("R25")
    case_id, service = place.accepted(app), place.actor("service")
    sent = {"发票.pdf": samples.pdf(), "包装.jpg": samples.jpeg()}
    state = app.extensions["huiyin"]
    kept = [take_in(io.BytesIO(raw), name, state.limits, state.store) for name, raw in sent.items()]
    case_files.attach_by_citizen(case_id, w.MONDAY, kept, most=10)
    answers.answer_at_once(case_id, service, w.MONDAY, rw.TOLD)
    answers.close(case_id, service, w.MONDAY)
    answers.archive(case_id, service, w.MONDAY)
    with work() as session:
        names = session.scalars(select(Attachment.name).where(Attachment.case_id == case_id)).all()
    assert sorted(names) == sorted(sent)
    assert refusal(case_files.attach, case_id, service, w.MONDAY, []) == "not_now"
