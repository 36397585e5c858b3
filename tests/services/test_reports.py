"""Reports: opened by the calendar, counted by the database, frozen when handed in, corrected beside."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain.periods import Period
from shared.models.case_bar import CaseBar
from shared.models.outbox import OutboxRow
from shared.models.report import ReportCorrection, ReportRow
from shared.services import answers, decisions, queries_reports, report_calendar, report_settings, reports
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import refusal

MONTH = Period(dt.date(2026, 9, 1), dt.date(2026, 9, 30))


@pytest.fixture
def hospital(db) -> rw.RegimeWorld:
    return rw.of("R10")


def opened(place: rw.RegimeWorld, code: str, now: dt.datetime = w.MONDAY) -> int:
    report_calendar.open_due(now)
    with work() as session:
        query = select(ReportRow.id).where(ReportRow.institution_id == place.cast.institution_id)
        return session.scalars(query.where(ReportRow.code == code).order_by(ReportRow.period_to.desc())).first()


def cells(place: rw.RegimeWorld, report_id: int, role: str) -> dict[str, object]:
    return queries_reports.view(report_id, place.as_(role)).now()


def behind(report_id: int, actor, table: str, key: str, *more):
    return queries_reports.behind(queries_reports.view(report_id, actor), actor, table, key, *more)


def test_opening_twice_opens_once(app, hospital):
    assert (report_calendar.open_due(w.MONDAY), report_calendar.open_due(w.MONDAY)) == (1, 0)
    assert report_calendar.open_due(w.MONDAY + w.days(25)) == 1
    with work() as session:
        rows = session.execute(select(ReportRow.period_from, ReportRow.due_day).order_by(ReportRow.id)).all()
    assert [tuple(row) for row in rows] == [
        (dt.date(2026, 9, 1), dt.date(2026, 9, 30)),
        (dt.date(2026, 10, 1), dt.date(2026, 11, 2)),  # 31 October is a Saturday
    ]


def test_whoever_makes_it_is_told_before_on_the_day_and_when_it_is_late(app, hospital):
    for day in range(26):
        report_calendar.open_due(w.MONDAY + w.days(day))
        report_calendar.open_due(w.MONDAY + w.days(day))
    with work() as session:
        told = session.execute(select(OutboxRow.notice, OutboxRow.audience).order_by(OutboxRow.id)).all()
    assert [tuple(one) for one in told] == [
        ("report_due", "office_intake"),
        ("report_due", "office_intake"),
        ("report_late", "office_intake"),
    ]


def test_the_figures_are_counted_from_the_cases(app, hospital):
    hospital.answered(app, category="")
    hospital.file_case(app)
    report_id = opened(hospital, "monthly")
    reports.draft(report_id, hospital.as_("intake"), w.MONDAY)
    found = cells(hospital, report_id, "intake")
    category = hospital.book.categories[0].code
    assert {k: found[k] for k in ("summary/received", "summary/accepted", "summary/answered", "summary/met")} == {
        "summary/received": 2,
        "summary/accepted": 1,
        "summary/answered": 1,
        "summary/met": 1,
    }
    assert (found[f"category/{category}"], found["category/"], found[f"unit/{hospital.unit()}"]) == (1, 1, 1)


def test_once_handed_in_the_figures_stay_and_a_changed_past_stands_beside(app, hospital):
    case_id = hospital.accepted(app)
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    reports.draft(report_id, desk, w.MONDAY)
    reports.submit(report_id, desk, w.MONDAY, remarks="本月候诊时间长的投诉较多。")
    before = queries_reports.view(report_id, desk).row.figures
    old, new = (c.code for c in hospital.book.categories[:2])
    decisions.classify(case_id, desk, w.MONDAY, category=new, severity=hospital.book.default_severity or "")
    assert (reports.correct(w.MONDAY), reports.correct(w.MONDAY)) == (1, 0)
    view = queries_reports.view(report_id, desk)
    assert view.row.figures == before
    assert (view.frozen()[f"category/{old}"], view.now()[f"category/{old}"], view.now()[f"category/{new}"]) == (1, 0, 1)
    with work() as session:
        assert session.scalars(select(ReportCorrection.cells)).one()[f"category/{new}"] == [0, 1]


def test_what_is_handed_in_cannot_be_worked_out_or_handed_in_again(app, hospital):
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    assert refusal(reports.submit, report_id, desk, w.MONDAY) == "not_now"
    reports.draft(report_id, desk, w.MONDAY)
    reports.submit(report_id, desk, w.MONDAY)
    for act in (reports.draft, reports.submit):
        assert refusal(act, report_id, desk, w.MONDAY) == "not_now"


def test_whoever_it_goes_to_is_told(app, hospital):
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    reports.draft(report_id, desk, w.MONDAY)
    reports.submit(report_id, desk, w.MONDAY)
    with work() as session:
        rows = select(OutboxRow.audience).where(OutboxRow.notice == "report_submitted")
        assert list(session.scalars(rows)) == ["gov_leader"]


def test_others_of_the_office_read_it_and_do_not_make_it(app, hospital):
    report_id = opened(hospital, "monthly")
    assert refusal(reports.draft, report_id, hospital.as_("gov_leader"), w.MONDAY) == "not_yours"
    assert queries_reports.view(report_id, hospital.as_("gov_leader")).row.id == report_id
    assert refusal(queries_reports.view, report_id, hospital.as_("handler", 0)) == "no_such_case"


def test_another_institution_has_no_such_report(app, hospital):
    report_id, other = opened(hospital, "monthly"), rw.of("R12")
    desk = other.as_("intake")
    assert refusal(queries_reports.view, report_id, desk) == "no_such_case"
    assert refusal(reports.draft, report_id, desk, w.MONDAY) == "no_such_case"


def test_the_words_of_a_report_name_nobody(app, hospital):
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    assert refusal(reports.draft, report_id, desk, w.MONDAY, remarks="来信人电话 13900000001") == "remarks"


def test_two_at_once_the_second_is_told_that_it_changed(app, hospital):
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    reports.draft(report_id, desk, w.MONDAY, version=1)
    assert refusal(reports.draft, report_id, desk, w.MONDAY, version=1) == "stale"


def test_a_case_about_the_reader_is_in_no_figure_and_no_list(app, hospital):
    case_id = hospital.accepted(app)
    hospital.accepted(app)
    report_id, desk, chief = opened(hospital, "monthly"), hospital.as_("intake"), hospital.as_("chief")
    reports.draft(report_id, desk, w.MONDAY)
    with work() as session:
        session.add(CaseBar(case_id=case_id, person_id=chief.person_id, named=True, by_id=desk.person_id, at=w.MONDAY))
    category = hospital.book.categories[0].code
    seen, whole = cells(hospital, report_id, "chief"), cells(hospital, report_id, "intake")
    assert (whole["summary/received"], seen["summary/received"]) == (2, 1)
    assert (whole[f"category/{category}"], seen[f"category/{category}"]) == (2, 1)
    rows, _ = behind(report_id, chief, "category", category)
    assert case_id not in {row.id for row in rows}
    assert len(rows) == 1
    assert len(behind(report_id, desk, "category", category)[0]) == 2


def test_the_list_behind_a_figure_goes_on_page_by_page(app, hospital):
    ids = [hospital.file_case(app, w.MONDAY + dt.timedelta(minutes=n)).case_id for n in range(3)]
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    rows, more = behind(report_id, desk, "summary", "received", None, 2)
    assert ([row.id for row in rows], more) == ([ids[2], ids[1]], True)
    after = (rows[-1].received_at, rows[-1].id)
    rest, more = behind(report_id, desk, "summary", "received", after, 2)
    assert ([row.id for row in rest], more) == ([ids[0]], False)


def test_a_satisfaction_target_is_the_chiefs_to_set_and_stands_with_the_share(app):
    with app.app_context():
        place = rw.of("R12")
        assert refusal(report_settings.set_target, place.as_("intake"), w.MONDAY, percent=Decimal(100)) == "not_yours"
        report_settings.set_target(place.as_("chief"), w.MONDAY, percent=Decimal(100))
        report_id = opened(place, "monthly")
        reports.draft(report_id, place.as_("archivist"), w.MONDAY)
        assert queries_reports.view(report_id, place.as_("chief")).row.figures["target"] == "1.0000"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "none"}, "code"),
        ({"told": Period(MONTH.last, MONTH.first)}, "period_to"),
        ({"told": Period(dt.date(2027, 1, 1), dt.date(2027, 1, 2))}, "period_from"),
        ({"told": Period(dt.date(2020, 1, 1), dt.date(2026, 1, 2))}, "period_to"),
        ({"due_day": dt.date(2026, 9, 1)}, "due_day"),
        ({"due_day": dt.date(9999, 12, 31)}, "due_day"),
    ],
)
def test_a_report_that_is_begun_by_hand_has_sound_days(app, db, more, field):
    place = rw.of("R19")
    call = {"code": "hot_spots", "told": MONTH, "due_day": dt.date(2026, 9, 20)} | more
    assert refusal(report_calendar.begin, place.as_("intake"), w.MONDAY, **call) == field


def test_the_same_report_for_the_same_days_is_begun_once(app, db):
    place = rw.of("R19")
    call = {"code": "hot_spots", "told": MONTH, "due_day": dt.date(2026, 9, 20)}
    report_calendar.begin(place.as_("intake"), w.MONDAY, **call)
    assert refusal(report_calendar.begin, place.as_("intake"), w.MONDAY, **call) == "period_from"


def test_minutes_need_their_words(app, hospital):
    report_id, desk = opened(hospital, "monthly"), hospital.as_("intake")
    day = dt.date(2026, 9, 7)
    call = {"kind": "meeting", "day": day, "until": None, "takers": "医患办、门诊部", "conclusions": "加开两个窗口。"}
    for name, value in (
        ("kind", "party"),
        ("day", None),
        ("until", dt.date(2026, 9, 1)),
        ("takers", " "),
        ("conclusions", ""),
    ):
        assert refusal(reports.add_record, report_id, desk, w.MONDAY, **call | {name: value}) == name
    reports.add_record(report_id, desk, w.MONDAY, **call)
    assert [r.takers for r in queries_reports.view(report_id, desk).records] == ["医患办、门诊部"]


def test_reopened_and_rated_cases_count_once_in_their_line(app, hospital):
    case_id, desk = hospital.answered(app), hospital.as_("intake")
    answers.rehandle(case_id, desk, w.MONDAY, reason="没有解决")
    report_id = opened(hospital, "monthly")
    reports.draft(report_id, desk, w.MONDAY)
    assert cells(hospital, report_id, "intake")["summary/reopened"] == 1
