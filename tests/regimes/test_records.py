"""Records beside a case, as the rule books call for them: surveys, both sides heard, reports to bodies above."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import select

from shared import clock as clocks
from shared.db import work
from shared.domain.case_records import Entry
from shared.files import Kept
from shared.models.case_record import CaseRecord
from shared.services import case_records, conflicts, erasing
from shared.services.case_records import keep
from shared.services.conflicts import Named
from shared.services.queries_case import case_view
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import clock, kinds, refusal

SEEN = dict(text="厨房墙面湿了一片，水表不走字也在渗。", partner="物业工程部两名技术员", at=w.MONDAY)


def photo(app) -> Kept:
    stored = app.extensions["huiyin"].store.put(io.BytesIO(b"x"))
    return Kept(stored=stored, name="墙面.jpg", media_type="image/jpeg", size=1, sha256="0" * 64, removed=())


def rows(case_id: int) -> list[CaseRecord]:
    with work() as session:
        found = list(session.scalars(select(CaseRecord).where(CaseRecord.case_id == case_id).order_by(CaseRecord.id)))
        session.expunge_all()
        return found


@pytest.fixture
def estate(db) -> rw.RegimeWorld:
    return rw.of("R15")


def test_r15_02_the_survey_is_on_record_and_ends_the_days_limit(app, estate):
    case_id = estate.file_case(app).case_id
    assert clock(case_id, "survey").stopped_at is None
    keep(case_id, estate.actor("centre_head"), w.MONDAY, Entry("site_survey", "solved", **SEEN))
    assert clock(case_id, "survey").stopped_at == w.MONDAY


def test_r15_04_what_the_centre_cannot_solve_goes_up_the_same_day_and_is_looked_at_again(app, estate):
    case_id, head = estate.accepted(app), estate.actor("centre_head")
    keep(case_id, head, w.MONDAY, Entry("site_survey", "unsolved", **SEEN))
    assert clock(case_id, "report_up").due_day == w.MONDAY.date()
    told = {**SEEN, "partner": "品质工程管理中心"}
    keep(case_id, head, w.MONDAY, Entry("report_up", **told))
    assert clock(case_id, "report_up").stopped_at == w.MONDAY
    assert clock(case_id, "second_survey").due_day == w.MONDAY.date()
    keep(case_id, head, w.MONDAY, Entry("site_survey", "solved", **SEEN))
    assert clock(case_id, "second_survey").stopped_at == w.MONDAY


def test_r15_05_the_report_goes_up_with_photos_within_two_days(app, estate):
    case_id, head = estate.accepted(app, severity="builder"), estate.actor("centre_head")
    keep(case_id, head, w.MONDAY, Entry("site_survey", "unsolvable", **SEEN))
    assert clock(case_id, "survey_report").due_day == dt.date(2026, 9, 9)
    report = Entry("survey_report", **{**SEEN, "partner": "客户服务部、建筑公司工程部"})
    assert refusal(keep, case_id, head, w.MONDAY, report) == "files"
    keep(case_id, head, w.MONDAY + w.days(1), report, [photo(app)])
    assert clock(case_id, "survey_report").stopped_at == w.MONDAY + w.days(1)
    assert len(rows(case_id)[-1].files) == 1


@pytest.mark.parametrize(("done", "who"), [(dt.date(2025, 9, 8), "project"), (dt.date(2025, 9, 7), "repair_team")])
def test_r15_06_the_day_of_completion_decides_who_repairs(app, estate, done, who):
    case_id, _ = estate.signed(app, severity="builder")
    keep(case_id, estate.actor("desk"), w.MONDAY, Entry("by_date", day=done))
    assert rows(case_id)[0].facts["to"] == who
    assert kinds(case_id)[-1] == "unit_assigned"


def test_r15_08_the_joint_survey_agrees_on_the_day_that_the_limit_is(app, estate):
    case_id, _ = estate.signed(app, severity="major")
    plan = dict(text="整面外墙重做，十月中旬完成。", units=(estate.unit(2),), at=w.MONDAY)
    lead = estate.actor("service")
    over = Entry("joint_survey", day=dt.date(2026, 9, 6), **plan)
    assert refusal(keep, case_id, lead, w.MONDAY, over) == "day"
    keep(case_id, lead, w.MONDAY, Entry("joint_survey", day=dt.date(2026, 10, 16), **plan))
    assert clock(case_id, "agreed").due_day == dt.date(2026, 10, 16)


def test_a_works_department_keeps_no_record_and_reads_none(app, estate):
    case_id, _ = estate.signed(app, severity="builder")
    for role in ("works_head", "works"):
        assert refusal(keep, case_id, estate.actor(role), w.MONDAY, Entry("site_survey", "solved", **SEEN)) in {
            "no_such_case",
            "not_yours",
        }
        assert refusal(case_view, case_id, estate.actor(role), w.MONDAY) == "no_such_case"


def test_who_is_complained_about_takes_no_part(app, estate):
    case_id = estate.accepted(app, severity="major")
    conflicts.name(case_id, estate.actor("desk"), w.MONDAY, Named([estate.unit(2)], []))
    day = dt.date(2026, 10, 16)
    plan = Entry("joint_survey", text="重做。", units=(estate.unit(2),), at=w.MONDAY, day=day)
    assert refusal(keep, case_id, estate.actor("desk"), w.MONDAY, plan) == "units"


def test_a_kind_that_the_rules_do_not_call_for_does_not_exist(app, estate):
    case_id = estate.accepted(app)
    said = Entry("statement", "respondent", text="不是我们的责任。", at=w.MONDAY)
    assert refusal(keep, case_id, estate.actor("desk"), w.MONDAY, said) == "no_such_case"


@pytest.fixture
def bureau(db) -> rw.RegimeWorld:
    return rw.of("R17")


def test_r17_04_both_sides_are_heard_and_what_each_said_is_on_record(app, bureau):
    case_id, officer = bureau.accepted(app), bureau.actor("officer")
    book = lambda: case_records.book_of(w.case_of(case_id), bureau.book)  # noqa: E731
    assert [side for _, side in book().missing] == ["complainant", "respondent"]
    for side, said in (("complainant", "墙是去年开始裂的。"), ("respondent", "开裂是装修造成的，附照片。")):
        keep(case_id, officer, w.MONDAY, Entry("statement", side, text=said, at=w.MONDAY), [photo(app)])
    assert [one.row.text for one in book().shown] == ["墙是去年开始裂的。", "开裂是装修造成的，附照片。"]
    assert book().missing == []
    assert kinds(case_id)[-2:] == ["statement_taken", "respondent_answered"]


def test_r17_06_the_head_brings_the_departments_together(app, bureau):
    case_id, head = bureau.accepted(app, severity="complex"), bureau.actor("head")
    talk = dict(text="两个科室意见一致：施工单位返工。", at=w.MONDAY)
    assert refusal(keep, case_id, head, w.MONDAY, Entry("consultation", **talk)) == "units"
    assert refusal(keep, case_id, head, w.MONDAY, Entry("consultation", units=(999999,), **talk)) == "units"
    keep(case_id, head, w.MONDAY, Entry("consultation", units=(bureau.unit(0), bureau.unit(1)), **talk))
    [one] = case_records.book_of(w.case_of(case_id), bureau.book).shown
    assert len(one.units) == 2


def test_r4_05_the_result_is_reported_up_before_the_day_of_the_body_above(app, db):
    office = rw.of("R4")
    sent = dict(channel="upper", upper_body="县劳动保障监察大队", upper_due=dt.date(2026, 9, 25))
    case_id, plain = office.accepted(app, **sent), office.accepted(app)
    told = Entry("upper_report", text="工资已经付清。", partner="县劳动保障监察大队", at=w.MONDAY)
    assert refusal(keep, plain, office.actor("duty"), w.MONDAY, told) == "no_such_case"
    assert clock(case_id, "upper").stopped_at is None
    keep(case_id, office.actor("duty"), w.MONDAY, told)
    assert clock(case_id, "upper").stopped_at == w.MONDAY


def test_r25_04_what_the_180_centre_passed_on_is_answered_to_it_in_writing(app, db):
    telecom = rw.of("R25")
    case_id = telecom.answered(app, channel="referral", severity="general")
    book = lambda: case_records.book_of(w.case_of(case_id), telecom.book)  # noqa: E731
    assert book().missing == [("sender_reply", "")]
    told = Entry("sender_reply", text="流量提醒已经补开，退费六十元。", partner="180投诉中心", at=w.MONDAY)
    keep(case_id, telecom.actor("service"), w.MONDAY, told)  # also when the customer has the answer
    assert (book().missing, kinds(case_id)[-1]) == ([], "sender_replied")


def test_r23_03_fifty_days_from_handover_are_recorded_and_no_complaint(app, db):
    group = rw.of("R23")
    case_id = group.file_case(app, category="quality").case_id
    keep(case_id, group.actor("project_desk"), w.MONDAY, Entry("by_date", day=dt.date(2026, 7, 19)))
    assert w.case_of(case_id).category == "rectify"
    assert kinds(case_id)[-2:] == ["classified", "judged_by_date"]
    other = group.file_case(app, category="quality").case_id
    keep(other, group.actor("project_desk"), w.MONDAY, Entry("by_date", day=dt.date(2026, 7, 18)))
    assert (w.case_of(other).category, kinds(other)[-1]) == ("quality", "judged_by_date")


def test_what_was_written_is_erased_with_the_case(app, estate):
    case_id = estate.accepted(app)
    keep(case_id, estate.actor("desk"), w.MONDAY, Entry("site_survey", "solved", **SEEN))
    from shared.domain.visibility import SYSTEM
    from shared.services import cases

    with work() as session:
        case = cases.lock(session, case_id)
        paper = erasing.certificate(session, case.institution_id, "request", SYSTEM, w.MONDAY)
        erasing.erase(
            session, case, ["content"], paper, SYSTEM, w.MONDAY, app.extensions["huiyin"].store, role="system"
        )
    [row] = rows(case_id)
    assert (row.text, row.partner, row.result) == ("", "", "solved")


def test_the_page_keeps_typed_words_and_shows_the_report_with_its_photos(app, client):
    with app.app_context():
        estate = rw.of("R15")
        case_id = estate.accepted(app, severity="builder")
    with clocks.frozen(w.MONDAY):
        desk = app.test_client()
        desk.send("/office/sign-in", username="wuye-desk", password=w.PASSWORD)
        assert f"/office/case/{case_id}/records" in desk.get(f"/office/case/{case_id}").text
        page = f"/office/case/{case_id}/records/survey_report"
        answer = desk.send(page, text="外墙三处空鼓", partner="客户服务部")
        assert (answer.status_code, "外墙三处空鼓" in answer.text, "请先选择文件" in answer.text) == (422, True, True)
        png = (io.BytesIO(PNG), "墙.png")
        kept = desk.send(page, text="外墙三处空鼓", partner="客户服务部", at="2026-09-07T08:30", files=png)
        assert kept.status_code == 303
        shown = desk.get(f"/office/case/{case_id}/records").text
        assert "现场勘查报告" in shown
        assert "外墙三处空鼓" in shown
        from lxml import html

        paper = desk.get(html.fromstring(shown).xpath("//a[contains(@href, '/print')]/@href")[0])
        assert "<img" in paper.text
        assert desk.get(f"/office/case/{case_id}/records/statement").status_code == 404
        assert desk.get(f"/office/case/{case_id}/records/999/print").status_code == 404


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
