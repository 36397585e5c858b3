"""Results told on the platform (R9.06): written anew, checked as an announcement is, published by a second person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import reading, work
from shared.domain import feedback, publication
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import State
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor, need
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.published_result import PublishedResult
from shared.services import barrier, cases, identities
from shared.services.regimes import regime_of

SHOWN = 50
OPEN_MODES = frozenset({"anonymous", "named", "behalf"})
"""What somebody has asked to be kept confidential is told nowhere."""
ENDED = frozenset({State.ANSWERED, State.CLOSED, State.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Shown:
    """What everybody reads of one result: no number, no day."""

    category: str
    problem: str
    result: str
    month: dt.date


def write(case_id: int, actor: Actor, now: dt.datetime, keys: Keys, *, problem: str, result: str) -> None:
    """Keeps what is to be told, where the rule book tells results of this channel.

    Raises Refused('not_published'), Refused('missing'), Refused('personal'), Refused('overlap'), Refused('too_exact').
    """
    need(actor, "draft_issue")
    with work() as session:
        case = barrier.case_for(session, case_id, actor)
        if not may_be_told(cases.regime(session, case), case):
            raise Refused("not_published")
        needs(problem=problem, result=result)
        _check(session, case, keys, problem, result)
        row = session.scalar(select(PublishedResult).where(PublishedResult.case_id == case_id).with_for_update())
        if row is not None and row.state == "published":
            raise Refused("not_now", action="publish")
        if row is None:
            row = PublishedResult(
                institution_id=case.institution_id, case_id=case.id, state="draft", problem="", result="",
                drafted_by=actor.person_id or 0, drafted_at=now,
            )  # fmt: skip
            session.add(row)
        row.problem, row.result, row.category, row.state = problem, result, case.category, "draft"
        row.drafted_by, row.drafted_at = actor.person_id or 0, now


def decide(case_id: int, actor: Actor, now: dt.datetime, keys: Keys, *, publish: bool) -> None:
    """A second person publishes it, or takes it down again; raises Refused('own_draft') and as `write`."""
    need(actor, "decide_issue")
    with work() as session:
        case = barrier.case_for(session, case_id, actor)
        row = session.scalar(select(PublishedResult).where(PublishedResult.case_id == case_id).with_for_update())
        if row is None or row.state != ("draft" if publish else "published"):
            raise Refused("not_now", action="publish")
        if publish:
            if row.drafted_by == actor.person_id:
                raise Refused("own_draft")
            _check(session, case, keys, row.problem, row.result)
            row.published_at = now
        row.state, row.decided_by = "published" if publish else "withdrawn", actor.person_id


def of_case(case_id: int, actor: Actor) -> PublishedResult | None:
    """What is or was to be told of a case; raises Refused('no_such_case')."""
    with reading() as session:
        barrier.case_for(session, case_id, actor)
        row = session.scalar(select(PublishedResult).where(PublishedResult.case_id == case_id))
        session.expunge_all()
        return row


def shown(place: Institution) -> list[Shown]:
    """What everybody may read, newest first."""
    with reading() as session:
        book = regime_of(session, place.regime_version_id)
        query = select(PublishedResult).where(
            PublishedResult.institution_id == place.id, PublishedResult.state == "published"
        )
        rows = session.scalars(
            query.order_by(PublishedResult.published_at.desc(), PublishedResult.id.desc()).limit(SHOWN)
        )
        return [
            Shown(book.name_of("categories", r.category), r.problem, r.result, r.published_at.date())
            for r in rows
            if r.published_at is not None and r.problem
        ]


def may_be_told(book: Regime, case: Case) -> bool:
    """Whether the rule book tells the result of this case: by its channel, once answered, never a confidential one."""
    told = feedback.published(book, case.channel)
    return told and case.mode in OPEN_MODES and State(case.state) in ENDED


def _check(session: Session, case: Case, keys: Keys, *said: str) -> None:
    who = session.get(Complainant, case.id)
    names = identities.names_in_words(keys, case, who) if who is not None else ()
    publication.check(said, [f"{case.story}\n{case.wish}\n{case.happened}"], names, 1, 1)
    publication.check_coarse(said)
