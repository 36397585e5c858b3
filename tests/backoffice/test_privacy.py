"""Personal data: what the citizen asks on the own page, the office answers; holds, certificates, consents."""

from __future__ import annotations

import pytest
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from shared import clock
from shared.domain import privacy
from shared.services import consents, decisions, privacy_notices, privacy_requests, retention, visits
from tests.support import world as w
from tests.support.office import Office, link
from tests.support.pages import CheckedClient

NAMED = {"mode": "named", "identity": {"name": "欧阳一诺"}, "contact": {"phone": "13900001234"}, "notify": "sms"}


@pytest.fixture
def case_id(town: Office) -> int:
    return town.made(lambda app, world: world.file_case(app, **NAMED).case_id)


@pytest.fixture
def citizen(app: Flask, town: Office, case_id: int, client: CheckedClient) -> CheckedClient:
    with app.app_context():
        token = visits.enter(case_id, town.world.institution_id, w.MONDAY)
    with client.session_transaction() as held:
        held["visit"] = token
    return client


def say(citizen: CheckedClient, said: str) -> TestResponse:
    form = html.fromstring(citizen.get("/case/privacy").text).xpath("//form[contains(@action, 'consent')]")[0]
    return citizen.post(form.get("action"), data=dict(form.form_values()) | {"said": said})


def asked(town: Office, case_id: int, kind: str = "correct") -> int:
    return town.made(lambda app, world: privacy_requests.ask(case_id, w.MONDAY, kind=kind, text="我说的是二组。"))


def test_citizen_asks_and_reads_the_answer_with_its_reasons(town: Office, case_id: int, citizen: CheckedClient) -> None:
    assert "我的个人信息" in citizen.get("/case").text
    assert citizen.send("/case/privacy", kind="correct", text="我说的是二组。").status_code == 303
    assert "2026年9月28日" in citizen.get("/case/privacy").text or "9月28日" in citizen.get("/case/privacy").text
    assert "等您答复的个人信息请求" in town.see("intake", "/office/")
    place = link(town.see("intake", "/office/privacy"), "/request/")
    town.press("intake", place, 422, decision="yes")
    town.press("intake", place, decision="yes", reason="已经按您说的更正。")
    assert "已经按您说的更正。" in citizen.get("/case/privacy").text
    assert "没有等答复的请求" in town.see("intake", "/office/privacy")


@pytest.mark.parametrize("fields", [{}, {"kind": "erase"}, {"kind": "everything", "text": "全部"}])
def test_request_says_what_is_meant(citizen: CheckedClient, fields: dict[str, str]) -> None:
    assert citizen.send("/case/privacy", **fields).status_code == 422


def test_consent_is_asked_given_and_withdrawn_on_the_own_page(
    town: Office, case_id: int, citizen: CheckedClient
) -> None:
    town.press("intake", f"/office/case/{case_id}/privacy/consent", body="县住建局")
    assert "请您决定：是否提供身份" in citizen.get("/case").text
    assert "县住建局" in citizen.get("/case/privacy").text
    assert say(citizen, "yes").status_code == 303
    assert "请您决定：是否提供身份" not in citizen.get("/case").text
    assert say(citizen, "withdraw").status_code == 303
    assert "撤回" in town.see("intake", f"/office/case/{case_id}/privacy")


def test_referral_with_identity_waits_for_the_consent(town: Office, case_id: int) -> None:
    place = f"/office/case/{case_id}/refer"
    said = {"body": "县住建局", "reason": "由县住建局负责。", "share": "y"}
    assert "来信人没有同意" in town.press("intake", place, 422, **said).text
    row = town.made(lambda app, world: consents.ask(case_id, world.actor("intake"), w.MONDAY, recipient="县住建局"))
    town.made(lambda app, world: consents.answer(case_id, row, w.MONDAY, agreed=True))
    town.press("intake", place, **said)


def test_referral_of_an_anonymous_case_offers_no_identity(town: Office) -> None:
    other = town.made(lambda app, world: world.file_case(app).case_id)
    assert 'name="share"' not in town.see("intake", f"/office/case/{other}/refer")


