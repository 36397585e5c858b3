"""What a made-up institution keeps beside its complaints: a plan at work, records, a roster, a training."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast
from shared.domain.case_records import KINDS, Entry
from shared.domain.lifecycle import Role, State
from shared.models.case import Case
from shared.services import case_records, incidents, office_records, rosters
from shared.services.office_records import Done

TOLD = {
    "statement": Entry("statement", "respondent", text="情况属实，愿意返工，请给两周时间。"),
    "consultation": Entry("consultation", text="各单位意见一致，由牵头单位先处理，其他单位配合。"),
    "site_survey": Entry("site_survey", "unsolved", text="到现场看过，和来信说的一致。", partner="两名技术员"),
    "report_up": Entry("report_up", text="已经说明情况和现在的进展。", partner="上一级负责人"),
}
"""What the made-up offices have written down, where their rule books call for it."""
WHY = "涉及人身安全，已经引起围观，可能影响项目正常运营。"


def fill(cast: Cast, now: dt.datetime) -> None:
    """A little of everything that the rule book keeps."""
    at = now - dt.timedelta(hours=1)
    found = _open_case(cast)
    if found is not None:
        _records(cast, found, at)
        if cast.regime.emergency is not None:
            _plan(cast, found, at)
    _roster(cast, now)
    if any(one.code == "training" for one in cast.regime.duties):
        who = cast.who(Role.INTAKE)
        day = now.astimezone(ZoneInfo("Asia/Shanghai")).date() - dt.timedelta(days=20)
        people = (who.person_id or 0,)
        done = Done("training", "投诉接待礼仪和保密", day, people, "外请讲师一人", "课件存档案柜，全部通过考核。")
        office_records.keep(who, now, done)


def _open_case(cast: Cast) -> int | None:
    """The newest complaint in hand; the gravest class first, where the rule book has classes."""
    gravest = cast.regime.severities[-1].code if cast.regime.severities else ""
    with reading() as session:
        own = select(Case.id).where(Case.institution_id == cast.institution_id, Case.state == str(State.HANDLING))
        grave = session.scalar(own.where(Case.severity == gravest).order_by(Case.id.desc()).limit(1))
        return grave or session.scalar(own.order_by(Case.id.desc()).limit(1))


def _records(cast: Cast, case_id: int, at: dt.datetime) -> None:
    for rule in cast.regime.records:
        if rule.kind in TOLD:
            entry, units = TOLD[rule.kind], tuple(cast.units[u] for u in ("u0", "u1") if u in cast.units)
            who = next(cast.who(role) for role in (Role.CHIEF, Role.INTAKE) if role in KINDS[rule.kind].roles)
            taken = units if "units" in KINDS[rule.kind].fields else ()
            said = Entry(entry.kind, entry.result, entry.text, entry.partner, taken, at=at)
            case_records.keep(case_id, who, at, said)


def _plan(cast: Cast, case_id: int, at: dt.datetime) -> None:
    head = cast.who(Role.CHIEF)
    incidents.start(case_id, cast.who(Role.INTAKE), at, why=WHY)
    for minutes, code in ((4, "report"), (35, "scene")):
        note = "电话报告组长，马上派人。" if code == "report" else "两人到场，先停工，疏散围观的人。"
        incidents.take_step(case_id, head, at + dt.timedelta(minutes=minutes), code=code, note=note)
    people = cast.who(Role.GOV_LEADER).person_id or 0
    incidents.join(case_id, head, at, group=cast.regime.emergency.team[0].code, person_id=people)  # type: ignore[union-attr]


def _roster(cast: Cast, now: dt.datetime) -> None:
    """The next days on which somebody is needed, two people taking turns."""
    if not cast.regime.rosters:
        return
    head = cast.who(Role.CHIEF)
    today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    rows, staff = rosters.days(head, today, today + dt.timedelta(days=60))
    for n, row in enumerate(rows[:10]):
        for part in row.shifts:
            person = list(staff)[n % len(staff)]
            rosters.assign(head, now, roster=row.periods[0].roster, day=row.day, part=part, person_id=person)
