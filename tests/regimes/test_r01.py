"""R1 用户举报投诉处理制度（公司）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.services import answers, queries_portal, regime_settings, slips
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, refusal


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R1")


def set_value(place: rw.RegimeWorld, key: str, value: str) -> None:
    given = dict(key=key, value=value, reason="服务承诺书。", since=w.MONDAY.date())
    regime_settings.set_blank(place.actor("system_admin"), w.MONDAY, **given)
    queries_portal.forget()


def test_r1_01_letters_calls_faxes_and_visits_stand_in_one_register(app, company):
    numbers = [company.file_case(app, channel=c).register_no for c in ("letter", "phone", "fax", "visit")]
    assert numbers == [f"临电投〔2026〕{n:04d}号" for n in (1, 2, 3, 4)]


def test_r1_01_what_comes_by_another_way_is_not_taken_in_unregistered(app, company):
    assert refusal(company.file_case, app, channel="weibo") == "channel_closed"


def test_r1_02_the_register_has_its_number_what_is_told_and_the_result(app, client):
    with app.app_context():
        company = rw.of("R1")
        case_id = company.answered(app)
        number = w.case_of(case_id).register_no
    client.signs_in("appliance-desk")
    page = client.get(f"/office/case/{case_id}/print/register").text
    for said in ("客户举报投诉登记表", number, rw.STORY, "产品质量", rw.TOLD.text):
        assert said in page


def test_r1_03_one_numbered_notice_for_each_complaint(app, client):
    with app.app_context():
        company = rw.of("R1")
        slip_id = company.transferred(app)[1]
        numbers = [w.slip_of(slip_id).number, w.slip_of(company.transferred(app)[1]).number]
    assert numbers == ["临电转〔2026〕0001号", "临电转〔2026〕0002号"]
    client.signs_in("appliance-desk")
    page = client.get(f"/office/slip/{slip_id}/print").text
    assert "客户举报投诉处理通知单" in page
    assert numbers[0] in page


def test_r1_05_the_team_gets_the_very_words_and_signs_for_them(app, company):
    case_id, slip_id = company.transferred(app)
    assert (w.slip_of(slip_id).text, w.slip_of(slip_id).unit_id) == (rw.STORY, company.unit())
    for wrong in (company.actor("team"), company.actor("team_head1")):
        assert refusal(slips.sign, slip_id, wrong, w.MONDAY) in {"not_yours", "no_such_case"}
    slips.sign(slip_id, company.actor("team_head"), w.MONDAY)
    assert w.case_of(case_id).state == "handling"


def test_r1_09_it_goes_on_until_the_user_is_content(app, company):
    case_id = company.accepted(app)
    desk = company.actor("desk")
    for n in range(4):
        answers.answer_at_once(case_id, desk, w.MONDAY + w.days(n), rw.TOLD)
        answers.rehandle(case_id, desk, w.MONDAY + w.days(n), reason="还是有焦味。")
        assert clock(case_id, "promise").stopped_at is None
    assert kinds(case_id).count("reopened") == 4


def test_r1_09_the_registering_office_alone_tells_the_result(app, company):
    case_id, slip_id = company.replied(app)
    for role in ("team", "team_head", "head"):
        assert refusal(answers.feed_back, case_id, company.actor(role), w.MONDAY, rw.TOLD) in {
            "not_yours",
            "no_such_case",
        }
    assert refusal(answers.answer_directly, slip_id, company.actor("team"), w.MONDAY, rw.TOLD) == "not_direct"


def test_r1_10_nobody_can_complain_before_the_company_has_named_its_promise(app, db, monkeypatch):
    monkeypatch.setattr(small, "text_of", regimes.shipped)
    company = rw.of("R1")
    set_value(company, "roles.desk.name", "用户服务部")
    assert refusal(company.file_case, app) == "regime_incomplete"
    set_value(company, "limits.promise.value", "3")
    assert clock(company.file_case(app).case_id, "promise").due_day == dt.date(2026, 9, 10)


def test_r1_10_the_promise_runs_from_the_day_after_receipt(app, company):
    case_id = company.file_case(app).case_id  # seven working days, as this company has set it
    assert (clock(case_id, "promise").started_at, clock(case_id, "promise").due_day) == (
        w.MONDAY,
        dt.date(2026, 9, 16),
    )
    desk = company.actor("desk")
    company.accept(case_id)
    answers.answer_at_once(case_id, desk, w.MONDAY, rw.TOLD)
    assert clock(case_id, "promise").stopped_at == w.MONDAY


def test_r1_10_the_rules_say_what_the_company_has_set(app, client, db):
    rw.of("R1")
    page = client.get("/rules").text
    for said in ("用户服务部", "7 个工作日", "原文没有规定，由本机构设定", "直到您满意为止"):
        assert said in page


def test_r1_09_it_is_not_closed_while_somebody_is_not_content(app, db):
    place = rw.of("R1")
    case_id = ended.answered(app, place, told=ended.UNRATED)
    answers.rate(case_id, CITIZEN, w.MONDAY, level="bad")
    assert refusal(answers.close, case_id, place.as_("intake"), w.MONDAY) == "not_content"
    answers.rehandle(case_id, CITIZEN, w.MONDAY, reason="没有修好。")
    assert w.case_of(case_id).state == "reopened"
