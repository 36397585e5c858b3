"""Everybody at every address: a world in which each page has something to show, and a walk through all of them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from backoffice import slips as slip_pages
from backoffice import steps as case_pages
from shared import crypto
from shared.db import work
from shared.domain import regimes as books
from shared.models.approval import Approval
from shared.models.attachment import Attachment
from shared.models.case_record import CaseRecord
from shared.models.common_issue import CommonIssue, CommonIssueCase
from shared.models.corrective import CorrectiveAction
from shared.models.erasure import Certificate
from shared.models.incident import Incident, PlanText, PublicStatement
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.models.penalty import Penalty
from shared.models.person import Grant, Person
from shared.models.privacy import PrivacyRequest
from shared.models.report import ReportRow
from shared.models.roster import DutyShift
from shared.models.second_factor import FirstLink
from shared.models.slip import CoHandling, EvidenceRequest
from shared.models.sms_template import SmsTemplate
from shared.models.survey import Survey
from shared.models.transfer_copy import TransferCopy
from shared.services import regimes
from shared.services.intake import Receipt
from tests.support import world as w
from tests.support.office import Office

OFFICE = ["intake", "dispatcher", "chief", "archivist", "investigator", "gov_leader"]
OWN = [*OFFICE, "signer", "director", "handler", "unit_head"]
ADMINS = ["system_admin", "security_admin", "auditor"]
VISITORS = ["nobody", "citizen", *OWN, "other_unit", *ADMINS, "other_institution", "other_admin"]
ROLE_OF = {"other_unit": "handler", "other_institution": "intake", "other_admin": "system_admin"}
"""Everybody there is: the unit that holds the slip, another unit, the three administrators, another institution."""
FORGED = {"version": "999999"}
"""A stale version: whoever may take a step is told so, and nothing changes for those who come after."""


@dataclass
class Scene:
    """A township with one case under way, and the numbers that stand in addresses."""

    office: Office
    foreign: Office
    receipt: Receipt
    values: dict[str, object]

    def client(self, visitor: str) -> FlaskClient:
        """The browser of one visitor."""
        if visitor == "nobody":
            return self.office.app.test_client()
        if visitor == "citizen":
            client = self.office.app.test_client()
            client.send("/track", receipt_no=self.receipt.receipt_no, code=self.receipt.code)  # type: ignore[attr-defined]
            return client
        if visitor in {"other_institution", "other_admin"}:
            return self.foreign.desk(ROLE_OF[visitor])
        return self.office.desk("other_handler" if visitor == "other_unit" else visitor)

    def fields(self, endpoint: str) -> dict[str, object]:
        """What a POST carries."""
        return FORGED | ({"role": "handler", "unit_id": self.values["unit_id"]} if endpoint.endswith("remove") else {})


def scene(app: Flask) -> Scene:
    """A slip in the finance unit's hands, a file, a request for help, one for material, a draft issue, a colleague."""
    office, foreign = Office(app, w.township), Office(app, w.county)
    world = office.world
    named = {"mode": "named", "identity": {"name": "甲乙丙"}, "contact": {"phone": "13900000001"}}
    with app.app_context():
        for role in ("investigator", "gov_leader"):
            w._person(world, role, role, "office")
        w._person(foreign.world, "system_admin", "system_admin", "office")
        receipt = world.file_case(app, **named)
        case_id, slip_id = w.signed(app, world, **named)
        person_id = world.actor("other_unit_head").person_id
        rows = list(_rows(world, case_id, slip_id, app.extensions["huiyin"].store.put(io.BytesIO(b"x"))))
        with work() as session:
            session.add_all(rows)
            session.add(Grant(person_id=person_id, unit_id=world.unit["villages"], role="handler"))
            session.get_one(Person, person_id).email = "n@example.cn"
            session.flush()
            session.add(_copy(slip_id, rows[0]))
            told = _penalty(world, case_id, session.get_one(Institution, world.institution_id).regime_version_id)
            session.add(told)
            session.flush()
            issue = next(r for r in rows if isinstance(r, CommonIssue))
            incident = next(r for r in rows if isinstance(r, Incident))
            said = PublicStatement(incident_id=incident.id, institution_id=world.institution_id, published_at=w.MONDAY)
            said.title, said.text, said.published_by = "说明", "正在处理。", incident.started_by
            session.add(said)
            session.flush()
            session.add(CommonIssueCase(common_issue_id=issue.id, case_id=case_id))
            session.add(FirstLink(id=crypto.token_id("open"), person_id=person_id, expires_at=w.MONDAY + w.days(1)))
            ids = {type(r).__name__: r.id for r in reversed([*rows, told])}
            statement_id = said.id
            published = rows[-1].id
    values: dict[str, object] = {
        "case_id": case_id,
        "slip_id": slip_id,
        "attachment_id": ids["Attachment"],
        "help_id": ids["CoHandling"],
        "request_id": ids["EvidenceRequest"],
        "privacy_request": ids["PrivacyRequest"],
        "issue_id": ids["CommonIssue"],
        "published": published,
        "copy_id": "c" * 32,
        "certificate_id": ids["Certificate"],
        "template_id": ids["SmsTemplate"],
        "penalty_id": ids["Penalty"],
        "approval_id": ids["Approval"],
        "supervision_id": 1,
        "provider": "aliyun",
        "person_id": person_id,
        "unit_id": world.unit["villages"],
        "outbox_id": ids["OutboxRow"],
        "report_id": ids["ReportRow"],
        "action_id": ids["CorrectiveAction"],
        "paper": "order",
        "code": "accepted",
        "shift_id": ids["DutyShift"],
        "plan_id": ids["PlanText"],
        "statement_id": statement_id,
        "form": "register",
        "slip_paper": "slip",
        "beside": "report",
        "record_id": ids["CaseRecord"],
        "kind": "consultation",
        "survey_id": ids["Survey"],
        "passkey_id": 1,
        "handle": "0" * 16,
        "token": "open",
        "view": "open",
        "office": "nanxi",
        "filename": "css/base.css",
    }
    return Scene(office, foreign, receipt, values)


