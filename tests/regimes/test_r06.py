"""R6 用户投诉处理制度（物业公司）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.services import answers, decisions, slips
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, owed, refusal

NOT_THEIRS = {"not_yours", "no_such_case"}


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R6")


def test_r6_01_the_keeper_registers_letters_calls_faxes_and_visits_and_no_team_does(app, estate):
    numbers = [estate.file_case(app, channel=c).register_no for c in ("letter", "phone", "fax", "visit")]
    assert numbers == [f"临锦投〔2026〕{n:04d}号" for n in (1, 2, 3, 4)]
    case_id = estate.file_case(app).case_id
    call = dict(category="repair", severity="ordinary")
    for role in ("team", "team_head"):
        assert refusal(decisions.accept, case_id, estate.actor(role), w.MONDAY, **call) in NOT_THEIRS
    decisions.accept(case_id, estate.actor("keeper"), w.MONDAY, **call)


def test_r6_02_the_register_has_its_number_what_is_told_and_the_result(app, client):
    with app.app_context():
        case_id = rw.of("R6").answered(app)
        number = w.case_of(case_id).register_no
    client.signs_in("jinyuan-keeper")
    page = client.get(f"/office/case/{case_id}/print/register").text
    for said in ("客户投诉登记表", number, rw.STORY, rw.TOLD.text):
        assert said in page


def test_r6_03_the_office_and_not_the_keeper_issues_the_numbered_notice(app, client):
    with app.app_context():
        estate = rw.of("R6")
        case_id = estate.accepted(app)
        call = dict(unit_id=estate.unit(), points="请疏通。", text=rw.STORY)
        assert refusal(slips.transfer, case_id, estate.actor("keeper"), w.MONDAY, **call) in NOT_THEIRS
        slip_id = slips.transfer(case_id, estate.actor("office"), w.MONDAY, **call)
    client.signs_in("jinyuan-office")
    page = client.get(f"/office/slip/{slip_id}/print").text
    assert "客户投诉处理通知单" in page
    assert "临锦转〔2026〕0001号" in page


def test_r6_05_the_team_gets_the_very_words_and_its_head_signs(app, estate):
    case_id, slip_id = estate.transferred(app)
    assert (w.slip_of(slip_id).text, w.slip_of(slip_id).unit_id) == (rw.STORY, estate.unit())
    for wrong in (estate.actor("team"), estate.actor("team_head1"), estate.actor("office")):
        assert refusal(slips.sign, slip_id, wrong, w.MONDAY) in NOT_THEIRS
    slips.sign(slip_id, estate.actor("team_head"), w.MONDAY)
    assert w.case_of(case_id).state == "handling"


def test_the_planned_time_is_the_estates_to_set(app, db, monkeypatch):
    assert [b.key for b in regimes.of_text(regimes.shipped("R6")).unset] == ["limits.promise.value"]
    with monkeypatch.context() as patch:
        patch.setattr(small, "text_of", regimes.shipped)
        assert refusal(rw.of("R6").file_case, app) == "regime_incomplete"


def test_five_working_days_where_the_estate_says_so(app, estate):
    case_id = estate.file_case(app, w.MONDAY + w.days(2)).case_id  # a Wednesday
    assert clock(case_id, "promise").due_day == dt.date(2026, 9, 16)


def test_r6_09_the_office_tells_the_result_until_the_user_is_content(app, estate):
    case_id = estate.accepted(app)
    office = estate.actor("office")
    for n in range(4):
        answers.answer_at_once(case_id, office, w.MONDAY + w.days(n), rw.TOLD)
        answers.rehandle(case_id, office, w.MONDAY + w.days(n), reason="又堵了。")
        assert clock(case_id, "promise").stopped_at is None
    assert kinds(case_id).count("reopened") == 4


def test_r6_09_the_team_works_and_the_office_answers(app, estate):
    case_id, slip_id = estate.replied(app)
    assert ("reply_handed_in", "office_intake") in owed(case_id)
    assert refusal(answers.feed_back, case_id, estate.actor("team"), w.MONDAY, rw.TOLD) in NOT_THEIRS
    assert refusal(answers.answer_directly, slip_id, estate.actor("team"), w.MONDAY, rw.TOLD) == "not_direct"
    answers.feed_back(case_id, estate.actor("office"), w.MONDAY, rw.TOLD)
    assert w.case_of(case_id).state == "answered"


def test_r6_09_it_is_not_closed_while_somebody_is_not_content(app, db):
    place = rw.of("R6")
    case_id = ended.answered(app, place, told=ended.UNRATED)
    answers.rate(case_id, CITIZEN, w.MONDAY, level="bad")
    assert refusal(answers.close, case_id, place.as_("intake"), w.MONDAY) == "not_content"
    answers.rehandle(case_id, CITIZEN, w.MONDAY, reason="没有修好。")
    assert w.case_of(case_id).state == "reopened"
