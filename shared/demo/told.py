"""What complainants of the small institutions were told: a day, a visit at the door, results in public."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import select

from shared.crypto import Keys
from shared.db import reading
from shared.demo.cast import Cast, Hours, Pace
from shared.domain import on_site
from shared.domain.lifecycle import Role
from shared.domain.visibility import CITIZEN
from shared.models.case import Case
from shared.models.clock import ClockRow
from shared.services import appointments, promises, published_results
from shared.services.appointments import When

RESULTS = {
    ("R9", 5): ("公交站台的地面破损，行人容易绊倒。", "地面已经修好，今后每个月检查。", True),
    ("R16", 0): (
        "销售时承诺的车位权益，和交付时说的不一样。",
        "核实后按原来的承诺补签协议，今后的承诺一律写进合同。",
        True,
    ),
    ("R16", 7): ("验房时提出的问题，没有按时改完。", "已经全部改完，整改进度改为每周告知业主。", True),
    ("R16", 1): ("阳台的护栏安装不牢。", "当天加固，同类护栏全部检查。", False),
}
"""Rule book and place of the complaint: the problem and the result in words of the office's own, and whether a second
person has let them out yet."""
MEASURES, OWNER = "先停用或者围挡，查明原因，处理好以后再恢复。", "部门负责人"
PURPOSE = "到现场看一看，当面说明怎么办。"


def fill(cast: Cast, hours: Hours, keys: Keys, now: dt.datetime) -> None:
    """Appointments at the door and results in public, where the rule book has them."""
    _results(cast, hours, keys, now)
    if on_site.kept(cast.regime):
        _appointments(cast, hours, now)


def day(cast: Cast, hours: Hours, case_id: int, at: dt.datetime) -> None:
    """The day by which it will be done, where the rule book lets one be named and none stands yet."""
    limits = promises.named_limits(cast.regime)
    if not limits:
        return
    with reading() as session:
        known = select(ClockRow.id).where(ClockRow.case_id == case_id, ClockRow.limit_id.in_(limits))
        running = session.scalar(known.limit(1))
        session.rollback()
    if running is None:
        until = hours.next_day(at.astimezone(hours.zone).date(), 4)
        who = cast.who(Role.INTAKE)  # measures and who answers for them: a serious one must have both (R12.04)
        promises.promise(case_id, who, at, day=until, agreed=True, measures=MEASURES, owner=OWNER)


def _pace(cast: Cast, hours: Hours, case_id: int, now: dt.datetime) -> Pace:
    rng = random.Random(f"{cast.regime.code}:{case_id}:told")  # noqa: S311  made-up lives, no secrets
    return Pace.after(case_id, hours, rng, now)


def _results(cast: Cast, hours: Hours, keys: Keys, now: dt.datetime) -> None:
    for (code, n), (problem, result, out) in RESULTS.items():
        if code == cast.regime.code:
            case_id = cast.filed[n]
            pace = _pace(cast, hours, case_id, now)
            published_results.write(case_id, cast.who(Role.INTAKE), pace.next(), keys, problem=problem, result=result)
            if out:
                published_results.decide(case_id, cast.who(Role.CHIEF), pace.next(), keys, publish=True)


def _appointments(cast: Cast, hours: Hours, now: dt.datetime) -> None:
    """One that both sides have agreed to, one that the office waits for, one that waits for the office."""
    office, today = cast.who(Role.INTAKE), now.astimezone(hours.zone).date()
    with reading() as session:
        open_ones = [i for i in cast.filed.values() if session.get_one(Case, i).state == "handling"]
        session.rollback()
    for n, case_id in enumerate(open_ones[:3]):
        pace = _pace(cast, hours, case_id, now)
        when = When(hours.next_day(today, n + 1), on_site.HALVES[n % 2], PURPOSE)
        if n == 1:
            appointments.propose_by_citizen(case_id, pace.next(0), when)
        else:
            appointments.propose(case_id, office, pace.next(0), when)
        if n == 0:
            appointments.agree(case_id, CITIZEN, pace.next(0))
