"""What a unit or an investigator proposes, and the approvals it passes before the citizen hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import work
from shared.domain.errors import Refused, needs
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.models.case import Case
from shared.models.slip import CoHandling, Reply, Slip
from shared.services import case_fields, cases, helps, slips
from shared.services.approvals import need_post

OUTCOMES = ("solved", "planned", "unsolvable")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The solution, the answer proposed, and what R2.14 asks for where it is not solved in time or at all."""

    outcome: str
    solution: str
    opinion: str
    plan: str = ""
    reason: str = ""


def check(proposal: Proposal, regime: Regime) -> None:
    """Raises Refused('missing', field) for the first field that this outcome must carry (R2.14)."""
    if proposal.outcome not in OUTCOMES:
        raise Refused("missing", field="outcome")
    needs(solution=proposal.solution, opinion=proposal.opinion)
    if proposal.outcome == "planned" and regime.reply.plan_when_planned:
        needs(plan=proposal.plan)
    if proposal.outcome == "unsolvable" and regime.reply.reason_when_unsolvable:
        needs(reason=proposal.reason)


def save(
    slip_id: int,
    actor: Actor,
    now: dt.datetime,
    proposal: Proposal,
    *,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> int:
    """Keeps a draft of the unit's reply; returns the reply's id. `version` is the draft's."""
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        slips.act_slip(session, slip, case, "save_reply", actor, now)
        return _draft(session, case, slip, actor, now, proposal, fields, version).id


def submit(
    slip_id: int,
    actor: Actor,
    now: dt.datetime,
    proposal: Proposal,
    *,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> None:
    """Hands the draft to the unit's leader (R2.10, R2.11).

    Raises Refused('missing', field), Refused('no_section') before a section is named, Refused('stale').
    """
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        check(proposal, cases.regime(session, case))
        if slip.section_id is None:
            raise Refused("no_section")
        _draft(session, case, slip, actor, now, proposal, fields, version, state="submitted")
        slips.act_slip(session, slip, case, "submit_reply", actor, now)


def decide(
    slip_id: int, actor: Actor, now: dt.datetime, *, approved: bool, comment: str = "", version: int | None = None
) -> None:
    """The unit's leader approves the reply or sends it back with a comment (R2.11); never one's own draft.

    Raises Refused('own_draft'), Refused('missing', field='comment'), Refused('stale').
    """
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        reply = _latest(session, case, slip_id, "submitted", version)
        _judge(reply, actor, now, approved, comment)
        slips.act_slip(session, slip, case, "approve_reply" if approved else "send_back_reply", actor, now)


def hand_in(slip_id: int, actor: Actor, now: dt.datetime) -> None:
    """Reports the approved reply to the office (R2.10); the first-receiving unit answers for all (R2.13).

    Raises Refused('help_missing') while a co-handling unit's opinion is still out.
    """
    with work() as session:
        slip, case = slips.lock(session, slip_id)
        reply = _latest(session, case, slip_id, "approved", None)
        helped(session, slip_id)
        reply.state = "handed_in"
        slips.act_slip(session, slip, case, "hand_in", actor, now)


def reject(case_id: int, actor: Actor, now: dt.datetime, *, comment: str, version: int | None = None) -> None:
    """The office sends a reply back to the unit to be done again; raises Refused('missing', field='comment')."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        needs(comment=comment)
        slip_id = session.scalar(
            select(Slip.id).where(Slip.case_id == case.id, Slip.state == "handed_in").order_by(Slip.id.desc()).limit(1)
        )
        if slip_id is None:
            raise Refused("not_now", action="reject_reply", state=case.state)
        slip, case = slips.lock(session, slip_id)
        reply = _latest(session, case, slip_id, "handed_in", None)
        reply.state, reply.comment = "rejected", comment.strip()
        slips.act_slip(session, slip, case, "reject_reply", actor, now)


def submit_opinion(
    case_id: int,
    actor: Actor,
    now: dt.datetime,
    proposal: Proposal,
    *,
    fields: Mapping[str, str] | None = None,
    version: int | None = None,
) -> None:
    """The investigator's preliminary opinion goes to the government leader (R5.06, R5.07)."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        check(proposal, cases.regime(session, case))
        _draft(session, case, None, actor, now, proposal, fields, None, state="submitted")
        cases.act(session, case, "submit_opinion", actor, now)


def save_opinion(
    case_id: int, actor: Actor, now: dt.datetime, proposal: Proposal, *, fields: Mapping[str, str] | None = None
) -> None:
    """Keeps a draft of the preliminary opinion."""
    with work() as session:
        case = cases.lock(session, case_id)
        held = cases.roles(session, case, actor)
        if "investigator" not in held or case.state != "handling":
            raise Refused("not_yours", action="submit_opinion")
        _draft(session, case, None, actor, now, proposal, fields, None)


def decide_opinion(
    case_id: int, actor: Actor, now: dt.datetime, *, approved: bool, comment: str = "", version: int | None = None
) -> None:
    """The leader in the post that the rule book names approves the opinion, or sends it back (R5.07, R9.13)."""
    with work() as session:
        case = cases.lock(session, case_id, version)
        cases.roles(session, case, actor)
        reply = _latest(session, case, None, "submitted", None)
        _judge(reply, actor, now, approved, comment)
        need_post(session, case, actor, now, "opinion", "approve_opinion")
        cases.act(session, case, "approve_opinion" if approved else "send_back_opinion", actor, now)


def helped(session: Session, slip_id: int) -> None:
    """Raises Refused('help_missing') while a co-handling unit's part is neither in nor waived (R2.13)."""
    open_parts = select(CoHandling.id).where(CoHandling.slip_id == slip_id, CoHandling.state.in_(helps.OPEN_HELP))
    if session.scalar(open_parts.limit(1)) is not None:
        raise Refused("help_missing")


def _judge(reply: Reply, actor: Actor, now: dt.datetime, approved: bool, comment: str) -> None:
    if reply.author_id == actor.person_id:
        raise Refused("own_draft")
    if not approved:
        needs(comment=comment)
    reply.state = "approved" if approved else "sent_back"
    reply.approver_id, reply.comment, reply.decided_at = actor.person_id, comment.strip(), now


def _latest(session: Session, case: Case, slip_id: int | None, state: str, version: int | None) -> Reply:
    reply = session.scalar(
        select(Reply)
        .where(Reply.case_id == case.id, Reply.slip_id == slip_id, Reply.state == state)
        .order_by(Reply.id.desc())
        .limit(1)
    )
    if reply is None:
        raise Refused("not_now", action="reply", state=case.state)
    if version is not None and version != reply.version:
        raise Refused("stale", version=reply.version)
    return reply


def _draft(
    session: Session,
    case: Case,
    slip: Slip | None,
    actor: Actor,
    now: dt.datetime,
    proposal: Proposal,
    fields: Mapping[str, str] | None,
    version: int | None,
    *,
    state: str = "draft",
) -> Reply:
    """The draft with these words and the rule book's own fields, left a draft or handed on in another state.

    A version that was sent back or rejected stays as it was, a new one is begun.
    """
    slip_id, step = (slip.id, "submit_reply") if slip else (None, "submit_opinion")
    draft, book = state == "draft", cases.regime(session, case)
    case_fields.keep(session, case, book, (step,), fields, actor, now, slip_id=slip_id, draft=draft)
    reply = session.scalar(
        select(Reply).where(Reply.case_id == case.id, Reply.slip_id == slip_id, Reply.state == "draft")
    )
    if reply is not None and version is not None and version != reply.version:
        raise Refused("stale", version=reply.version)
    if reply is None:
        reply = Reply(case_id=case.id, slip_id=slip_id, round=case.round, created_at=now)
        session.add(reply)
    reply.author_id = actor.person_id or 0
    reply.outcome, reply.solution, reply.opinion = proposal.outcome, proposal.solution.strip(), proposal.opinion.strip()
    reply.plan, reply.reason, reply.state = proposal.plan.strip(), proposal.reason.strip(), state
    session.flush()
    return reply
