"""Privacy law in the demo: old cases whose time is over, a request, a question about the identity, a hold, figures."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast
from shared.demo.story import Story
from shared.domain.lifecycle import Role
from shared.files import Store
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.services import consents, holds, privacy_notices, privacy_requests, releases, retention

OLD_DAYS = (880, 865)
"""Filed so long ago that identities have gone meanwhile (24 months after the end)."""
WRONG = "“大前天”写错了，是上个月初的事，请更正。"
HELD = "来信人已申请行政复议，复议结束前保留全部材料。"
BODY = "县信访局"


def long_ago(stories: list[Story], now: dt.datetime) -> list[Story]:
    """The same complaints once more, as somebody else brought them years ago."""
    known = [s for s in stories if s.sample.mode != "anonymous" and not s.sample.refusal and not s.sample.cluster]
    first = stories[0]
    made = []
    for days, story in zip(OLD_DAYS, known, strict=False):
        rng = random.Random(f"old:{days}")  # noqa: S311  made-up lives, no secrets
        received = first.hours.office(now - dt.timedelta(days=days), 0, rng)
        made.append(Story(first.cast, first.hours, first.keys, story.sample, received, rng, ""))
    return made


def told(cast: Cast, now: dt.datetime) -> None:
    """A request to correct waits, a citizen is asked about the identity, a case is on hold."""
    at = now - dt.timedelta(days=3)
    chief, intake = cast.who(Role.CHIEF), cast.who(Role.INTAKE)
    if (case_id := _one(cast, ("handling", "accepted", "transferred"), named=False)) is not None:
        privacy_requests.ask(case_id, at, kind="correct", text=WRONG)
    if (case_id := _one(cast, ("received",), named=True)) is not None:
        consents.ask(case_id, intake, now - dt.timedelta(minutes=30), recipient=BODY)
    if (case_id := _one(cast, ("archived", "closed"), named=True)) is not None:
        holds.set_hold(case_id, chief, at, reason=HELD)


def settle(now: dt.datetime, store: Store | None) -> None:
    """What jobs would have done by now: notices on record, consents written down, figures released, time-outs."""
    privacy_notices.keep(now - dt.timedelta(days=400))
    consents.keep(now, None, limit=10_000)
    releases.make(now)
    if store is not None:
        retention.run(now - dt.timedelta(minutes=1), store)


def _one(cast: Cast, states: tuple[str, ...], *, named: bool) -> int | None:
    """The newest case in one of these states, brought online, with or without a name."""
    known = select(Complainant.case_id)
    query = select(Case.id).where(Case.institution_id == cast.institution_id, Case.state.in_(states))
    query = query.where(Case.id.in_(known)) if named else query
    with reading() as session:
        found = session.scalar(query.order_by(Case.received_at.desc()).limit(1))
        session.rollback()
    return found
