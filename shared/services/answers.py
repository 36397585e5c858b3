"""Answers to the citizen and what follows: rating, hearing again, closing, the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import feedback
from shared.domain.errors import Refused, needs
from shared.domain.follow_up import DISSATISFIED, LEVELS
from shared.domain.lifecycle import Role
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.answer import Answer
from shared.models.case import Case
from shared.models.slip import Reply
from shared.services import case_fields, cases, replies, return_visits, slips
from shared.services.rounds import begin_again, keep_rating, rating_of


@dataclass(frozen=True, slots=True)
class Told:
    """How the citizen was told; R2.16: signature face to face, a record on the phone, satisfaction in both."""

    means: str
    text: str
    record: str = ""
    signed: bool = False
    satisfaction: str = ""
    why_means: str = ""
    """Why it is told by another way than it came, where the rule book holds to that one (R17.07)."""


def feed_back(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    told: Told,
    *,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> None:
    """The office answers the citizen (R2.15; under R5.07 only what the leader has approved)."""
    _answer(case_id, "feed_back", actor, now, told, version, fields)


def answer_at_once(case_id: int, actor: Actor, now: dt.datetime, told: Told, *, version: int | None = None) -> None:
    """The office answers at once what can be answered at once (R2.04)."""
    _answer(case_id, "answer_at_once", actor, now, told, version)


def _answer(
    case_id: int,
    action: str,
    actor: Actor,
    now: dt.datetime,
    told: Told,
    version: int | None,
    fields: Mapping[str, str] | None = None,
) -> None:
    with work() as session:
        case = cases.lock(session, case_id, version)
        _check(told)
        case_fields.keep(session, case, cases.regime(session, case), ("feed_back",), fields, actor, now)
        _check_way(cases.regime(session, case), case, told)
        cases.act(session, case, action, actor, now, facts={"means": told.means})
        _keep(session, case, actor, now, told, None)


def answer_directly(slip_id: int, actor: Actor, now: dt.datetime, told: Told) -> None:
    """The unit answers face to face or by phone with the citizen's recorded consent, and reports it (R2.16).

    Raises Refused('no_consent'), Refused('not_direct') where the regime has no such way, Refused('missing', field).
    """
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        if not cases.regime(session, case).reply.direct_with_consent:
            raise Refused("not_direct")
        if told.means not in {"face", "phone"}:
            raise Refused("missing", field="means")
        _check(told)
        needs(satisfaction=told.satisfaction)
        if not case.consent_direct:
            raise Refused("no_consent")
        replies.helped(session, slip_id)
        reply = session.scalar(select(Reply).where(Reply.slip_id == slip_id, Reply.state == "approved"))
        if reply is not None:
            reply.state = "handed_in"
        slips.act_slip(session, slip, case, "answer_directly", actor, now, facts={"means": told.means})
        _keep(session, case, actor, now, told, slip.unit_id)


def rate(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    level: str,
    comment: str = "",
) -> None:
    """Takes the citizen's rating of this round's answer, once.

    Raises Refused('missing', field='level'), Refused('rated_before'), Refused('window_closed', until).
    """
    with work() as session:
        case = cases.lock(session, case_id)
        if level not in LEVELS:
            raise Refused("missing", field="level")
        _in_time(session, case, now, cases.regime(session, case).rating_days)
        row = rating_of(session, case)
        if row is not None and row.level:
            raise Refused("rated_before")
        cases.act(session, case, "rate", actor, now, facts={"level": level})
        keep_rating(session, case, row, now, level=level, comment=comment, by=_who(actor))
        if actor.as_role is Role.CITIZEN:
            return_visits.rated_online(session, case, level, now)


def rehandle(case_id: int, actor: Actor, now: dt.datetime, *, reason: str, version: int | None = None) -> None:
    """Hears a dissatisfied citizen again: a new round begins with the office.

    Raises Refused('missing', field='reason'), Refused('window_closed', until), Refused('reopened_enough', times).
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        needs(reason=reason)
        book = cases.regime(session, case)
        rule = book.reopen
        _in_time(session, case, now, feedback.review_days(book))
        if rule.times is not None and case.round > rule.times:
            raise Refused("reopened_enough", times=rule.times)
        begin_again(session, case, actor, now, reason, _who(actor))


def close(case_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """Closes an answered case.

    Raises Refused('still_to_rate', until) while the citizen, who hasn't rated yet, may still do so, and
    Refused('not_content') where the rule book goes on until the citizen is content and the rating says otherwise.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        row = rating_of(session, case)
        book = cases.regime(session, case)
        until = rate_until(case, book.rating_days)
        if (row is None or not row.level) and until is not None and now < until:
            raise Refused("still_to_rate", until=until)
        if row is not None and row.level in DISSATISFIED and book.feedback and book.feedback.until_satisfied:
            raise Refused("not_content")  # R1.09, R6.09, R26.05
        cases.act(session, case, "close", actor, now)
        case.closed_at = now
        return_visits.owe(session, case, now)


def archive(case_id: int, actor: Actor, now: dt.datetime, *, version: int | None = None) -> None:
    """Files the case away with the list of what its file contains (R2.18, R5.10).

    Raises Refused('visit_owed') while the return visit that the rule book wants has not been made.
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        return_visits.must_be_made(session, case, actor)
        cases.act(session, case, "archive", actor, now)
        case.archived_at = now


def rate_until(case: Case, days: int) -> dt.datetime | None:
    """Until when the answer can be rated; None before there is an answer."""
    return case.answered_at + dt.timedelta(days=days) if case.answered_at else None


def _check(told: Told) -> None:
    if told.means not in feedback.MEANS:
        raise Refused("missing", field="means")
    needs(text=told.text)
    if told.means == "phone":
        needs(record=told.record)
    if told.means == "face" and not told.signed:
        raise Refused("missing", field="signed")
    if told.satisfaction and told.satisfaction not in LEVELS:
        raise Refused("missing", field="satisfaction")


def _check_way(book: Regime, case: Case, told: Told) -> None:
    if feedback.needs_reason(book, case.channel, told.means):
        needs(why_means=told.why_means)
    if feedback.asks_opinion(book, told.means):
        needs(satisfaction=told.satisfaction)


def _keep(session: Session, case: Case, actor: Actor, now: dt.datetime, told: Told, unit_id: int | None) -> None:
    session.add(
        Answer(
            case_id=case.id,
            round=case.round,
            means=told.means,
            text=told.text.strip(),
            record=told.record.strip(),
            signed=told.signed,
            satisfaction=told.satisfaction,
            why_means=told.why_means.strip(),
            by_id=actor.person_id or 0,
            by_unit_id=unit_id,
            at=now,
        )
    )
    case.answered_at, case.waiting = now, False
    if told.satisfaction:
        keep_rating(session, case, rating_of(session, case), now, level=told.satisfaction, by=told.means)


def _in_time(session: Session, case: Case, now: dt.datetime, days: int) -> None:
    until = rate_until(case, days)
    if until is not None and now > until:
        raise Refused("window_closed", until=until)


def _who(actor: Actor) -> str:
    return "citizen" if actor.as_role is Role.CITIZEN else "staff"