def test_hold_is_the_chief_s_and_shows_on_the_case(town: Office, case_id: int) -> None:
    place = f"/office/case/{case_id}/privacy/hold"
    town.see("intake", place, 403)
    town.press("chief", place, 422)
    town.press("chief", place, reason="行政诉讼还没有结束。")
    assert "正在保全" in town.see("intake", f"/office/case/{case_id}")
    assert "行政诉讼还没有结束。" in town.see("chief", "/office/privacy")
    town.press("chief", place, reason="诉讼已经结束。")
    assert "正在保全" not in town.see("intake", f"/office/case/{case_id}")


def test_chief_erases_on_request_and_a_certificate_tells_of_it(town: Office, case_id: int) -> None:
    row = asked(town, case_id, "erase")
    place = f"/office/case/{case_id}/privacy/request/{row}"
    assert "别的岗位" in town.press("intake", place, 403, decision="yes", reason="照办。", parts="identity").text
    town.press("chief", place, decision="yes", reason="照办。", parts="identity")
    paper = town.see("archivist", link(town.see("archivist", "/office/privacy"), "/certificate/"))
    assert "来信人请求" in paper
    assert "身份 1" in paper
    assert "没有留下姓名和联系方式" in town.see("intake", f"/office/case/{case_id}")


def test_erased_case_is_a_tombstone_for_both_sides(
    app: Flask, town: Office, case_id: int, client: CheckedClient
) -> None:
    later = w.MONDAY + w.days(365 * 11)
    town.made(lambda app, world: decisions.withdraw(case_id, w.MONDAY))
    town.made(lambda app, world: retention.run(later, app.extensions["huiyin"].store))
    town.desks.clear()
    with clock.frozen(later):
        page = town.see("intake", f"/office/case/{case_id}")
        assert "南溪投〔2026〕0001号" in page
        assert "内容已经清除" in page
        assert w.STORY not in page
        with app.app_context():
            token = visits.enter(case_id, town.world.institution_id, later)
        with client.session_transaction() as held:
            held["visit"] = token
        assert "内容已经清除" in client.get("/case").text
        assert "清除证明 销〔2037〕0001号" in client.get("/case/privacy").text


@pytest.mark.parametrize("role", ["dispatcher", "handler"])
def test_only_who_needs_it_sees_the_privacy_file(town: Office, case_id: int, role: str) -> None:
    status = 403 if role == "dispatcher" else 404
    town.see(role, f"/office/case/{case_id}/privacy", status)
    town.see(role, "/office/privacy", 403)


def test_privacy_pages_of_other_cases_are_not_found(town: Office, county: Office, case_id: int) -> None:
    row = asked(town, case_id)
    other = county.made(lambda app, world: world.file_case(app).case_id)
    county.see("intake", f"/office/case/{case_id}/privacy", 404)
    county.see("intake", f"/office/case/{other}/privacy/request/{row}", 404)
    town.see("chief", "/office/privacy/certificate/7", 404)


def test_notice_is_made_from_data_and_old_versions_stay(app: Flask, town: Office, client: CheckedClient) -> None:
    assert "办结后 24 个月" in client.get("/privacy").text
    with app.app_context():
        privacy_notices.keep(w.MONDAY)
        privacy_notices.take_in("nanxi", privacy.shipped().replace("months = 24", "months = 12"), w.MONDAY)
    now, before = client.get("/privacy").text, client.get("/privacy?version=1").text
    assert "办结后 12 个月" in now
    assert "第 2 版" in now
    assert "办结后 24 个月" in before
    assert client.get("/privacy?version=3").status_code == 404


def test_the_list_leads_nobody_to_a_step_that_is_not_theirs(town: Office, case_id: int) -> None:
    row = asked(town, case_id, "copy")
    answering = f"/office/case/{case_id}/privacy/request/{row}"
    assert answering in town.see("intake", "/office/privacy")
    assert answering not in town.see("archivist", "/office/privacy")
