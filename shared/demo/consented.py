"""Whoever has to agree under the rule book is asked and agrees, one level after the other."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from shared.db import reading
from shared.demo.cast import Cast
from shared.domain import approvals as rules
from shared.domain.approvals import Standing
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role
from shared.models.approval import Approval
from shared.models.case import Case
from shared.services import approval_guard, approvals
from shared.services.regimes import regime_of

WORDS = {
    "acceptance": "理由成立，材料齐全，建议受理。",
    "transfer": "情况已经核对，建议交有关部门办理。",
    "report": "调查报告已经完成，请审阅。",
    "close": "已经处理并答复，请审批。",
}


def consented(cast: Cast, case_id: int, action: str, now: dt.datetime) -> None:
    """Gets every approval that the step still waits for."""
    while of := _missing(case_id, action):
        waiting = _asked(case_id, of)
        if waiting is None:
            waiting = _lay(cast, case_id, of, now)
        while _asked(case_id, of) is not None:
            _next(cast, waiting, now)


def laid(cast: Cast, case_id: int, action: str, now: dt.datetime) -> None:
    """Asks for the first approval that the step waits for, and nobody has decided yet."""
    if of := _missing(case_id, action):
        _lay(cast, case_id, of, now)


def _lay(cast: Cast, case_id: int, of: str, now: dt.datetime) -> int:
    text = WORDS.get(of, "情况已经查明，请决定。")
    return approvals.lay(case_id, cast.who(Role.INTAKE), now, subject=of, text=text)


def _missing(case_id: int, action: str) -> str:
    with reading() as session:
        case = session.get_one(Case, case_id)
        book = regime_of(session, case.regime_version_id)
        how = approval_guard.stands(session, case)
        return rules.missing(book, action, approval_guard.classes(case), how)


def _asked(case_id: int, of: str) -> int | None:
    with reading() as session:
        query = select(Approval.id).where(Approval.case_id == case_id, Approval.subject == of)
        return session.scalar(query.where(Approval.state == str(Standing.ASKED)))


def _next(cast: Cast, approval_id: int, now: dt.datetime) -> None:
    """The first of the staff whose turn it is says yes."""
    for actor in cast.actors.values():
        try:
            approvals.decide(approval_id, actor, now, verdict="yes")
        except Refused:
            continue
        return
    raise LookupError("nobody can agree to it")
