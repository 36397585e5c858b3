"""What everybody may read of common issues: those that are published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select

from shared.db import reading
from shared.models.common_issue import CommonIssue
from shared.models.institution import Institution

PAGE = 10


@dataclass(frozen=True, slots=True)
class Published:
    """One issue with the institution that speaks."""

    issue: CommonIssue
    place: Institution


@dataclass(frozen=True, slots=True)
class Notices:
    """One page of issues: its number and how many pages there are."""

    issues: list[Published]
    number: int
    pages: int


def notices(institution: Institution | None, words: str, number: int) -> Notices:
    """Published issues, newest first; of all institutions where none is named. `number` counts pages from 1."""
    query = _published(institution)
    if words:
        texts = (CommonIssue.public_title, CommonIssue.public_problem, CommonIssue.public_improvement)
        query = query.where(or_(*(text.icontains(words, autoescape=True) for text in texts)))
    with reading() as session:
        count = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
        pages = max(1, -(-count // PAGE))
        number = min(number, pages)
        ordered = query.order_by(CommonIssue.published_at.desc(), CommonIssue.id.desc())
        rows = session.execute(ordered.limit(PAGE).offset(PAGE * (number - 1))).all()
    return Notices([Published(issue, place) for issue, place in rows], number, pages)


def notice(institution: Institution | None, issue_id: int) -> Published | None:
    """One published issue; None where it isn't published (any more)."""
    with reading() as session:
        row = session.execute(_published(institution).where(CommonIssue.id == issue_id)).one_or_none()
    return Published(row[0], row[1]) if row else None


def _published(institution: Institution | None) -> Select[CommonIssue, Institution]:
    query = select(CommonIssue, Institution).join(Institution, Institution.id == CommonIssue.institution_id)
    query = query.where(CommonIssue.state == "published")
    return query.where(CommonIssue.institution_id == institution.id) if institution else query
