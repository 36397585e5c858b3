"""R2 政务公开投诉受理制度（南溪镇）: the rows from co-handling to the archive."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain import regimes
from shared.domain.visibility import may_see_case, may_see_slip
from shared.models.answer import Answer
from shared.models.rating import Rating
from shared.services import answers, decisions, helps, penalty_payments, queries_ledger, replies, slips
from shared.services import ledger as books
from shared.services.answers import Told
from shared.services.ledger import Proposal as Penalty
from shared.services.replies import Proposal
from tests.support import world as w
from tests.support.rows import clock, owed, refusal

BOOK = regimes.parse(regimes.shipped("R2"))
TOLD = Told(means="online", text="您反映的公开栏已经更新，谢谢您的监督。")


def test_r2_13_help_is_asked_with_reasons_and_the_first_receiver_answers_for_all(app, township):
    _, slip_id = w.signed(app, township)
    call = dict(unit_id=township.unit["villages"], reason="")
    assert refusal(slips.ask_help, slip_id, township.actor("handler"), w.MONDAY, **call) == "reason"
    slips.ask_help(slip_id, township.actor("handler"), w.MONDAY, **{**call, "reason": "名单由村镇办保管。"})
    slips.assign_section(slip_id, township.actor("director"), w.MONDAY, section_id=township.unit["finance"])
    replies.submit(slip_id, township.actor("handler"), w.MONDAY, w.SOLVED)
    with work() as session:
        from shared.models.slip import CoHandling

        part = session.scalars(select(CoHandling.id)).one()
    helps.decide_help(part, township.actor("chief"), w.MONDAY, agreed=True)
    replies.decide(slip_id, township.actor("unit_head"), w.MONDAY, approved=True)
    assert refusal(replies.hand_in, slip_id, township.actor("signer"), w.MONDAY) == "help_missing"


def test_r2_13_only_the_co_handling_unit_gives_its_opinion(app, township):
    case_id = w.accepted(app, township)
    slip_id = slips.transfer(
        case_id,
        township.actor("dispatcher"),
        w.MONDAY,
        unit_id=township.unit["finance"],
        points="何时更新",
        text=w.STORY,
        co_units=[township.unit["villages"]],
    )
    slips.sign(slip_id, township.actor("signer"), w.MONDAY)
    with work() as session:
        from shared.models.slip import CoHandling

        part = session.scalars(select(CoHandling.id)).one()
    assert refusal(helps.give_help, part, township.actor("handler"), w.MONDAY, opinion="已核对。") == "no_such_case"
    helps.give_help(part, township.actor("other_handler"), w.MONDAY, opinion="名单已经核对。")


@pytest.mark.parametrize(("outcome", "field"), [("planned", "plan"), ("unsolvable", "reason")])
def test_r2_14_not_in_time_needs_a_plan_and_not_at_all_needs_reasons(app, township, outcome, field):
    _, slip_id = w.signed(app, township)
    slips.assign_section(slip_id, township.actor("director"), w.MONDAY, section_id=township.unit["finance"])
    words = dict(outcome=outcome, solution="分步解决。", opinion="需要一些时间。")
    assert refusal(replies.submit, slip_id, township.actor("handler"), w.MONDAY, Proposal(**words)) == field
    replies.submit(slip_id, township.actor("handler"), w.MONDAY, Proposal(**words, **{field: "十月底前完成第一步。"}))


def test_r2_15_the_office_feeds_back_within_one_working_day_of_the_reply(app, township):
    case_id, _ = w.replied(app, township, now=w.MONDAY + w.days(4))
    row = clock(case_id, "feedback")
    assert (row.due_day, w.case_of(case_id).due_limit) == (dt.date(2026, 9, 14), "feedback")
    answers.feed_back(case_id, township.actor("intake"), w.MONDAY + w.days(7), TOLD)
    assert clock(case_id, "feedback").stopped_at is not None
    assert ("answered", "citizen") in owed(case_id)


def test_r2_15_a_reply_sent_back_by_the_office_runs_on_under_its_first_limit(app, township):
    case_id, _ = w.replied(app, township)
    replies.reject(case_id, township.actor("intake"), w.MONDAY + w.days(1), comment="没有回答何时更新。")
    row = clock(case_id, "general")
    assert (row.stopped_at, row.due_day) == (None, dt.date(2026, 9, 14))


def test_r2_16_the_unit_answers_directly_only_with_recorded_consent(app, township):
    _, slip_id = w.approved(app, township, mode="named", identity={"name": "柳小㛃"})
    told = Told(means="face", text="当面说明。", signed=True, satisfaction="good")
    assert refusal(answers.answer_directly, slip_id, township.actor("handler"), w.MONDAY, told) == "no_consent"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(means="face", text="当面说明。", satisfaction="good"), "signed"),
        (Told(means="phone", text="电话说明。", satisfaction="good"), "record"),
        (Told(means="phone", text="电话说明。", record="十点通话。"), "satisfaction"),
        (Told(means="online", text="网上说明。", satisfaction="good"), "means"),
    ],
)
def test_r2_16_face_to_face_needs_a_signature_and_the_phone_a_record_both_satisfaction(app, township, told, field):
    case_id, slip_id = w.approved(app, township, mode="named", identity={"name": "柳小㛃"})
    decisions.record_consent(case_id, township.actor("intake"), w.MONDAY, how="phone")
    assert refusal(answers.answer_directly, slip_id, township.actor("handler"), w.MONDAY, told) == field


def test_r2_16_a_direct_answer_is_reported_to_the_office_with_satisfaction(app, township):
    case_id, slip_id = w.approved(app, township, mode="named", identity={"name": "柳小㛃"}, consent_direct=True)
    told = Told(means="phone", text="电话说明。", record="九月七日十点通话。", satisfaction="good")
    answers.answer_directly(slip_id, township.actor("handler"), w.MONDAY, told)
    assert w.case_of(case_id).state == "answered"
    assert ("answered_directly", "office_intake") in owed(case_id)
    with work() as session:
        assert session.scalars(select(Answer.by_unit_id)).one() == township.unit["finance"]
        assert session.scalars(select(Rating.level)).one() == "good"


def test_r2_17_common_issues_need_five_complainants_at_least():
    assert (BOOK.publication.least, BOOK.publication.row) == (5, "R2.17")


def test_r2_18_the_archivist_files_a_closed_case_and_nobody_else(app, township):
    case_id = township.file_case(app).case_id
    call = dict(ground="scope", reason="不属于政务公开。", basis="第三条", redirect="县信访局")
    decisions.refuse(case_id, township.actor("intake"), w.MONDAY, **call)
    assert refusal(answers.archive, case_id, township.actor("intake"), w.MONDAY) == "not_yours"
    answers.archive(case_id, township.actor("archivist"), w.MONDAY)
    assert w.case_of(case_id).archived_at == w.MONDAY
    assert {a.code for a in BOOK.archive} >= {"register", "slips", "replies", "answers", "clocks", "files"}


def test_r2_19_the_unit_never_sees_the_case_only_its_slip(app, township):
    units = {township.unit["finance"]}
    for role in ("signer", "director", "handler", "unit_head"):
        actor = township.actor(role)
        assert not may_see_case(actor, township.institution_id)
        assert may_see_slip(actor, township.institution_id, units)
    assert not may_see_slip(township.actor("other_handler"), township.institution_id, units)


def test_r2_20_responsibility_stands_in_the_published_rules():
    assert any(c.row == "R2.20" and "责任制" in c.text for c in BOOK.clauses)


@pytest.mark.parametrize("item", ["talk", "notice", "discipline"])
def test_r2_20_gravity_decides_and_the_head_of_the_office_agrees(app, township, item):
    case_id, _ = w.signed(app, township)
    unit_id, intake = township.unit["finance"], township.actor("intake")
    why = "公开栏两次催办以后仍没有更新。"
    assert refusal(books.propose, case_id, intake, w.MONDAY, Penalty("discipline", why, unit_id=unit_id)) == "item"
    penalty_id = books.propose(case_id, intake, w.MONDAY, Penalty("discipline", why, unit_id=unit_id, item=item))
    assert refusal(penalty_payments.notify, penalty_id, intake, w.MONDAY) == "not_now"
    books.approve(penalty_id, township.actor("chief"), w.MONDAY)
    penalty_payments.notify(penalty_id, intake, w.MONDAY)
    assert [one.row.item for one in queries_ledger.mine(township.actor("unit_head"))] == [item]
    assert queries_ledger.mine(township.actor("other_unit_head")) == []


def test_r2_21_every_role_of_the_rule_book_has_a_title():
    titles = {r.code: r.name for r in BOOK.roles}
    assert set(titles) == {"intake", "dispatcher", "chief", "archivist", "signer", "director", "handler", "unit_head"}
    assert all(titles.values())


def test_every_row_of_r2_stands_in_the_published_rules():
    assert {c.row for c in BOOK.clauses} == {f"R2.{n:02d}" for n in range(1, 22)}
