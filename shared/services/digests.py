"""The morning's digest: ordinary notices wait for it, one letter tells each person of all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import insert_into, work
from shared.domain.mornings import next_morning
from shared.domain.notices import Audience
from shared.models.institution import Institution
from shared.models.notice import Digest, DigestLine
from shared.models.outbox import OutboxRow
from shared.senders import Outcome, Result
from shared.senders.render import render_email
from shared.services import cases, recipients
from shared.services.batch_facts import Known
from shared.services.calendars import calendar

MOST_LINES = 100
AHEAD = dt.timedelta(minutes=1)
"""Whatever comes in the last minute waits for the day after: that letter may be on its way."""


def put_aside(outbox_id: int, people: Sequence[int], now: dt.datetime) -> list[Result]:
    """Lets a notice wait for the digests of these people; doing it again changes nothing."""
    if not people:
        return []
    with work() as session:
        row = session.get_one(OutboxRow, outbox_id)
        place = session.get_one(Institution, row.institution_id)
        zone = cases.zone(session, place.id)
        morning = next_morning(now + AHEAD, place.hours, zone, calendar(session))
        for person_id in people:
            mine = select(DigestLine).join(Digest, Digest.id == DigestLine.digest_id)
            waits = session.scalar(mine.where(DigestLine.outbox_id == outbox_id, Digest.person_id == person_id))
            if waits is None:
                digest_id = _digest(session, place.id, person_id, morning, morning.astimezone(zone).date(), now)
                session.add(DigestLine(outbox_id=outbox_id, digest_id=digest_id))
    return [Result(Outcome.SENT, "digest")]


def _digest(
    session: Session, institution_id: int, person_id: int, morning: dt.datetime, day: dt.date, now: dt.datetime
) -> int:
    """The person's digest of that day, begun by whichever notice comes first."""
    fresh = insert_into(session, Digest).values(person_id=person_id, day=day).on_conflict_do_nothing()
    made: int | None = session.scalar(fresh.returning(Digest.id))
    if made is None:
        return session.scalars(select(Digest.id).where(Digest.person_id == person_id, Digest.day == day)).one()
    row = OutboxRow(institution_id=institution_id, notice="digest", audience=str(Audience.PERSON), created_at=now)
    row.facts, row.not_before = {"person": person_id, "day": day.isoformat()}, morning
    session.add(row)
    session.flush()
    session.get_one(Digest, made).outbox_id = row.id
    return made


def facts(given: Session | Known, row: OutboxRow, base_url: str, locale: str) -> dict[str, str]:
    """What a notice may state; a digest states the headings of what waited for it. Needs an app context."""
    known = Known.of(given, row)
    stated = recipients.facts(known, row, base_url, locale)
    if row.notice != "digest":
        return stated
    waiting = (
        select(OutboxRow)
        .join(DigestLine, DigestLine.outbox_id == OutboxRow.id)
        .join(Digest, Digest.id == DigestLine.digest_id)
        .where(Digest.outbox_id == row.id)
        .order_by(OutboxRow.id)
    )
    rows = known.session.scalars(waiting).all()
    around = Known(known.session, rows)
    lines = [_line(one, recipients.facts(around, one, base_url, locale), locale) for one in rows[:MOST_LINES]]
    return stated | {"count": str(len(rows)), "lines": "\n".join(dict.fromkeys(lines))}


def _line(row: OutboxRow, known: dict[str, str], locale: str) -> str:
    subject, _text, _html = render_email(row.notice, locale, known)
    return f"{subject} {known['link']}"
