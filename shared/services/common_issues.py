"""Common issues (R2.17): drawn from cases of one kind, approved by a second person, published by a job."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from shared.crypto import Keys
from shared.db import reading, work
from shared.domain import publication
from shared.domain.errors import Refused, needs
from shared.domain.lifecycle import Role
from shared.domain.visibility import DONE_BY, SYSTEM, Actor, Place, may_see, need
from shared.models.case import Case
from shared.models.common_issue import CommonIssue, CommonIssueCase
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.services import barrier, cases, identities, search
from shared.services.regimes import regime_of

DRAFTERS = DONE_BY["draft_issue"]
FOUND = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What the public will read."""

    title: str
    problem: str
    improvement: str


def save(
    issue_id: int | None,
    actor: Actor,
    now: dt.datetime,
    words: Words,
    case_ids: list[int],
    *,
    version: int | None = None,
) -> int:
    """Keeps a draft and the cases it is drawn from; returns its id. Raises Refused('not_now') or Refused('stale')."""
    _drafter(actor)
    with work() as session:
        if issue_id is None:
            issue = CommonIssue(
                institution_id=actor.institution_id, state="draft", drafted_by=actor.person_id or 0, drafted_at=now
            )
            session.add(issue)
        else:
            issue = _locked(session, issue_id, actor, "draft", version)
        issue.title, issue.problem, issue.improvement = words.title, words.problem, words.improvement
        issue.drafted_by, issue.drafted_at = actor.person_id or 0, now  # whoever wrote last may not approve
        session.flush()
        own = select(Case.id).where(Case.id.in_(case_ids), Case.institution_id == actor.institution_id)
        found = list(session.scalars(own))
        session.execute(delete(CommonIssueCase).where(CommonIssueCase.common_issue_id == issue.id))
        session.add_all(CommonIssueCase(common_issue_id=issue.id, case_id=c) for c in found)
        return issue.id


def submit(issue_id: int, actor: Actor, now: dt.datetime, keys: Keys, *, version: int | None = None) -> None:
    """Hands the draft to a second person; raises Refused('missing' | 'too_few' | 'personal' | 'overlap')."""
    _drafter(actor)
    with work() as session:
        issue = _locked(session, issue_id, actor, "draft", version)
        _check(session, issue, keys, now)
        issue.state, issue.comment = "submitted", ""
        _tell(session, issue, "issue_submitted", "office_chief", now)


def decide(
    issue_id: int,
    actor: Actor,
    now: dt.datetime,
    keys: Keys,
    *,
    approved: bool,
    comment: str = "",
    version: int | None = None,
) -> None:
    """A second person approves it, or sends it back with a comment; raises Refused('own_draft') and as `submit`."""
    need(actor, "decide_issue")
    with work() as session:
        issue = _locked(session, issue_id, actor, "submitted", version)
        if issue.drafted_by == actor.person_id:
            raise Refused("own_draft")
        if approved:
            issue.complainants = _check(session, issue, keys, now)
        else:
            needs(comment=comment)
        issue.state = "approved" if approved else "draft"
        issue.decided_by, issue.decided_at, issue.comment = actor.person_id, now, comment.strip()


def publish(issue_id: int, now: dt.datetime) -> bool:
    """Publishes an approved issue and notes it on its cases; twice does no harm. Returns whether it did."""
    with work() as session:
        issue = session.scalar(select(CommonIssue).where(CommonIssue.id == issue_id).with_for_update())
        if issue is None or issue.state != "approved":
            return False
        issue.state, issue.published_at = "published", now
        issue.show(public=True)
        linked = select(CommonIssueCase.case_id).where(CommonIssueCase.common_issue_id == issue_id)
        for case_id in session.scalars(linked.order_by(CommonIssueCase.case_id)).all():
            case = cases.lock(session, case_id)
            facts = {"issue": issue_id}
            cases.record(session, case, "issue_published", SYSTEM, now, role=Role.SYSTEM, facts=facts)
            session.flush()
        _tell(session, issue, "issue_published", "office_intake", now)
        return True


def approved_ids() -> list[int]:
    """Approved issues that no job has published yet."""
    with reading() as session:
        return list(session.scalars(select(CommonIssue.id).where(CommonIssue.state == "approved").limit(50)))