def _rows(world: w.World, case_id: int, slip_id: int, stored: str) -> Iterator[Any]:
    chief, now = world.actor("chief").person_id, w.MONDAY
    yield Attachment(
        case_id=case_id, origin="citizen", stored=stored, name="照片.jpg", media_type="image/jpeg", size=1,
        sha256="0" * 64, for_unit=True, at=now,
    )  # fmt: skip
    yield CoHandling(slip_id=slip_id, unit_id=world.unit["villages"], state="asked", reason="需要核对", asked_at=now)
    yield EvidenceRequest(
        case_id=case_id, unit_id=world.unit["finance"], wanted="台账", due_day=dt.date(2026, 9, 30), asked_by=chief,
        asked_at=now,
    )  # fmt: skip
    yield PrivacyRequest(
        case_id=case_id, kind="copy", text="", state="open", asked_at=now, due_day=dt.date(2026, 9, 30),
    )  # fmt: skip
    yield CaseRecord(
        case_id=case_id, kind="consultation", text="商量好了。", done_at=now, by_id=chief, at=now,
    )  # fmt: skip
    yield DutyShift(
        institution_id=world.institution_id, roster="holidays", day=dt.date(2026, 10, 1), part="day",
        person_id=chief, by_id=chief, at=now,
    )  # fmt: skip
    yield PlanText(
        institution_id=world.institution_id, number=1, text="先报告。", state="submitted", drafted_by=chief,
        drafted_at=now,
    )  # fmt: skip
    yield Incident(
        institution_id=world.institution_id, case_id=case_id, state="ended", started_by=chief, started_at=now,
    )  # fmt: skip
    yield Approval(
        institution_id=world.institution_id, case_id=case_id, round=1, subject="decision", way="all", text="请决定",
        levels=[{"roles": ["gov_leader"], "name": ""}], state="asked", laid_by=chief, laid_at=now,
    )  # fmt: skip
    yield SmsTemplate(
        institution_id=world.institution_id, notice="answered", provider="aliyun", sign="监察室", text="{tail}",
    )  # fmt: skip
    yield Certificate(
        institution_id=world.institution_id, number="销1", cause="retention", notice_no=1, rules={}, at=now
    )  # fmt: skip
    yield Survey(
        institution_id=world.institution_id, code="owners", title="调查", scale=5,
        items=[{"code": "a", "name": "卫生管理"}],
        ways=["online", "form"], first_day=now.date(), last_day=now.date(), token="open", by_id=chief, created_at=now,
    )  # fmt: skip
    yield OutboxRow(
        institution_id=world.institution_id, case_id=case_id, notice="received", audience="citizen", state="failed",
        not_before=now, created_at=now,
    )  # fmt: skip
    yield CorrectiveAction(
        institution_id=world.institution_id, regime_version_id=_own(world), case_id=case_id, number="改1",
        kind="rectification", state="planned", unit_id=world.unit["finance"], title="公开栏", text="请改进",
        ordered_by=chief, ordered_role="chief", ordered_at=now,
    )  # fmt: skip
    yield ReportRow(
        institution_id=world.institution_id, regime_version_id=_hospital(), code="monthly", state="drafted",
        period_from=dt.date(2026, 9, 1), period_to=dt.date(2026, 9, 30), due_day=dt.date(2026, 9, 30), drafted_at=now,
    )  # fmt: skip
    for state in ("draft", "published"):
        yield CommonIssue(
            institution_id=world.institution_id, state=state, title="公开栏", problem="不更新", improvement="每月更新",
            public_title="公开栏", public_problem="不更新", public_improvement="每月更新",
            drafted_by=world.actor("dispatcher").person_id, drafted_at=now, published_at=now,
        )  # fmt: skip


