"""What a citizen reads about the own case, in few statements, and never a person's name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared import crypto
from shared.db import reading
from shared.domain.calendar import Calendar
from shared.domain.lifecycle import State
from shared.domain.regimes import Regime
from shared.models.answer import Answer, Decision
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.event import Event
from shared.models.extension import Extension
from shared.models.institution import Institution
from shared.models.question import Question
from shared.models.rating import Rating
from shared.models.visit import Visit
from shared.services.calendars import calendar
from shared.services.regimes import regime_of

PUBLIC = frozenset(
    [
        "received",
        "accepted",
        "refused",
        "referred",
        "question_asked",
        "question_answered",
        "question_lapsed",
        "transferred",
        "signed",
        "return_granted",
        "reply_handed_in",
        "reply_rejected",
        "investigated",
        "opinion_approved",
        "extended",
        "answered",
        "answered_directly",
        "rated",
        "reopened",
        "withdrawn",
        "closed",
        "archived",
        "issue_published",
        "due_moved",
    ]
)
"""Events that a citizen reads; what units and leaders do among themselves stays inside."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    at: dt.datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnCase:
    """The case as its citizen may see it."""

    case: Case
    institution: Institution
    regime: Regime
    calendar: Calendar
    steps: list[Step]
    decision: Decision | None
    answers: list[Answer]
    question: Question | None
    rating: Rating | None
    files: list[Attachment]

    @property
    def may_withdraw(self) -> bool:
        """Until it is answered."""
        return self.case.is_open

    @property
    def may_rate(self) -> bool:
        """An answer that has no rating yet."""
        answered = self.case.state in {State.ANSWERED, State.CLOSED}
        return answered and (self.rating is None or not self.rating.level)

    @property
    def may_ask_again(self) -> bool:
        """Answered, and not heard again as often as the rule book allows."""
        return self.case.state in {State.ANSWERED, State.CLOSED} and self.case.round <= self.regime.reopen.times

    def until(self, days: int) -> dt.datetime | None:
        """So many days after the answer."""
        return self.case.answered_at + dt.timedelta(days=days) if self.case.answered_at else None


def own_case(token: str | None, now: dt.datetime, idle_minutes: int) -> OwnCase | None:
    """The case that the visit may read, in six statements at most; None when the visit is over."""
    if not token:
        return None
    oldest = now - dt.timedelta(minutes=idle_minutes)
    with reading() as session:
        found = session.execute(
            select(Case, Institution)
            .join(Visit, Visit.case_id == Case.id)
            .join(Institution, Institution.id == Case.institution_id)
            .options(joinedload(Case.unit))
            .where(Visit.id == crypto.token_id(token), Visit.seen_at > oldest)
        ).one_or_none()
        if found is None:
            return None
        case, institution = found
        events = session.scalars(
            select(Event).where(Event.case_id == case.id, Event.kind.in_(PUBLIC)).order_by(Event.seq)
        ).all()
        papers = session.execute(
            select(Decision, Question, Extension, Rating)
            .select_from(Case)
            .outerjoin(Decision, Decision.case_id == Case.id)
            .outerjoin(Question, Question.case_id == Case.id)
            .outerjoin(Extension, (Extension.case_id == Case.id) & (Extension.state == "granted"))
            .outerjoin(Rating, (Rating.case_id == Case.id) & (Rating.round == Case.round))
            .where(Case.id == case.id)
            .order_by(Decision.id, Question.id, Extension.id)
        ).all()
        answers = list(session.scalars(select(Answer).where(Answer.case_id == case.id).order_by(Answer.id)))
        files = session.scalars(select(Attachment).where(Attachment.case_id == case.id, Attachment.origin == "citizen"))
        questions = {row[1].id: row[1] for row in papers if row[1] is not None}
        extensions = {row[2].id: row[2] for row in papers if row[2] is not None}
        open_question = next((q for q in questions.values() if not q.answered_at and not q.lapsed_at), None)
        return OwnCase(
            case=case,
            institution=institution,
            regime=regime_of(session, case.regime_version_id),
            calendar=calendar(session),
            steps=_steps(list(events), list(questions.values()), list(extensions.values())),
            decision=papers[-1][0],
            answers=answers,
            question=open_question,
            rating=papers[-1][3],
            files=list(files),
        )


def _steps(events: list[Event], questions: list[Question], extensions: list[Extension]) -> list[Step]:
    """The timeline, newest first; a question and a reason for more time are told in their own words."""
    words: dict[tuple[str, dt.datetime], str] = {("question_asked", q.asked_at): q.text for q in questions}
    words |= {("question_answered", q.answered_at): q.answer for q in questions if q.answered_at}
    words |= {("extended", e.decided_at): e.reason for e in extensions if e.decided_at}
    return [Step(e.at, e.kind, words.get((e.kind, e.at), "")) for e in reversed(events)]
