"""R2 政务公开投诉受理制度（南溪镇）: a test for every row."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain import regimes
from shared.domain.visibility import CITIZEN
from shared.models.complainant import Complainant
from shared.models.extension import Extension
from shared.services import answers, decisions, extensions, replies, slips
from shared.services.answers import Told
from tests.support import world as w
from tests.support.rows import clock, kinds, owed, refusal

BOOK = regimes.parse(regimes.shipped("R2"))
TOLD = Told(means="online", text="您反映的公开栏已经更新，谢谢您的监督。")


def test_r2_01_anybody_may_complain_named_confidential_anonymous_or_for_another(app, township):
    for mode in ("anonymous", "confidential", "named", "behalf"):
        receipt = township.file_case(app, mode=mode, identity={"name": "柳小㛃"} if mode != "anonymous" else {})
        assert w.case_of(receipt.case_id).mode == mode


def test_r2_01_an_anonymous_complaint_leaves_no_identity_row(app, township):
    receipt = township.file_case(app, mode="anonymous", identity={"name": "柳小㛃"})
    with work() as session:
        assert session.get(Complainant, receipt.case_id) is None


def test_r2_02_the_seven_grounds_are_the_categories():
    assert [c.code for c in BOOK.categories] == ["duty", "content", "untrue", "fees", "uncorrected", "secrecy", "other"]


def test_r2_02_a_category_outside_the_seven_is_refused(app, township):
    case_id = township.file_case(app).case_id
    accept = dict(category="parking", severity="general")
    assert refusal(decisions.accept, case_id, township.actor("intake"), w.MONDAY, **accept) == "category"


def test_r2_03_the_office_alone_accepts_and_registers(app, township):
    receipt = township.file_case(app)
    assert receipt.register_no == "南溪投〔2026〕0001号"
    accept = dict(category="content", severity="general")
    for role in ("dispatcher", "signer", "handler", "unit_head"):
        code = refusal(decisions.accept, receipt.case_id, township.actor(role), w.MONDAY, **accept)
        assert code in {"not_yours", "no_such_case"}
    decisions.accept(receipt.case_id, township.actor("intake"), w.MONDAY, **accept)
    assert w.case_of(receipt.case_id).state == "accepted"


def test_r2_03_register_numbers_have_no_gaps(app, township):
    numbers = [township.file_case(app).register_no for _ in range(3)]
    assert numbers == [f"南溪投〔2026〕{n:04d}号" for n in (1, 2, 3)]


def test_r2_04_what_can_be_answered_at_once_is(app, township):
    case_id = w.accepted(app, township)
    answers.answer_at_once(case_id, township.actor("intake"), w.MONDAY, TOLD)
    case = w.case_of(case_id)
    assert (case.state, case.due_limit) == ("answered", "")


@pytest.mark.parametrize(("severity", "due"), [("general", dt.date(2026, 9, 14)), ("complex", dt.date(2026, 9, 21))])
def test_r2_05_r2_06_five_or_ten_working_days_from_acceptance(app, township, severity, due):
    # 2026-09-20 (Sunday) is a make-up working day: ten working days after Monday 09-07 end on Sunday's eve + 1
    case_id = w.accepted(app, township, severity=severity)
    expected = due if severity == "general" else dt.date(2026, 9, 20)
    assert clock(case_id, severity).due_day == expected


def test_r2_06_reclassifying_moves_the_due_day_and_keeps_the_start(app, township):
    case_id = w.accepted(app, township)
    later = w.MONDAY + w.days(2)
    decisions.classify(case_id, township.actor("intake"), later, category="content", severity="complex")
    row = clock(case_id, "complex")
    assert (row.started_at, row.due_day) == (w.MONDAY, dt.date(2026, 9, 20))


def test_r2_07_an_extension_needs_a_reason_promises_a_day_and_tells_the_citizen(app, township):
    case_id, _ = w.signed(app, township)
    actor, day = township.actor("intake"), dt.date(2026, 9, 18)
    assert refusal(extensions.extend, case_id, actor, w.MONDAY, new_day=day, reason=" ") == "reason"
    extensions.extend(case_id, actor, w.MONDAY, new_day=day, reason="需要到村里核对台账。")
    assert clock(case_id, "general").due_day == day
    assert ("extended", "citizen") in owed(case_id)
    with work() as session:
        assert session.scalars(select(Extension.state)).all() == ["granted"]


def test_r2_07_an_extension_never_shortens(app, township):
    case_id, _ = w.signed(app, township)
    earlier = dict(new_day=dt.date(2026, 9, 10), reason="写错了。")
    assert refusal(extensions.extend, case_id, township.actor("intake"), w.MONDAY, **earlier) == "new_day"


def test_r2_08_the_five_stages_follow_each_other(app, township):
    case_id, _ = w.replied(app, township)
    answers.feed_back(case_id, township.actor("intake"), w.MONDAY, TOLD)
    answers.rate(case_id, CITIZEN, w.MONDAY, level="good")
    answers.close(case_id, township.actor("intake"), w.MONDAY)
    answers.archive(case_id, township.actor("archivist"), w.MONDAY)
    stages = ["received", "accepted", "transferred", "signed", "reply_handed_in", "answered", "archived"]
    assert [k for k in kinds(case_id) if k in stages] == stages


def test_r2_09_the_slip_is_due_one_working_day_after_acceptance(app, township):
    case_id = w.accepted(app, township, now=w.MONDAY + w.days(4))  # a Friday
    assert clock(case_id, "transfer").due_day == dt.date(2026, 9, 14)


def test_r2_09_the_slip_has_a_number_and_needs_points_to_answer(app, township):
    case_id = w.accepted(app, township)
    call = dict(unit_id=township.unit["finance"], points="", text=w.STORY)
    assert refusal(slips.transfer, case_id, township.actor("dispatcher"), w.MONDAY, **call) == "points"
    slip_id = slips.transfer(case_id, township.actor("dispatcher"), w.MONDAY, **{**call, "points": "何时更新"})
    assert w.slip_of(slip_id).number == "南溪转〔2026〕0001号"


def test_r2_10_a_named_person_of_the_unit_signs_and_nobody_else(app, township):
    case_id, slip_id = w.transferred(app, township)
    for role in ("handler", "unit_head", "other_signer", "intake"):
        assert refusal(slips.sign, slip_id, township.actor(role), w.MONDAY) in {"not_yours", "no_such_case"}
    slips.sign(slip_id, township.actor("signer"), w.MONDAY)
    slip = w.slip_of(slip_id)
    assert (slip.signed_by, slip.signed_at) == (township.actor("signer").person_id, w.MONDAY)
    assert w.case_of(case_id).state == "handling"


def test_r2_11_the_director_names_the_section_and_the_head_approves_before_it_leaves(app, township):
    _, slip_id = w.signed(app, township)
    assert refusal(replies.submit, slip_id, township.actor("handler"), w.MONDAY, w.SOLVED) == "no_section"
    section = dict(section_id=township.unit["budget"])
    assert refusal(slips.assign_section, slip_id, township.actor("handler"), w.MONDAY, **section) == "not_yours"
    slips.assign_section(slip_id, township.actor("director"), w.MONDAY, **section)
    replies.submit(slip_id, township.actor("handler"), w.MONDAY, w.SOLVED)
    assert refusal(replies.hand_in, slip_id, township.actor("signer"), w.MONDAY) == "not_now"
    replies.decide(slip_id, township.actor("unit_head"), w.MONDAY, approved=True)
    replies.hand_in(slip_id, township.actor("signer"), w.MONDAY)


def test_r2_11_a_reply_sent_back_needs_a_comment_and_begins_a_new_version(app, township):
    _, slip_id = w.signed(app, township)
    slips.assign_section(slip_id, township.actor("director"), w.MONDAY, section_id=township.unit["finance"])
    replies.submit(slip_id, township.actor("handler"), w.MONDAY, w.SOLVED)
    head = township.actor("unit_head")
    assert refusal(replies.decide, slip_id, head, w.MONDAY, approved=False) == "comment"
    replies.decide(slip_id, head, w.MONDAY, approved=False, comment="请写明完成日期。")
    replies.submit(slip_id, township.actor("handler"), w.MONDAY, w.SOLVED)
    assert w.slip_of(slip_id).state == "submitted"


def test_r2_12_a_return_is_applied_for_within_one_working_day_of_signing(app, township):
    _, slip_id = w.signed(app, township)
    late = dt.datetime(2026, 9, 8, 9, 31, tzinfo=dt.UTC)  # Tuesday 17:31
    call = dict(reason="不属于本单位职责。", unit_id=township.unit["villages"])
    assert refusal(slips.ask_return, slip_id, township.actor("signer"), late, **call) == "return_too_late"
    slips.ask_return(slip_id, township.actor("signer"), late - dt.timedelta(minutes=1), **call)
    assert w.slip_of(slip_id).state == "return_asked"


def test_r2_12_the_office_decides_the_return(app, township):
    case_id, slip_id = w.signed(app, township)
    slips.ask_return(slip_id, township.actor("signer"), w.MONDAY, reason="不属于本单位职责。")
    assert refusal(slips.decide_return, slip_id, township.actor("unit_head"), w.MONDAY, granted=True, comment="") == (
        "not_yours"
    )
    slips.decide_return(slip_id, township.actor("dispatcher"), w.MONDAY + w.days(1), granted=True, comment="")
    case = w.case_of(case_id)
    assert (case.state, case.unit_id) == ("accepted", None)
    assert clock(case_id, "transfer").due_day == dt.date(2026, 9, 9)


def test_r2_12_a_return_declined_leaves_the_slip_with_the_unit(app, township):
    _, slip_id = w.signed(app, township)
    slips.ask_return(slip_id, township.actor("signer"), w.MONDAY, reason="不属于本单位职责。")
    office = township.actor("dispatcher")
    assert refusal(slips.decide_return, slip_id, office, w.MONDAY, granted=False, comment="") == "comment"
    slips.decide_return(slip_id, office, w.MONDAY, granted=False, comment="公开栏由你所管理。")
    assert w.slip_of(slip_id).state == "signed"
