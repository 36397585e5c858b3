"""Penalties that a rule book calls for and that nobody has put on record: by case, in a handful of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import unindexed
from shared.domain import ledger
from shared.domain.follow_up import DISSATISFIED
from shared.domain.ledger import Standing
from shared.domain.lifecycle import ADMIN_ROLES
from shared.domain.regimes import Regime
from shared.domain.regimes.records import PenaltyRule
from shared.domain.visibility import SEEN_BY, Actor
from shared.models.case import Case
from shared.models.event import Event
from shared.models.finding import Finding
from shared.models.penalty import Penalty
from shared.models.rating import Rating
from shared.services import barrier, findings

LOOKED_BACK = dt.timedelta(days=90)
MOST = 100
"""So many cases are looked at, those with the newest grounds."""
KINDS = ("assessed", "finding_made", "defaulted", *sorted(set(ledger.GROUNDS.values())))
"""Events without which nothing is called for; what the complainant says is added where a rule asks for it."""


@dataclass(frozen=True, slots=True)
class Called:
    """A case and the rules under which something is due that stands nowhere."""

    case: Case
    rules: list[PenaltyRule]


def called(session: Session, actor: Actor, book: Regime, now: dt.datetime) -> list[Called]:
    """The cases on which the actor could propose what is called for, the newest ground first."""
    rules = [rule for rule in book.penalties if rule.kind != "ranking" and _proposes(book, rule, actor)]
    if not rules:
        return []
    grounds = _grounds(session, actor, book, now)
    found = {case.id: case for case in _cases(session, grounds)}
    known, lines = _standings(session, list(found)), _lines(session, list(found))
    by_trigger = _by_trigger(session, list(found))
    rows = []
    for case_id in (i for i in grounds if i in found):
        standing, told = known[case_id], by_trigger[case_id]
        due = [rule for rule in rules if rule.code in told or ledger.demanded(book, rule, standing)]
        unwritten = [rule for rule in due if not lines[case_id] & _same(rules, rule)]
        if unwritten:
            rows.append(Called(found[case_id], unwritten))
    return rows


def _proposes(book: Regime, rule: PenaltyRule, actor: Actor) -> bool:
    held = actor.roles - ADMIN_ROLES
    return bool(ledger.levels(book, rule)[0] & held and held & SEEN_BY["ledger"])


def _same(rules: list[PenaltyRule], rule: PenaltyRule) -> set[str]:
    """Rules for the same ground about the same one are alternatives: the paper or the television (R24.04)."""
    return {one.code for one in rules if (one.on, one.whom) == (rule.on, rule.whom)} | {rule.code}


def _grounds(session: Session, actor: Actor, book: Regime, now: dt.datetime) -> list[int]:
    """The cases in whose story a ground may stand, without those that are kept from the reader."""
    facts = {condition.fact for one in book.triggers for condition in one.when}
    kinds = [*KINDS, *(("reopened", "rated") if "dissatisfied" in facts else ())]
    kinds += ["filed_upward", "settled_failed"] if "coordination" in facts else []
    query = select(Event.case_id).join(Case, Case.id == Event.case_id)
    here = Case.institution_id == actor.institution_id, barrier.open_to(actor)
    query = query.where(*here, Event.kind.in_(kinds), Event.at > now - LOOKED_BACK)
    return list(session.scalars(query.group_by(Event.case_id).order_by(func.max(Event.id).desc()).limit(MOST)))


def _cases(session: Session, ids: list[int]) -> list[Case]:
    return list(session.scalars(select(Case).where(Case.id.in_(ids)))) if ids else []


def _standings(session: Session, ids: list[int]) -> dict[int, Standing]:
    """`ledger.standing` of many cases; what ran late stands in the story as what its trigger led to."""
    held: dict[int, list[Finding]] = defaultdict(list)
    for row in session.scalars(select(Finding).where(Finding.case_id.in_(ids))) if ids else ():
        held[row.case_id].append(row)
    kinds: dict[int, set[str]] = defaultdict(set)
    told = select(Event.case_id, Event.kind).where(Event.case_id.in_(ids)).distinct()
    for case_id, kind in session.execute(told) if ids else ():
        kinds[case_id].add(kind)
    bad = select(Rating.case_id).where(Rating.case_id.in_(ids), Rating.level.in_(DISSATISFIED))
    unhappy = set(session.scalars(bad)) if ids else set()
    return {
        i: Standing(
            findings=frozenset(one.code for one in findings.holding(held[i])),
            events=frozenset(kinds[i]),
            dissatisfied="reopened" in kinds[i] or i in unhappy,
        )
        for i in ids
    }


def _by_trigger(session: Session, ids: list[int]) -> dict[int, set[str]]:
    """The rules that the recorded facts have called for (R24.06, R24.08)."""
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Event.case_id, Event.facts).where(Event.case_id.in_(ids), unindexed(Event.kind) == "assessed")
    for case_id, facts in session.execute(query) if ids else ():
        found[case_id] |= set(facts.get("penalties", []))
    return found


def _lines(session: Session, ids: list[int]) -> dict[int, set[str]]:
    """The rules of every line, whatever became of it: one that was declined isn't called for again."""
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Penalty.case_id, Penalty.rule).where(Penalty.case_id.in_(ids))
    for case_id, rule in session.execute(query) if ids else ():
        found[case_id or 0].add(rule)
    return found
