"""The register of text message templates: kept by the system administrator, counted while it is written."""

from __future__ import annotations

import pytest
from lxml import html
from sqlalchemy import select

from shared.db import work
from shared.domain.sms import TEMPLATED, measure, missing
from shared.models.institution import Institution
from shared.models.outbox import Delivery, OutboxRow
from shared.models.sms_template import SmsTemplate
from tests.support import world as w
from tests.support.office import Office

TEXT = "您的事项（尾号{tail}）已有答复，请拨打{phone}听取。"
GOOD = {"notice": "answered", "provider": "aliyun", "sign": "监察室", "text": TEXT, "state": "draft"}


def kept(town: Office) -> list[SmsTemplate]:
    with town.app.app_context(), work() as session:
        rows = list(session.scalars(select(SmsTemplate).order_by(SmsTemplate.id)))
        session.expunge_all()
        return rows


def test_a_template_is_registered_and_approved_later(town: Office):
    town.press("system_admin", "/office/admin/sms/new", **GOOD)
    [row] = kept(town)
    approved = {"state": "approved", "decided_on": "2026-09-04", "provider_id": "SMS_1"}
    town.press("system_admin", f"/office/admin/sms/{row.id}", **approved)
    page = town.see("system_admin", "/office/admin/sms")
    assert (kept(town)[0].state, kept(town)[0].provider_id) == ("approved", "SMS_1")
    assert "【监察室】您的事项" in page
    assert "已批准" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "请写明内容"),
        ({"text": "【监察室】" + TEXT}, "方括号"),
        ({"text": TEXT + "{name}"}, "没有这些变量：{name}"),
        ({"state": "approved"}, "平台给的编号"),
        ({"notice": "case_received"}, "请选择是哪种通知"),
        ({"state": "sent"}, "请选择是哪种通知"),
        ({"decided_on": "昨天"}, "2026-11-30"),
    ],
)
def test_what_can_not_be_kept_is_said_with_the_text_still_there(town: Office, wrong: dict[str, str], said: str):
    page = town.press("system_admin", "/office/admin/sms/new", status=422, **(GOOD | wrong)).text
    assert said in page
    assert kept(town) == []


def test_the_same_notice_is_registered_once_for_each_provider(town: Office):
    town.press("system_admin", "/office/admin/sms/new", **GOOD)
    assert "已经登记过" in town.press("system_admin", "/office/admin/sms/new", status=422, **GOOD).text
    town.press("system_admin", "/office/admin/sms/new", **(GOOD | {"provider": "tencent"}))
    assert len(kept(town)) == 2


def test_whoever_changes_what_somebody_else_has_changed_is_told(town: Office):
    town.press("system_admin", "/office/admin/sms/new", **GOOD)
    address = f"/office/admin/sms/{kept(town)[0].id}"
    town.press("system_admin", address, remark="第一次")
    town.press("system_admin", address, status=409, version="1", remark="第二次")
    assert kept(town)[0].remark == "第一次"


def test_length_and_what_is_missing_are_shown_without_saving(town: Office):
    asked = GOOD | {"text": "您的事项已有答复。" * 8, "count": "yes"}
    page = town.press("system_admin", "/office/admin/sms/new", status=200, **asked).text
    assert "最多 77 个字，算 2 条" in page
    assert "超过 70 个字" in page
    assert "缺少这种通知应当写明的内容：{tail}、{phone}" in page
    assert kept(town) == []


def test_the_same_line_comes_alone_where_htmx_asks(town: Office):
    form = html.fromstring(town.see("system_admin", "/office/admin/sms/new")).xpath("//main//form")[0]
    asked = dict(form.form_values()) | GOOD
    answer = town.desk("system_admin").post("/office/admin/sms/measure", data=asked, headers={"HX-Request": "true"})
    assert answer.text.startswith('<div id="sms-measure"')
    assert "算 1 条" in answer.text


def test_a_template_that_is_too_long_is_kept_and_marked(town: Office):
    town.press("system_admin", "/office/admin/sms/new", **(GOOD | {"text": TEXT * 3}))
    page = town.see("system_admin", "/office/admin/sms")
    assert "算 2 条" in page


def test_the_hours_are_set_and_a_wrong_pair_is_refused(town: Office):
    town.press("system_admin", "/office/admin/sms", hours="9:00-18:00", status=422)
    town.press("system_admin", "/office/admin/sms", hours="09:00–18:30")
    with town.app.app_context(), work() as session:
        assert session.scalars(select(Institution.sms_hours)).all() == ["09:00-18:30"]


@pytest.mark.parametrize("role", ["security_admin", "auditor", "chief", "handler"])
def test_nobody_else_sees_the_register(town: Office, role: str):
    town.see(role, "/office/admin/sms", status=403)


@pytest.mark.parametrize("notice", TEMPLATED)
def test_each_notice_begins_with_the_system_s_own_words_and_needs_no_change(town: Office, notice: str):
    address = f"/office/admin/sms/new?notice={notice}"
    assert address in town.see("system_admin", "/office/admin/sms")
    town.press("system_admin", address, provider="aliyun")
    [row] = kept(town)
    assert (missing(notice, row.text), measure(row.sign, row.text).segments) == ((), 1)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("tls_expired", "证书过期了"),
        ("smtp_550", "没有这个邮箱"),
        ("MK:0001", "代码是 MK:0001"),
        ("quiet_hours", "时段"),
    ],
)
def test_why_something_was_not_sent_is_said_with_what_to_do(town: Office, reason: str, said: str):
    with town.app.app_context():
        town.world.file_case(town.app)
        with work() as session:
            owed = session.scalars(select(OutboxRow.id).limit(1)).one()
            session.add(Delivery(outbox_id=owed, channel="email", state="failed", reason=reason, at=w.MONDAY))
    page = town.see("system_admin", "/office/admin/sms")
    assert said in page
    assert "未送达" in page
