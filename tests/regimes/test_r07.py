"""R7 业主投诉处理和分析制度（物业公司）: the rows that the product can prove today."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html

from shared.domain.follow_up import Heard
from shared.services import answers, extensions, replies, return_visits, slips
from shared.services.answers import Told
from shared.services.replies import Proposal
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, owed, refusal

THURSDAY = w.MONDAY + w.days(3)
CONTENT = Told("phone", "三天内搭架检查。", record="来电人表示满意。", satisfaction="good")


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R7")


def test_r7_01_letters_calls_and_talks_are_recorded_and_go_to_the_department_in_charge(app, estate):
    for channel in ("letter", "phone", "visit"):
        case_id, slip_id = estate.transferred(app, channel=channel)
        assert (w.case_of(case_id).channel, w.slip_of(slip_id).unit_id) == (channel, estate.unit())
    assert ("to_sign", "unit_signers") in owed(case_id)


def test_r7_01_the_department_has_a_record_of_its_own(app, client):
    with app.app_context():
        _, slip_id = rw.of("R7").transferred(app)
    client.signs_in("cuihu-dept-head")
    page = client.get(f"/office/slip/{slip_id}/print").text
    assert "责任部门投诉记录" in page
    assert "临翠转〔2026〕0001号" in page


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (w.MONDAY, dt.date(2026, 9, 10)),
        (w.MONDAY + w.days(1), dt.date(2026, 9, 11)),
        (w.MONDAY + w.days(2), dt.date(2026, 9, 14)),  # the third day is a Saturday
        (THURSDAY, dt.date(2026, 9, 14)),  # Friday, Saturday, Sunday count
        (THURSDAY + w.days(1), dt.date(2026, 9, 14)),
    ],
)
def test_r7_02_three_days_of_the_calendar_from_the_department_having_it(app, estate, start, due):
    case_id = estate.accepted(app, w.MONDAY)
    call = dict(unit_id=estate.unit(), points="将怎样补救", text=rw.STORY)
    slips.transfer(case_id, estate.actor("desk"), start, **call)
    assert (clock(case_id, "reply").started_at, clock(case_id, "reply").due_day) == (start, due)


def test_r7_02_the_limit_is_for_the_answer_and_not_for_the_repair(app, estate):
    case_id, slip_id = estate.signed(app)
    words = dict(outcome="planned", solution="搭架检查外墙。", opinion="查清后做防水。")
    dept, head = estate.actor("dept"), estate.actor("dept_head")
    assert refusal(replies.submit, slip_id, dept, w.MONDAY, Proposal(**words)) == "plan"
    replies.submit(slip_id, dept, w.MONDAY, Proposal(**words, plan="九月底前完成。"))
    replies.decide(slip_id, head, w.MONDAY, approved=True)
    replies.hand_in(slip_id, head, w.MONDAY)
    assert clock(case_id, "reply").stopped_at is None
    answers.feed_back(case_id, estate.actor("desk"), THURSDAY, CONTENT)
    assert clock(case_id, "reply").stopped_at == THURSDAY


def test_r7_02_the_department_itself_may_answer_the_owner_who_agrees(app, estate):
    case_id, slip_id = estate.signed(app, mode="named", identity={"name": "柳小㛃"}, consent_direct=True)
    replies.submit(slip_id, estate.actor("dept"), w.MONDAY, rw.SOLVED)
    replies.decide(slip_id, estate.actor("dept_head"), w.MONDAY, approved=True)
    answers.answer_directly(slip_id, estate.actor("dept"), w.MONDAY, CONTENT)
    assert clock(case_id, "reply").stopped_at == w.MONDAY


def test_r7_02_nothing_makes_three_days_longer(app, estate):
    case_id, _ = estate.signed(app)
    more = dict(new_day=dt.date(2026, 9, 11), reason="人手不够。")
    assert refusal(extensions.extend, case_id, estate.actor("desk"), w.MONDAY, **more) == "too_many_extensions"
    assert clock(case_id, "reply").due_day == dt.date(2026, 9, 10)


def test_r7_02_a_department_that_gets_it_after_a_return_has_its_own_three_days(app, estate):
    case_id, slip_id = estate.signed(app)
    slips.ask_return(slip_id, estate.actor("dept_head"), w.MONDAY, reason="归秩序部管。")
    later = w.MONDAY + w.days(2)
    slips.decide_return(slip_id, estate.actor("control"), later, granted=True, comment="")
    call = dict(unit_id=estate.unit(2), points="将怎样补救", text=rw.STORY)
    slips.transfer(case_id, estate.actor("desk"), later, **call)
    assert clock(case_id, "reply").started_at == later


def test_r7_03_the_control_room_reads_the_result(app, client):
    with app.app_context():
        case_id, _ = rw.of("R7").replied(app)
    client.signs_in("cuihu-control")
    assert rw.SOLVED.solution in client.get(f"/office/case/{case_id}").text


def test_r7_05_what_is_still_wrong_goes_to_the_same_department_again(app, estate):
    case_id, desk = estate.answered(app), estate.actor("desk")
    for n in (1, 2):
        now = w.MONDAY + w.days(7 * n)
        answers.rehandle(case_id, desk, now, reason="又渗水了。")
        again = slips.transfer(case_id, desk, now, unit_id=estate.unit(), points="为什么又渗水", text=rw.STORY)
        assert w.slip_of(again).unit_id == estate.unit()
        assert clock(case_id, "reply").due_day == now.date() + w.days(3)
        slips.withdraw(again, desk, now)
        answers.answer_at_once(case_id, desk, now, rw.TOLD)


def test_r7_05_a_visit_that_finds_the_problem_still_there_offers_the_same_department(app, client):
    with app.app_context():
        estate = rw.of("R7")
        case_id, desk = ended.closed(app, estate), estate.actor("desk")
        still = Heard("phone", "fair", still=True, comment="又渗水了。")
        assert return_visits.record(case_id, desk, w.MONDAY, still) is True
        again, unit = w.case_of(case_id), estate.unit()
    assert (again.state, again.round) == ("reopened", 2)
    client.signs_in("cuihu-desk")
    page = html.fromstring(client.get(f"/office/case/{case_id}/transfer").text)
    assert page.xpath("//select[@name='unit_id']/option[@selected]/@value") == [str(unit)]
    assert "仍由原来的部门办理" in page.text_content()


def test_r7_05_whether_the_problem_is_still_there_is_asked_and_solved_stays_closed(app, estate):
    case_id, desk = ended.closed(app, estate), estate.actor("desk")
    assert refusal(return_visits.record, case_id, desk, w.MONDAY, Heard("phone", "good")) == "still"
    assert return_visits.record(case_id, desk, w.MONDAY, Heard("phone", "good", still=False)) is False
    assert w.case_of(case_id).state == "closed"
