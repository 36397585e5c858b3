"""What an institution sets for its reports: how often, the target, the size of an outlet, who is above whom."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain import reports
from shared.domain.errors import Refused, needs
from shared.domain.visibility import Actor, need
from shared.models.institution import Institution
from shared.models.report import ReportSetting, TierMember, TierNode
from shared.models.unit import HANDLING, Unit
from shared.services.admin_acts import note
from shared.services.regimes import regime_of

MOST_BASE = 1_000_000_000
MOST_NODES = 200


def set_rhythm(actor: Actor, now: dt.datetime, *, code: str, every: str, days: int | None) -> None:
    """How often a report is made that the rule book calls 定期 (R9.15, R15.10, R16.04, R19.04).

    Raises Refused('missing', field), Refused('no_such_case') for a report whose calendar the rule book fixes.
    """
    need(actor, "set_reports")
    rhythm = reports.Rhythm.of(every, days)
    with work() as session:
        report = reports.report_of(_book(session, actor), code)
        if report is None or report.due.kind != "set":
            raise Refused("no_such_case")
        _keep(session, actor, now, f"rhythm:{code}", {"every": rhythm.every, "days": rhythm.days})


def set_target(actor: Actor, now: dt.datetime, *, percent: Decimal | None) -> None:
    """Which share of complainants is to be satisfied (W1.04); raises Refused('missing', field='percent')."""
    need(actor, "set_reports")
    if percent is None or not percent.is_finite() or not 0 < percent <= 100:
        raise Refused("missing", field="percent")
    with work() as session:
        share = (percent / 100).quantize(Decimal("0.0001"))
        _keep(session, actor, now, "target", {"share": str(share)})


def set_base(actor: Actor, now: dt.datetime, *, unit_id: int, n: int | None) -> None:
    """How many customers, households or deals an outlet has, by which its complaints are compared (W4.01).

    Raises Refused('missing', field='n'), Refused('no_such_unit').
    """
    need(actor, "set_reports")
    if n is None or not 0 < n <= MOST_BASE:
        raise Refused("missing", field="n")
    with work() as session:
        _unit(session, actor, unit_id)
        _keep(session, actor, now, f"base:{unit_id}", {"n": n})


def add_place(actor: Actor, now: dt.datetime, *, tier: str, name: str, parent_id: int | None) -> int:
    """Draws an area or a group above the units (R23.01).

    Raises Refused('missing', field), Refused('no_such_unit', field='parent_id') where what is above isn't higher.
    """
    need(actor, "set_reports")
    needs(name=name)
    with work() as session:
        tiers = [one.code for one in _book(session, actor).tiers]
        if tier not in tiers:
            raise Refused("missing", field="tier")
        above = _place(session, actor, parent_id) if parent_id else None
        if above is not None and tiers.index(above.tier) <= tiers.index(tier):
            raise Refused("no_such_unit", field="parent_id")
        count = len(session.scalars(select(TierNode.id).where(TierNode.institution_id == actor.institution_id)).all())
        if count >= MOST_NODES:
            raise Refused("not_now")
        row = TierNode(institution_id=actor.institution_id, tier=tier, name=name.strip()[:80], parent_id=parent_id)
        session.add(row)
        session.flush()
        note(session, actor, now, "report_set", facts={"key": f"place:{row.id}"})
        return row.id


def put_under(actor: Actor, now: dt.datetime, *, unit_id: int, node_id: int | None) -> None:
    """Says under which place a unit stands, or under none."""
    need(actor, "set_reports")
    with work() as session:
        _unit(session, actor, unit_id)
        row = session.get(TierMember, unit_id)
        if node_id:
            _place(session, actor, node_id)
            if row is None:
                session.add(TierMember(unit_id=unit_id, node_id=node_id))
            else:
                row.node_id = node_id
        elif row is not None:
            session.delete(row)
        note(session, actor, now, "report_set", unit_id=unit_id, facts={"key": f"under:{node_id or 0}"})


def _keep(session: Session, actor: Actor, now: dt.datetime, key: str, value: dict[str, Any]) -> None:
    own = ReportSetting.institution_id == actor.institution_id, ReportSetting.key == key
    row = session.scalar(select(ReportSetting).where(*own).with_for_update())
    if row is None:
        row = ReportSetting(institution_id=actor.institution_id, key=key)
        session.add(row)
    row.value, row.by_id, row.at = value, actor.person_id or 0, now
    note(session, actor, now, "report_set", facts={"key": key})


def _book(session: Session, actor: Actor) -> Any:
    place = session.scalars(select(Institution).where(Institution.id == actor.institution_id).with_for_update()).one()
    return regime_of(session, place.regime_version_id)


def _unit(session: Session, actor: Actor, unit_id: int) -> Unit:
    row = session.get(Unit, unit_id)
    if row is None or row.institution_id != actor.institution_id or row.kind != HANDLING:
        raise Refused("no_such_unit", field="unit_id")
    return row


def _place(session: Session, actor: Actor, node_id: int) -> TierNode:
    row = session.get(TierNode, node_id)
    if row is None or row.institution_id != actor.institution_id:
        raise Refused("no_such_unit", field="parent_id")
    return row
