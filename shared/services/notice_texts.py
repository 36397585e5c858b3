"""What each notice reads like, with made-up facts: for those who decide about notices and never see a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.db import reading
from shared.domain.notices import BY_CODE, SMS_NOTICES, Audience, segments, sms_length
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.senders.render import render_email, render_neutral, render_sms
from shared.services import recipients
from shared.services.recipients import written

TAIL = "0043"


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in one language: the letter, the text message with its length, the neutral message."""

    subject: str
    body: str
    sms: str = ""
    length: int = 0
    parts: int = 0
    neutral: str = ""


def example(actor: Actor, code: str, locale: str, base_url: str, sign: str, today: dt.date) -> Text:
    """The texts of a notice with made-up facts; raises KeyError for an unknown code. Needs an app context."""
    with reading() as session:
        place = session.get_one(Institution, actor.institution_id)
        known = _facts(place, base_url, locale, today)
    subject, body, _html = render_email(code, locale, known)
    if BY_CODE[code].audience is not Audience.CITIZEN:
        return Text(subject, body)
    sms = render_sms(code, locale, known)[0] if code in SMS_NOTICES else ""
    return Text(subject, body, sms, sms_length(sms), segments(sms), render_neutral(locale, sign)[2])


def letter(session: Session, row: OutboxRow, case: Case, base_url: str) -> tuple[str, str]:
    """Heading and news of the letter that goes on paper instead, in the citizen's language."""
    subject, body, _html = render_email(row.notice, case.locale, recipients.facts(session, row, base_url, case.locale))
    return subject, body.split("\n")[0]  # what follows is about mail and links


def letter_of(outbox_id: int, base_url: str) -> tuple[str, str]:
    """`letter` in a session of its own; whether the reader may see it is asked elsewhere."""
    with reading() as session:
        row = session.get_one(OutboxRow, outbox_id)
        return letter(session, row, session.get_one(Case, row.case_id), base_url)


def _facts(place: Institution, base_url: str, locale: str, today: dt.date) -> dict[str, str]:
    due, was_due = today + dt.timedelta(days=30), today + dt.timedelta(days=15)
    return {
        "institution": place.name,
        "office": place.office_name,
        "phone": place.phone,
        "sign": place.sms_sign,
        "link": f"{base_url}/at/{place.slug}/track",
        "tail": TAIL,
        "due": written(due, locale),
        "was_due": written(was_due, locale),
        "count": "2",
        "lines": f"… {base_url}/office/\n… {base_url}/office/",
    }
