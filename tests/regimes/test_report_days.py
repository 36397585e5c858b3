"""Reports of every rule book that asks for them: the day by which each is made, who makes it, who reads it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from shared.db import work
from shared.models.outbox import OutboxRow
from shared.models.report import ReportRow
from shared.services import queries_reports, report_calendar, report_settings, reports
from tests.support import world as w
from tests.support.regime_reports import at, handed_in, lines, owed
from tests.support.rows import refusal

D = dt.date


def test_r7_06_the_half_year_and_the_year_are_told(app, db):
    _, spring = owed("R7", at(2026, 3, 2))
    assert {key: row.due_day for key, row in spring.items()} == {
        ("half_year", D(2026, 6, 30)): D(2026, 6, 30),
        ("year", D(2026, 12, 31)): D(2026, 12, 31),
    }


@pytest.mark.parametrize(
    ("code", "report", "now", "last", "due"),
    [
        ("R10", "monthly", at(2026, 9, 7), D(2026, 9, 30), D(2026, 9, 30)),
        ("R12", "monthly", at(2026, 9, 7), D(2026, 9, 30), D(2026, 9, 30)),
        ("R13", "review", at(2026, 9, 7), D(2026, 8, 31), D(2026, 9, 10)),
        ("R13", "statistics", at(2026, 10, 8), D(2026, 9, 30), D(2026, 10, 10)),
        ("R20", "monthly", at(2026, 9, 7), D(2026, 9, 30), D(2026, 9, 30)),
        ("R20", "yearly", at(2026, 9, 7), D(2026, 12, 31), D(2026, 12, 31)),
        ("R22", "monthly", at(2026, 9, 1), D(2026, 8, 31), D(2026, 9, 4)),
        ("R24", "ranking", at(2026, 9, 7), D(2026, 12, 31), D(2026, 12, 31)),
        ("R25", "monthly", at(2026, 9, 7), D(2026, 9, 30), D(2026, 9, 30)),
    ],
)
def test_every_report_with_a_calendar_opens_with_its_day(app, db, code, report, now, last, due):
    """R10.11, R12.11, R13.10, R13.11, R20.08, R20.10, R22.08, R24.07, R25.07: the day by which each is made."""
    _, rows = owed(code, now)
    assert rows[report, last].due_day == due


@pytest.mark.parametrize(
    ("code", "report"), [("R9", "statistics"), ("R15", "analysis"), ("R16", "review"), ("R19", "hot_spots")]
)
def test_what_is_only_called_regular_comes_due_once_the_institution_has_set_how_often(app, db, code, report):
    """R9.15, R15.10, R16.04, R19.04: 定期 is the institution's to set."""
    place, rows = owed(code)
    assert report not in {key for key, _ in rows}
    call = dict(code=report, every="quarter", days=5)
    report_settings.set_rhythm(place.as_("chief"), w.MONDAY, **call)
    report_calendar.open_due(w.MONDAY)
    with work() as session:
        row = session.scalars(select(ReportRow).where(ReportRow.code == report)).one()
        assert (row.period_from, row.period_to, row.due_day) == (D(2026, 7, 1), D(2026, 9, 30), D(2026, 10, 13))


def test_r13_11_the_statistic_is_made_by_personnel_for_the_general_manager(app, db):
    place, rows = owed("R13")
    row = rows["statistics", D(2026, 8, 31)]
    assert refusal(reports.draft, row.id, place.actor("manager"), w.MONDAY) == "not_yours"
    with app.test_request_context():
        handed_in(place, row)
    with work() as session:
        told = select(OutboxRow.audience).where(OutboxRow.notice == "report_submitted")
        assert list(session.scalars(told)) == ["gov_leader"]


def test_r20_07_what_moved_is_read_every_day_and_signed(app, db):
    place, rows = owed("R20")
    case_id = place.file_case(app).case_id
    row = rows["daily", D(2026, 9, 7)]
    assert (row.period_from, row.due_day) == (D(2026, 9, 5), D(2026, 9, 7))  # with the weekend before
    by = place.actor("supervisor")
    found, _ = queries_reports.behind(queries_reports.view(row.id, by), by, "touched", "touched")
    assert [one.id for one in found] == [case_id]
    reports.submit(row.id, by, w.MONDAY)
    view = queries_reports.view(row.id, by)
    assert (view.row.state, view.row.submitted_by, view.row.figures["cells"]) == (
        "submitted",
        by.person_id,
        {"touched/touched": 1},
    )
    report_calendar.open_due(w.MONDAY + w.days(1))
    with work() as session:
        days = select(ReportRow.period_to).where(ReportRow.code == "daily").order_by(ReportRow.id)
        assert list(session.scalars(days)) == [D(2026, 9, 7), D(2026, 9, 8)]


def test_r20_08_the_report_of_the_month_goes_to_the_manager_and_the_vice_with_its_cases(app, db):
    place, rows = owed("R20")
    case_id = place.file_case(app).case_id
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
    found, _ = queries_reports.behind(view, place.actor("vice"), "summary", "received")
    assert [one.id for one in found] == [case_id]
    with work() as session:
        told = set(session.scalars(select(OutboxRow.audience).where(OutboxRow.notice == "report_submitted")))
    assert told == {"office_chief", "gov_leader"}


def test_r20_09_the_minutes_are_a_record_with_conclusions(app, db):
    place, rows = owed("R20")
    row, by = rows["minutes", D(2026, 9, 30)], place.actor("supervisor")
    assert refusal(reports.submit, row.id, by, w.MONDAY, remarks=" ") == "remarks"
    reports.submit(row.id, by, w.MONDAY, remarks="样板间的赠品写进合同，营销部九月底前办完，主办督促。")
    view = queries_reports.view(row.id, place.actor("manager"))
    assert (view.row.state, view.by[by.person_id or 0]) == ("submitted", by.name)
    assert refusal(reports.submit, row.id, by, w.MONDAY, remarks="改写") == "not_now"


def test_r20_10_the_manager_sums_the_year_up(app, db):
    place, rows = owed("R20")
    place.file_case(app)
    row = rows["yearly", D(2026, 12, 31)]
    assert refusal(reports.draft, row.id, place.actor("supervisor"), w.MONDAY) == "not_yours"
    with app.test_request_context():
        assert lines(handed_in(place, row), "summary")["收到投诉"] == 1


def test_r22_08_last_months_complaints_are_listed_in_the_first_working_week(app, db):
    place, rows = owed("R22", at(2026, 10, 8))
    place.file_case(app)
    row = rows["monthly", D(2026, 9, 30)]
    assert row.due_day == D(2026, 10, 10)  # 8 to 10 October are the first week that is worked
    with app.test_request_context():
        assert lines(handed_in(place, row, at(2026, 10, 9)), "summary")["收到投诉"] == 1


def test_r25_07_the_complaints_of_the_month_go_to_the_management(app, db):
    place, rows = owed("R25")
    place.accepted(app, severity="vip")
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        assert sum(lines(view, "severity").values()) == 1
    with work() as session:
        told = select(OutboxRow.audience).where(OutboxRow.notice == "report_submitted")
        assert list(session.scalars(told)) == ["office_chief"]
