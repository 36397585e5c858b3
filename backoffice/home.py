"""我的工作: what waits for the person who is signed in, most urgent first."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from backoffice import bp
from shared import clock
from shared.domain.lifecycle import Role
from shared.services import queries_desk, queries_work, rosters
from shared.services.queries_heaps import Task
from shared.web.auth import me
from shared.web.page import page, see_other

ADMIN_HOMES = (
    (Role.SYSTEM_ADMIN, "office.people"),
    (Role.SECURITY_ADMIN, "office.people"),
    (Role.AUDITOR, "office.acts"),
)


@bp.get("/")
def home() -> Response:
    """The desk."""
    if first := next((page for role, page in ADMIN_HOMES if role in me().roles), None):
        return see_other(first)
    now = clock.now()
    desk = queries_work.desk(me(), now)
    return page(
        "backoffice/home.html",
        heaps=desk.heaps,
        counts=queries_desk.counts(me(), now, desk.heaps),
        first=queries_desk.most_urgent(desk.heaps),
        now=now,
        calendar=queries_work.calendar_now(),
        address=address,
        in_office=me().in_office,
        on_duty=rosters.now_on(me(), now) if me().in_office else [],
    )


PAGES = {
    "case": ("office.case_page", "case_id"),
    "identity": ("office.case_identity", "case_id"),
    "notice": ("office.notice", "outbox_id"),
    "slip": ("office.slip_page", "slip_id"),
    "action": ("office.action_page", "action_id"),
    "report": ("office.report", "report_id"),
    "approval": ("office.approval", "approval_id"),
    "penalty": ("office.penalty", "penalty_id"),
    "called": ("office.case_penalties", "case_id"),
    "supervision": ("office.supervision", "supervision_id"),
    "my_supervision": ("office.my_supervision", "supervision_id"),
    "issue": ("office.cluster", "issue_id"),
    "evidence": ("office.evidence_page", "request_id"),
}
"""The page on which each kind of task is done, and what its address calls the number."""


def address(task: Task) -> str:
    """The page on which a task is done."""
    endpoint, name = PAGES[task.kind]
    number: dict[str, Any] = {name: task.id}
    return url_for(endpoint, **number)