def withdraw(issue_id: int, actor: Actor, now: dt.datetime, *, comment: str) -> None:
    """Takes a published issue down, with a reason that stays on record."""
    need(actor, "decide_issue")
    with work() as session:
        issue = _locked(session, issue_id, actor, "published", None)
        needs(comment=comment)
        issue.state, issue.comment = "withdrawn", comment.strip()
        issue.show(public=False)
        issue.decided_by, issue.decided_at = actor.person_id, now


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue with its cases, for the office."""

    issue: CommonIssue
    cases: list[Case]
    least: int


def view(issue_id: int, actor: Actor) -> IssueView:
    """The issue as the office sees it; raises Refused('no_such_case') where it isn't the actor's."""
    with reading() as session:
        issue = session.get(CommonIssue, issue_id)
        if issue is None or not may_see(actor, "issues", Place(issue.institution_id)):
            raise Refused("no_such_case")
        return IssueView(issue, _cases(session, issue_id, barrier.open_to(actor)), _least(session, issue))


def listed(actor: Actor) -> list[tuple[CommonIssue, int]]:
    """The office's issues, newest first, with how many cases each is drawn from."""
    with reading() as session:
        of_issue = and_(
            CommonIssueCase.common_issue_id == CommonIssue.id, barrier.open_to(actor, CommonIssueCase.case_id)
        )
        query = (
            select(CommonIssue, func.count(CommonIssueCase.id))
            .outerjoin(CommonIssueCase, of_issue)
            .where(CommonIssue.institution_id == actor.institution_id)
            .group_by(CommonIssue.id)
            .order_by(CommonIssue.id.desc())
            .limit(100)
        )
        return [(issue, n) for issue, n in session.execute(query)]


def find_cases(actor: Actor, words: str, category: str) -> list[Case]:
    """Cases that could belong together: by words they share and by category, newest first."""
    with reading() as session:
        where = [Case.institution_id == actor.institution_id]
        matching = search.matches(session, actor.institution_id or 0, words) if words else None
        where += [matching] if matching is not None else []
        where += [Case.category == category] if category else []
        if len(where) == 1:
            return []
        where.append(barrier.open_to(actor))
        return list(session.scalars(select(Case).where(*where).order_by(Case.id.desc()).limit(FOUND)))


def cases_by_id(actor: Actor, ids: list[int]) -> list[Case]:
    """The institution's cases among these."""
    with reading() as session:
        query = select(Case).where(
            Case.id.in_(ids[:200]), Case.institution_id == actor.institution_id, barrier.open_to(actor)
        )
        return list(session.scalars(query.order_by(Case.id.desc())))


def _cases(session: Session, issue_id: int, *open_to: ColumnElement[bool]) -> list[Case]:
    query = select(Case).join(CommonIssueCase, CommonIssueCase.case_id == Case.id)
    return list(
        session.scalars(query.where(CommonIssueCase.common_issue_id == issue_id, *open_to).order_by(Case.id.desc()))
    )


def _check(session: Session, issue: CommonIssue, keys: Keys, now: dt.datetime) -> int:
    """Passes the rules of publication or raises; returns the number of complainants."""
    needs(title=issue.title, problem=issue.problem, improvement=issue.improvement)
    linked = _cases(session, issue.id)
    said = [issue.title, issue.problem, issue.improvement]
    sources = [f"{c.story}\n{c.wish}" for c in linked]
    publication.check(said, sources, _names(session, linked, keys), len(linked), _least(session, issue))
    publication.check_coarse(said)
    publication.check_distance([c.received_at for c in linked], now)
    return len(linked)


def _names(session: Session, linked: list[Case], keys: Keys) -> list[str]:
    """What complainants wrote of themselves and must not stand in the text; no process here knows more of them."""
    found, by_id = list[str](), {c.id: c for c in linked}
    query = select(Complainant).where(Complainant.case_id.in_([c.id for c in linked]))
    for row in session.scalars(query):
        found += identities.names_in_words(keys, by_id[row.case_id], row)
    return found


def _least(session: Session, issue: CommonIssue) -> int:
    institution = session.get_one(Institution, issue.institution_id)
    return regime_of(session, institution.regime_version_id).publication.least


def _drafter(actor: Actor) -> None:
    need(actor, "draft_issue")


def _locked(session: Session, issue_id: int, actor: Actor, state: str, version: int | None) -> CommonIssue:
    issue = session.scalar(select(CommonIssue).where(CommonIssue.id == issue_id).with_for_update())
    if issue is None or issue.institution_id != actor.institution_id:
        raise Refused("no_such_case")
    if version is not None and version != issue.version:
        raise Refused("stale", version=issue.version)
    if issue.state != state:
        raise Refused("not_now", action="issue", state=issue.state)
    return issue


def _tell(session: Session, issue: CommonIssue, notice: str, audience: str, now: dt.datetime) -> None:
    row = OutboxRow(
        institution_id=issue.institution_id, notice=notice, audience=audience, not_before=now, created_at=now
    )
    row.facts = {"issue": issue.id}
    session.add(row)
