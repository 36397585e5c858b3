"""The record of administrators' acts: a line is added in the transaction of the act itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from shared.domain.visibility import Actor
from shared.models.admin_act import AdminAct

KINDS = (
    "institution_created",
    "institution_renamed",
    "account_created",
    "account_changed",
    "account_closed",
    "account_reopened",
    "link_made",
    "password_set",
    "role_granted",
    "role_removed",
    "sessions_ended",
    "factor_added",
    "factor_removed",
    "factor_reset",
    "codes_renewed",
    "unit_created",
    "unit_renamed",
    "unit_closed",
    "unit_reopened",
    "rule_set",
    "sms_template_kept",
    "sms_hours_set",
    "notices_released",
    "notices_refused",
    "work_handed_over",
    "notice_retried",
    "notice_replaced",
    "notice_called",
    "notice_dropped",
    "notice_released",
    "absence_set",
    "absence_ended",
    "report_submitted",
    "report_exported",
    "report_set",
)


def note(
    session: Session,
    actor: Actor,
    now: dt.datetime,
    kind: str,
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
    role: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds a line to the record, in the transaction of the act itself."""
    row = AdminAct(institution_id=actor.institution_id, at=now, actor_id=actor.person_id, kind=kind, role=role)
    row.person_id, row.unit_id, row.facts = person_id, unit_id, facts or {}
    session.add(row)
