"""R26 住户投诉处理程序 EJ-QP9.3: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.db import work
from shared.demo import small
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.services import answers, cases, decisions, slips, sweeps
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_paper import paper
from tests.support.rows import clock, owed, refusal

BOOK = regimes.parse(regimes.shipped("R26"))
PLANNED = dt.date(2026, 9, 16)


@pytest.fixture
def house(db) -> rw.RegimeWorld:
    return rw.of("R26")


def planned(house: rw.RegimeWorld, case_id: int) -> None:
    """The director has named the day on which the measure is finished."""
    with work() as session:
        case, who = cases.lock(session, case_id), house.actor("director")
        cases.record(session, case, "promised", who, w.MONDAY, role="chief", facts={"until": PLANNED.isoformat()})


def test_r26_01_calls_letters_and_visits_stand_in_one_register(app, house):
    numbers = [house.file_case(app, channel=channel).register_no for channel in ("phone", "letter", "visit")]
    assert numbers == [f"翠庭投〔2026〕{n:04d}号" for n in (1, 2, 3)]


def test_r26_01_a_suggestion_is_registered_and_answered_like_a_complaint(app, house):
    case_id = house.file_case(app, channel="visit").case_id
    house.accept(case_id, category="suggestion")
    answers.answer_at_once(case_id, house.actor("keeper"), w.MONDAY, rw.TOLD)
    assert (w.case_of(case_id).category, w.case_of(case_id).state) == ("suggestion", "answered")


@pytest.mark.parametrize("ground", ["repair", "invalid"])
def test_r26_02_a_repair_and_what_is_invalid_leave_by_doors_of_their_own(app, house, ground):
    case_id = house.file_case(app).case_id
    words = dict(ground=ground, reason="已经通知有关部门处理。", basis="住户投诉处理程序", redirect="维修服务")
    assert refusal(decisions.refuse, case_id, house.actor("director"), w.MONDAY, **words) == "not_yours"
    decisions.refuse(case_id, house.actor("keeper"), w.MONDAY, **words)
    assert w.case_of(case_id).state == "refused"


def test_r26_02_a_valid_one_is_the_keepers_to_find_and_the_directors_to_send_on(app, house):
    case_id = house.accepted(app)
    call = dict(unit_id=house.unit(), points="请定补救措施和完成日期", text=rw.STORY)
    assert refusal(slips.transfer, case_id, house.actor("keeper"), w.MONDAY, **call) == "not_yours"
    slips.transfer(case_id, house.actor("director"), w.MONDAY, **call)
    assert w.case_of(case_id).state == "transferred"


def test_r26_01_r26_03_register_and_report_are_printed_with_one_number(app):
    with app.app_context():
        case_id, slip_id = rw.of("R26").transferred(app)
    register = paper(app, "cuiting-keeper", f"/office/case/{case_id}/print/register")
    report = paper(app, "cuiting-director", f"/office/slip/{slip_id}/print")
    assert "住户来电/来函/来访登记表" in register
    assert "住户投诉处理报告单" in report
    assert all("登记编号：翠庭投〔2026〕0001号" in page for page in (register, report))


def test_r26_04_the_planned_day_is_the_limit_until_the_resident_has_heard(app, house):
    case_id, _ = house.replied(app)
    planned(house, case_id)
    assert (clock(case_id, "planned").due_day, w.case_of(case_id).due_limit) == (PLANNED, "planned")
    answers.feed_back(case_id, house.actor("keeper"), w.MONDAY + w.days(1), rw.TOLD)
    assert clock(case_id, "planned").stopped_at == w.MONDAY + w.days(1)


def test_r26_05_it_goes_on_until_the_resident_is_content(app, house):
    case_id = house.answered(app)
    for n in range(1, 6):
        now = w.MONDAY + w.days(n)
        answers.rehandle(case_id, CITIZEN, now, reason="还是没有解决。")
        answers.answer_at_once(case_id, house.actor("keeper"), now, rw.TOLD)
    assert (w.case_of(case_id).round, w.case_of(case_id).state) == (6, "answered")


def test_r26_08_the_formula_that_is_not_attached_is_blank_and_the_companys_own(app, house, client):
    assert {b.key: b.row for b in BOOK.unset} == {"rates.valid.formula": "R26.08", "limits.long.value": "R26.09"}
    assert regimes.parse(small.text_of("R26")).rates[0].formula == "有效投诉数÷户数"
    page = client.get("/rules").get_data(as_text=True)
    assert "有效投诉数÷户数" not in page
    assert "多少日没有解决算长期未解决：30" in page


def test_r26_09_what_is_long_unsolved_is_told_to_the_director_and_the_vice(app, house):
    case_id = house.accepted(app)
    assert clock(case_id, "long").due_day == dt.date(2026, 10, 8)  # the thirtieth day lies in the holidays
    sweeps.watch_clocks(dt.datetime(2026, 10, 9, 2, tzinfo=dt.UTC))
    assert {("clock_overdue", "dispatcher"), ("clock_overdue", "gov_leader")} <= owed(case_id)


def test_r26_09_what_was_answered_in_time_is_not_on_that_list(app, house):
    case_id = house.answered(app)
    sweeps.watch_clocks(dt.datetime(2026, 10, 9, 2, tzinfo=dt.UTC))
    assert not {notice for notice, _ in owed(case_id)} & {"clock_overdue", "clock_warning"}


def test_r26_05_it_is_not_closed_while_somebody_is_not_content(app, db):
    place = rw.of("R26")
    case_id = ended.answered(app, place, told=ended.UNRATED)
    answers.rate(case_id, CITIZEN, w.MONDAY, level="bad")
    assert refusal(answers.close, case_id, place.as_("intake"), w.MONDAY) == "not_content"
    answers.rehandle(case_id, CITIZEN, w.MONDAY, reason="没有修好。")
    assert w.case_of(case_id).state == "reopened"
