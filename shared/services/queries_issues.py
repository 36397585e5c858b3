"""Which complaints of late are alike, so that a common issue may be drawn from them (R2.17)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select

from shared.db import reading
from shared.domain.visibility import Actor, need
from shared.models.case import Case
from shared.models.common_issue import CommonIssue, CommonIssueCase
from shared.services import barrier, search

LOOKED_BACK = dt.timedelta(days=90)
LOOKED_AT = 300
ALIKE = 0.15
"""Below that share of common pairs two texts merely use the same everyday words."""
SHOWN, SMALLEST = 5, 3


@dataclass(frozen=True, slots=True)
class Member:
    """A case of a group."""

    id: int
    register_no: str
    summary: str
    respondent: str


@dataclass(slots=True)
class Group:
    """Cases that resemble the first of them."""

    pairs: set[str]
    members: list[Member] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        """The cases, as many as an issue takes."""
        return [m.id for m in self.members[:200]]


def groups(actor: Actor, now: dt.datetime) -> list[Group]:
    """Groups of similar cases of the last 90 days that no common issue is drawn from yet, the largest first."""
    need(actor, "draft_issue")
    taken = select(CommonIssueCase.case_id).join(CommonIssue).where(CommonIssue.state != "withdrawn")
    recent = (
        select(Case.id, Case.register_no, Case.summary, Case.respondent, Case.story)
        .where(Case.institution_id == actor.institution_id, Case.received_at > now - LOOKED_BACK)
        .where(Case.id.not_in(taken), barrier.open_to(actor))
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(LOOKED_AT)
    )
    found: list[Group] = []
    with reading() as session:
        for case_id, number, summary, respondent, story in session.execute(recent):
            pairs = set(search.grams(f"{respondent}\n{story}"))
            near = max(found, key=lambda g: _share(g.pairs, pairs), default=None)
            if near is None or _share(near.pairs, pairs) < ALIKE:
                near = Group(pairs)
                found.append(near)
            near.members.append(Member(case_id, number, summary, respondent))
    large = [g for g in found if len(g.members) >= SMALLEST]
    return sorted(large, key=lambda g: -len(g.members))[:SHOWN]


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one | other) or 1)
