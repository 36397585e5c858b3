"""What tests of a rule book's chains of approval do: let a post decide, or find that it may not."""

from __future__ import annotations

from shared.services import approvals
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import approval, refusal


def says(place: rw.RegimeWorld, role: str, case_id: int, verdict: str = "yes", subject: str = "decision") -> None:
    """The post decides the newest request of this subject, with a comment."""
    call = dict(verdict=verdict, comment="请按这个意见办理。")
    approvals.decide(approval(case_id, subject).id, place.actor(role), w.MONDAY, **call)


def denied(place: rw.RegimeWorld, role: str, case_id: int, subject: str = "decision", verdict: str = "yes") -> str:
    """Why the post may not decide it."""
    call = dict(verdict=verdict, comment="不应当由我决定。")
    return refusal(approvals.decide, approval(case_id, subject).id, place.actor(role), w.MONDAY, **call)
