"""More time: promised to the citizen with a reason (R2.07), by the leader's approval where the regime asks (R5.08)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.regimes.limits import ExtensionRule
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.models.extension import Extension
from shared.services import cases
from shared.services.approvals import need_post
from shared.services.calendars import calendar

FARTHEST_DAYS = 366
"""No rule book grants more at once; a date beyond it is a slip of the pen."""


def extend(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    new_day: dt.date,
    reason: str,
    agreed: bool = False,
    version: int | None = None,
) -> None:
    """Promises the citizen a later date and says why, where no approval is needed (R2.07).

    Raises Refused('missing', field='reason'), Refused('no_limit_runs'), Refused('not_later', old),
    Refused('too_many_extensions', times), Refused('too_far', days), Refused('too_late_to_extend', old),
    Refused('missing', field='agreed') where the complainant has to agree to the new day (R3.07, R20.06).
    """
    with work() as session:
        case = cases.lock(session, case_id, version)
        row = _ask(session, case, actor, now, new_day, reason, agreed)
        row.state = "granted"
        row.decided_by, row.decided_at = actor.person_id, now
        _grant(session, case, row, "extend", actor, now)


def ask(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    new_day: dt.date,
    reason: str,
    agreed: bool = False,
    version: int | None = None,
) -> None:
    """Asks the leader for more time (R5.08); raises as `extend`, or Refused('extension_open')."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        if _open(session, case) is not None:
            raise Refused("extension_open")
        row = _ask(session, case, actor, now, new_day, reason, agreed)
        facts = {"asked_until": new_day.isoformat(), "limit": row.limit_id}
        cases.act(session, case, "ask_extension", actor, now, facts=facts)


def decide(
    case_id: int, actor: Actor, now: dt.datetime, *, granted: bool, comment: str = "", version: int | None = None
) -> None:
    """The leader grants or declines it (R5.08); a declined one needs a comment."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        cases.roles(session, case, actor)
        row = _open(session, case)
        if row is None:
            raise Refused("not_now", action="grant_extension", state=case.state)
        if row.asked_by == actor.person_id:
            raise Refused("own_draft")
        need_post(session, case, actor, now, "extension", "grant_extension")
        if not granted:
            needs(comment=comment)
        row.decided_by, row.decided_at, row.comment = actor.person_id, now, comment.strip()
        row.state = "granted" if granted else "declined"
        if granted:
            _grant(session, case, row, "grant_extension", actor, now)
        else:
            cases.act(session, case, "decline_extension", actor, now)


def _open(session: Session, case: Case) -> Extension | None:
    return session.scalar(select(Extension).where(Extension.case_id == case.id, Extension.state == "asked"))


def _grant(session: Session, case: Case, row: Extension, action: str, actor: Actor, now: dt.datetime) -> None:
    case.extensions += 1
    facts = {"limit": row.limit_id, "until": row.new_day.isoformat(), "was": row.old_day.isoformat()}
    units = [case.unit_id] if case.unit_id else []
    cases.act(session, case, action, actor, now, units=units, facts=facts)


def _running(session: Session, case: Case, limits: list[str]) -> ClockRow:
    running = session.scalar(
        select(ClockRow)
        .where(ClockRow.case_id == case.id, ClockRow.limit_id.in_(limits), ClockRow.stopped_at.is_(None))
        .order_by(ClockRow.due_at)
        .limit(1)
    )
    if running is None:
        raise Refused("no_limit_runs")
    return running


def _check(rule: ExtensionRule, running: ClockRow, given: int, new_day: dt.date) -> None:
    """Raises Refused where the rule book's caps or plain sense forbid the new day; `given` is how often it moved."""
    if new_day <= running.due_day:
        raise Refused("not_later", field="new_day", old=running.due_day)
    if (new_day - running.due_day).days > FARTHEST_DAYS:
        raise Refused("too_far", field="new_day", days=FARTHEST_DAYS)
    if rule.max_times is not None and given >= rule.max_times:
        raise Refused("too_many_extensions", times=rule.max_times)
    if rule.max_days is not None and (new_day - running.first_due_day).days > rule.max_days:
        raise Refused("too_far", field="new_day", days=rule.max_days)


def _ask(
    session: Session, case: Case, actor: Actor, now: dt.datetime, new_day: dt.date, reason: str, agreed: bool
) -> Extension:
    needs(reason=reason)
    rule = cases.regime(session, case).extension
    running = _running(session, case, rule.limits)
    if rule.before_expiry and now >= running.due_at:  # R20.06: while the day that was told has not passed
        raise Refused("too_late_to_extend", old=running.due_day)
    _check(rule, running, case.extensions, new_day)
    if not calendar(session).is_working(new_day):
        raise Refused("day_off", field="new_day")
    if rule.agreed and not agreed:
        raise Refused("missing", field="agreed")
    row = Extension(
        case_id=case.id,
        limit_id=running.limit_id,
        reason=reason.strip(),
        old_day=running.due_day,
        new_day=new_day,
        agreed=agreed,
        state="asked",
        asked_by=actor.person_id or 0,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    return row
