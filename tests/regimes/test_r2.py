"""R2 政务公开投诉受理制度（南溪镇）: a test for every row."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.visibility import CITIZEN, may_see_case, may_see_slip
from shared.models.answer import Answer
from shared.models.clock import ClockRow
from shared.models.complainant import Complainant
from shared.models.event import Event
from shared.models.extension import Extension
from shared.models.outbox import OutboxRow
from shared.models.rating import Rating
from shared.services import answers, decisions, extensions, replies, slips
from shared.services.answers import Told
from shared.services.replies import Proposal
from tests.support import world as w

BOOK = regimes.parse(regimes.shipped("R2"))
TOLD = Told(means="online", text="您反映的公开栏已经更新，谢谢您的监督。")


def clock(case_id: int, limit: str) -> ClockRow:
    with work() as session:
        query = select(ClockRow).where(ClockRow.case_id == case_id, ClockRow.limit_id == limit)
        row = session.scalars(query.order_by(ClockRow.start_seq.desc())).first()
        assert row is not None
        session.expunge(row)
        return row


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return str(caught.value.facts.get("field") or caught.value.code)


def kinds(case_id: int) -> list[str]:
    with work() as session:
        return list(session.scalars(select(Event.kind).where(Event.case_id == case_id).order_by(Event.seq)))


def owed(case_id: int) -> set[tuple[str, str]]:
    with work() as session:
        rows = session.execute(select(OutboxRow.notice, OutboxRow.audience).where(OutboxRow.case_id == case_id))
        return {(n, a) for n, a in rows}


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
    slips.decide_help(part, township.actor("chief"), w.MONDAY, agreed=True)
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
    assert refusal(slips.give_help, part, township.actor("handler"), w.MONDAY, opinion="已核对。") == "no_such_case"
    slips.give_help(part, township.actor("other_handler"), w.MONDAY, opinion="名单已经核对。")


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


def test_r2_21_every_role_of_the_rule_book_has_a_title():
    titles = {r.code: r.name for r in BOOK.roles}
    assert set(titles) == {"intake", "dispatcher", "chief", "archivist", "signer", "director", "handler", "unit_head"}
    assert all(titles.values())


def test_every_row_of_r2_stands_in_the_published_rules():
    assert {c.row for c in BOOK.clauses} == {f"R2.{n:02d}" for n in range(1, 22)}
