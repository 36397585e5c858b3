"""What a citizen reads about the own case, in few statements, and never a person's name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from shared import crypto
from shared.db import BigId, UtcDateTime, reading
from shared.domain import feedback, on_site
from shared.domain.calendar import Calendar
from shared.domain.lifecycle import CASE_STEPS, State
from shared.domain.public_events import PUBLIC
from shared.domain.regimes import Regime
from shared.domain.regimes.citizen import Appeal
from shared.models.answer import Answer, Decision
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.event import Event
from shared.models.evidence import EvidenceDay, EvidenceLeaf
from shared.models.extension import Extension
from shared.models.institution import Institution
from shared.models.outbox import Delivery, OutboxRow
from shared.models.question import Question
from shared.models.rating import Rating
from shared.models.visit import Visit
from shared.services.calendars import calendar
from shared.services.regimes import regime_of


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline; `old` and `new` are the days of an extension."""

    at: dt.datetime
    kind: str
    text: str = ""
    old: dt.date | None = None
    new: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Whether and how the newest notice went; `channel` is sms, email, letter or call, never an address."""

    state: str
    at: dt.datetime | None
    channel: str


@dataclass(frozen=True, slots=True)
class OwnCase:
    """The case as its citizen may see it at the moment `now`."""

    now: dt.datetime
    seen_at: dt.datetime
    """When the visit was last at work."""
    case: Case
    institution: Institution
    regime: Regime
    calendar: Calendar
    steps: list[Step]
    decision: Decision | None
    answers: list[Answer]
    question: Question | None
    rating: Rating | None
    due: ClockRow | None
    """The limit that is a promise to the citizen; what staff owe each other in between is not shown."""
    files: list[Attachment]
    first: Event | None = None
    """The receipt, which holds the complaint's code (存证码)."""
    leaf: EvidenceLeaf | None = None
    root: EvidenceDay | None = None
    """The code's path, and the published root that it leads to; None until its day has ended."""
    told: Told | None = None
    """How the citizen was told of the newest thing; None where there was nothing to tell, or no wish to be told."""

    def _takes(self, action: str) -> bool:
        return State(self.case.state) in CASE_STEPS[action].frm

    @property
    def consent_asked(self) -> bool:
        """Whether a question about the identity waits for an answer."""
        said = [s.kind for s in self.steps if s.kind in {"consent_asked", "consent_given", "consent_refused"}]
        return 2 * said.count("consent_asked") > len(said)

    @property
    def erased(self) -> bool:
        """Whether the words of the case are gone."""
        return not self.case.story and any(s.kind == "erased" for s in self.steps)

    @property
    def may_withdraw(self) -> bool:
        """Until it is answered."""
        return self._takes("withdraw")

    @property
    def may_add_files(self) -> bool:
        """While somebody still works on it."""
        return self.case.is_open

    @property
    def has_rated(self) -> bool:
        """Whether this round's answer has its rating."""
        return self.rating is not None and bool(self.rating.level)

    @property
    def rate_until(self) -> dt.datetime | None:
        """Until when the answer can be rated."""
        return self._after_answer(self.regime.rating_days)

    @property
    def review_until(self) -> dt.datetime | None:
        """Until when the citizen can ask to be heard again."""
        return self._after_answer(feedback.review_days(self.regime))

    @property
    def on_site(self) -> bool:
        """Whether somebody may come."""
        return self.case.is_open and on_site.kept(self.regime)

    @property
    def review(self) -> Appeal | None:
        """The review that the rule book names; None where it only hears again."""
        return feedback.review(self.regime)

    @property
    def ways_out(self) -> list[Appeal]:
        """Where else one may go."""
        return feedback.ways_out(self.regime)

    @property
    def heard_enough(self) -> bool:
        """Heard again as often as the rule book allows."""
        times = self.regime.reopen.times
        return times is not None and self.case.round > times

    @property
    def may_rate(self) -> bool:
        """An answer that has no rating yet, in time."""
        return self._takes("rate") and not self.has_rated and self._in_time(self.rate_until)

    @property
    def may_ask_again(self) -> bool:
        """Answered, in time, and not heard again as often as the rule book allows."""
        return self._takes("rehandle") and not self.heard_enough and self._in_time(self.review_until)

    def _after_answer(self, days: int) -> dt.datetime | None:
        return self.case.answered_at + dt.timedelta(days=days) if self.case.answered_at else None

    def _in_time(self, until: dt.datetime | None) -> bool:
        return until is None or self.now <= until


