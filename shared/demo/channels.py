"""Text messages in the demo: templates in every state of approval, and notices that wait for the head's yes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from shared.db import work
from shared.demo.cast import Cast
from shared.domain.sms import TEMPLATED
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.models.sms_template import SmsTemplate
from shared.services.holding import BULK
from shared.services.sms_templates import own_words

AT_SECOND = {"accepted": "approved", "answered": "submitted", "extended": "rejected", "reopened": "draft"}
REMARK = "模板里没有写明是哪个机构，请补充后再送审。"
HELD = 3


def register(cast: Cast, now: dt.datetime) -> None:
    """Every notice approved at the first provider, some of them on their way at the second."""
    decided = (now - dt.timedelta(days=200)).date()
    with work() as session:
        sign = session.get_one(Institution, cast.institution_id).sms_sign
        both = [("aliyun", n, "approved") for n in TEMPLATED] + [("tencent", n, s) for n, s in AT_SECOND.items()]
        for number, (provider, notice, state) in enumerate(both):
            row = SmsTemplate(institution_id=cast.institution_id, provider=provider, notice=notice, state=state)
            row.sign, row.text = sign, own_words(notice)
            row.provider_id = f"SMS_{2_000_000 + number}" if state == "approved" else ""
            row.decided_on = None if state == "draft" else decided + dt.timedelta(days=number)
            row.remark = REMARK if state == "rejected" else ""
            session.add(row)


def hold_some(cast: Cast) -> None:
    """The newest acceptances that citizens are to be told by text message wait for a yes (W1.03)."""
    by_sms = select(Complainant.case_id).where(Complainant.notify.in_(("sms", "sms_neutral")))
    own = OutboxRow.institution_id == cast.institution_id, OutboxRow.notice == "accepted"
    newest = select(OutboxRow.id).where(*own, OutboxRow.case_id.in_(by_sms)).order_by(OutboxRow.id.desc()).limit(HELD)
    with work() as session:
        ids = list(session.scalars(newest))
        waits = {"state": "held", "outcome": BULK, "attempts": 0, "done_at": None}
        session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(**waits))