def _penalty(world: w.World, case_id: int, version_id: int) -> Penalty:
    return Penalty(
        institution_id=world.institution_id, case_id=case_id, regime_version_id=version_id, rule="discipline",
        item="talk", unit_id=world.unit["finance"], amount=Decimal("0.00"), state="noticed", reason="拖延",
        proposed_by=world.actor("intake").person_id, proposed_at=w.MONDAY, noticed_at=w.MONDAY, number="罚1",
    )  # fmt: skip


def _own(world: w.World) -> int:
    """The version of the rule book that the world goes by."""
    with work() as session:
        return session.get_one(Institution, world.institution_id).regime_version_id


def _hospital() -> int:
    """A rule book that asks for a report every month, made by whoever receives, passes on and files (R10.11)."""
    with work() as session:
        return regimes.take_in(session, books.shipped("R10"), dt.date(2026, 1, 1), w.MONDAY).id


def _copy(slip_id: int, file: Attachment) -> TransferCopy:
    return TransferCopy(
        id="c" * 32, slip_id=slip_id, attachment_id=file.id, state="done", number=1, stored=file.stored,
        media_type="image/jpeg", size=1, ordered_at=w.MONDAY,
    )  # fmt: skip


def addresses(rule: Rule, values: dict[str, object]) -> list[tuple[str, str]]:
    """The rule's addresses with the step that each takes: one for every step where the rule has steps."""
    names = rule.arguments - set(rule.defaults or ())
    if rule.endpoint == "portal.notice":
        values = values | {"issue_id": values["published"]}
    if rule.endpoint == "office.case_decide_request":
        values = values | {"request_id": values["privacy_request"]}
    if "step" not in names:
        return [(_filled(rule, {n: values[n] for n in names}), "")]
    steps = {"office.case_step": case_pages.ACTS, "office.slip_step": slip_pages.ACTS}.get(rule.endpoint)
    chosen = list(steps) if steps is not None else ["submit"]
    return [(_filled(rule, {n: s if n == "step" else values[n] for n in names}), s) for s in chosen]


def _filled(rule: Rule, values: dict[str, object]) -> str:
    built = rule.build(values)
    assert built is not None, rule
    return str(built[1])


def plain(rule: str) -> str:
    """A rule as people write it: /office/case/<case_id>."""
    return re.sub(r"<[^:<>]+:([^<>]+)>", r"<\1>", rule)