THIS: BindParameter[int] = bindparam("case", type_=BigId)
_MINE = aliased(OutboxRow)
_NEWEST = select(func.max(_MINE.id)).where(
    _MINE.case_id == Case.id, _MINE.audience == "citizen", _MINE.state != "dropped"
)
_WENT_BY = select(func.max(Delivery.channel)).where(
    Delivery.outbox_id == OutboxRow.id, Delivery.state.in_(["sent", "delivered"])
)
_VISITED = (
    select(Case, Institution, Visit.seen_at, EvidenceLeaf, EvidenceDay, OutboxRow, _WENT_BY.scalar_subquery())
    .join(Visit, Visit.case_id == Case.id)
    .join(Institution, Institution.id == Case.institution_id)
    .outerjoin(EvidenceLeaf, EvidenceLeaf.case_id == Case.id)
    .outerjoin(EvidenceDay, EvidenceDay.id == EvidenceLeaf.day_id)
    .outerjoin(OutboxRow, OutboxRow.id == _NEWEST.scalar_subquery())
    .options(joinedload(Case.unit))
    .where(Visit.id == bindparam("visit"), Visit.seen_at > bindparam("oldest", type_=UtcDateTime()))
)
_EVENTS = select(Event).where(Event.case_id == THIS, Event.kind.in_(PUBLIC)).order_by(Event.seq)
_ANSWERS = select(Answer).where(Answer.case_id == THIS).order_by(Answer.id)
_SENT = select(Attachment).where(Attachment.case_id == THIS, Attachment.origin == "citizen").order_by(Attachment.id)
_PAPERS = (
    select(Decision, Question, Extension, Rating, ClockRow)
    .select_from(Case)
    .outerjoin(Decision, Decision.case_id == Case.id)
    .outerjoin(Question, Question.case_id == Case.id)
    .outerjoin(Extension, (Extension.case_id == Case.id) & (Extension.state == "granted"))
    .outerjoin(Rating, (Rating.case_id == Case.id) & (Rating.round == Case.round))
    .outerjoin(
        ClockRow,
        (ClockRow.case_id == Case.id)
        & ClockRow.stopped_at.is_(None)
        & ClockRow.limit_id.in_(bindparam("promised", expanding=True)),
    )
    .where(Case.id == THIS)
    .order_by(Decision.id, Question.id, Extension.id)
)
"""The few rows that hang on the case, side by side; each may be missing or repeat. Statements are written once."""


def own_case(token: str | None, now: dt.datetime, idle_minutes: int) -> OwnCase | None:
    """The case that the visit may read, in five statements; None when the visit is over.

    The rows belong to no session: they stay readable after whatever is done next.
    """
    if not token:
        return None
    facts = {"visit": crypto.token_id(token), "oldest": now - dt.timedelta(minutes=idle_minutes)}
    with reading() as session:
        row = session.execute(_VISITED, facts).one_or_none()
        if row is None:
            return None
        found = _gathered(session, row[0], row[1], now, row[2])
        found = replace(found, leaf=row[3], root=row[4], told=_told(row[5], row[6]))
        session.expunge_all()
    return found


def _told(row: OutboxRow | None, channel: str | None) -> Told | None:
    if row is None:
        return None
    return Told(row.state, row.done_at, row.outcome if row.state == "replaced" else channel or "")


def _gathered(
    session: Session, case: Case, institution: Institution, now: dt.datetime, seen_at: dt.datetime
) -> OwnCase:
    regime = regime_of(session, case.regime_version_id)
    own = {"case": case.id}
    papers: list[Papers] = [*session.execute(_PAPERS, own | {"promised": _promises(regime)})]
    events = list(session.scalars(_EVENTS, own))
    questions = {q.id: q for _, q, _, _, _ in papers if q is not None}
    extensions = {e.id: e for _, _, e, _, _ in papers if e is not None}
    running = [c for _, _, _, _, c in papers if c is not None]
    return OwnCase(
        now=now,
        seen_at=seen_at,
        case=case,
        institution=institution,
        regime=regime,
        calendar=calendar(session),
        steps=_steps(events, list(questions.values()), list(extensions.values())),
        decision=papers[-1][0],
        answers=list(session.scalars(_ANSWERS, own)),
        question=next((q for q in questions.values() if not q.answered_at and not q.lapsed_at), None),
        rating=papers[-1][3],
        due=min(running, key=lambda c: c.due_at, default=None),
        files=list(session.scalars(_SENT, own)),
        first=events[0] if events else None,
    )


Papers = Row[Decision | None, Question | None, Extension | None, Rating | None, ClockRow | None]


def _promises(regime: Regime) -> list[str]:
    """The limits that end with what the citizen waits for: the decision on acceptance, the result, the answer."""
    told = {"upper", *regime.extension.limits}
    for rule in regime.limits:
        decides = "received" in rule.starts and "accepted" in rule.stops
        answers = "answered" in rule.stops and "transferred" not in rule.stops
        if not rule.right and (decides or answers):
            told.add(rule.id)
    return sorted(told)


def _steps(events: list[Event], questions: list[Question], extensions: list[Extension]) -> list[Step]:
    """The timeline, newest first; questions, answers and reasons for more time stand in their own words."""
    words: dict[tuple[str, dt.datetime], str] = {("question_asked", q.asked_at): q.text for q in questions}
    words |= {("question_answered", q.answered_at): q.answer for q in questions if q.answered_at}
    longer = {e.decided_at: e for e in extensions}
    steps = []
    for event in reversed(events):
        more = longer.get(event.at) if event.kind == "extended" else None
        if more is None:
            steps.append(Step(event.at, event.kind, words.get((event.kind, event.at), "")))
        else:
            steps.append(Step(event.at, event.kind, more.reason, more.old_day, more.new_day))
    return steps
