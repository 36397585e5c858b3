"""What a made-up institution keeps beside its complaints: a plan at work, records, rosters, calls, duties done."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast
from shared.domain.case_records import KINDS, Entry
from shared.domain.lifecycle import Role, State
from shared.domain.rosters import Call
from shared.models.case import Case
from shared.services import case_records, happenings, incidents, office_records, rosters
from shared.services.office_records import Done

TOLD = {
    "statement": Entry("statement", "respondent", text="情况属实，愿意返工，请给两周时间。"),
    "consultation": Entry("consultation", text="各单位意见一致，由牵头单位先处理，其他单位配合。"),
    "site_survey": Entry("site_survey", "unsolved", text="到现场看过，和来信说的一致。", partner="两名技术员"),
    "report_up": Entry("report_up", text="已经说明情况和现在的进展。", partner="上一级负责人"),
}
"""What the made-up offices have written down, where their rule books call for it."""
DONE = {
    "training": ("投诉接待礼仪和保密", "外请讲师一人", "课件存档案柜，全部通过考核。"),
    "agreement": ("逐条学习前期物业管理服务协议", "客服、工程、秩序三个部门", "学习笔记存客户服务部。"),
    "maintenance": ("第四季度电梯、水泵和消防设施保养", "维保单位两人", "保养单已经签字存档。"),
    "outreach": ("周末便民服务：量血压、修雨伞", "社区卫生站三人", "照片存宣传栏。"),
    "revise": ("修订员工投诉举报制度中受理和保密两节", "人力资源部两人", "修订稿已经公布。"),
    "daily": ("查阅上周的客户投诉处理记录", "", "查阅人已经在记录上签名。"),
    "first": ("抽查首问登记，看第一个接待的人有没有跟到底", "", "抽查十件，都有记录。"),
    "survey": ("向重点客户发放满意度调查表", "网络维护部一人", "回收的调查表存客户服务部。"),
}
"""What was done, who took part from elsewhere, and where the papers are, by the duty's code."""
TAKEN = (("call", "explained", 26), ("visit", "passed_on", 50), ("call", "explained", 75))
"""What a duty officer took: how, what came of it, so many hours ago."""
EXPOSED = "本地报纸民生版的报道，剪报存档案柜。"
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
    _calls(cast, now)
    _duties(cast, now)
    _exposed(cast, now)


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


def _calls(cast: Cast, now: dt.datetime) -> None:
    """R4.03: visits and calls taken on duty."""
    if not any(one.keeps for one in cast.regime.rosters):
        return
    codes = [one.code for one in cast.regime.categories]
    for n, (kind, outcome, hours) in enumerate(TAKEN):
        at = now - dt.timedelta(hours=hours)
        rosters.took(cast.who(Role.INTAKE), at, Call(kind, codes[n % len(codes)], outcome, at))


def _duties(cast: Cast, now: dt.datetime) -> None:
    """What the office did that belongs to no case, a week between one and the next."""
    today, who = now.astimezone(ZoneInfo("Asia/Shanghai")).date(), cast.who(Role.INTAKE)
    for n, duty in enumerate(one.code for one in cast.regime.duties if one.code in DONE):
        topic, others, materials = DONE[duty]
        done = Done(duty, topic, today - dt.timedelta(days=20 - 7 * n), (who.person_id or 0,), others, materials)
        office_records.keep(who, now, done)


def _exposed(cast: Cast, now: dt.datetime) -> None:
    """R24.04: a paper has written about it; the days in which the unit may answer in public run."""
    if "exposed" not in happenings.offered(cast.regime):
        return
    about = select(Case.id).where(Case.institution_id == cast.institution_id, Case.category == "media")
    with reading() as session:
        case_id = session.scalar(about.where(Case.is_open).limit(1))
        session.rollback()
    if case_id is not None:
        day, at = now.astimezone(ZoneInfo("Asia/Shanghai")).date(), now - dt.timedelta(minutes=50)
        happenings.record(case_id, cast.who(Role.INTAKE), at, kind="exposed", day=day, text=EXPOSED)
