"""R4.05, R23.03: what an event calls for is owed without anybody beginning it by hand."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from shared.db import work
from shared.domain.periods import Period
from shared.models.report import ReportRow
from shared.services import queries_work, report_calendar, reports
from tests.support import regime_world as rw
from tests.support import world as w

D = dt.date
DAY = D(2026, 9, 25)
UPPER = dict(channel="upper", upper_body="县劳动保障监察大队", upper_due=DAY)


def rows(code: str) -> list[tuple[dt.date, dt.date, dt.date]]:
    with work() as session:
        query = select(ReportRow.period_from, ReportRow.period_to, ReportRow.due_day).where(ReportRow.code == code)
        return [tuple(row) for row in session.execute(query.order_by(ReportRow.id))]


def one(code: str) -> int:
    with work() as session:
        return session.scalars(select(ReportRow.id).where(ReportRow.code == code)).one()


def test_r4_05_a_case_sent_down_makes_the_report_due_on_the_day_of_the_body_above(app, db):
    office = rw.of("R4")
    office.file_case(app, **UPPER)
    assert rows("upward") == [(D(2026, 9, 7), D(2026, 9, 7), DAY)]
    office.file_case(app)  # not sent down
    assert len(rows("upward")) == 1


def test_r4_05_it_lies_on_the_desk_of_whoever_makes_it_when_its_day_comes_near(app, db):
    office = rw.of("R4")
    office.file_case(app, **UPPER)

    def waiting(role: str, now: dt.datetime) -> list[int]:
        heaps = queries_work.desk(office.actor(role), now).heaps
        return [task.id for heap in heaps if heap.code == "make_report" for task in heap.tasks]

    assert one("upward") not in waiting("duty", w.MONDAY)
    assert one("upward") in waiting("duty", w.MONDAY + w.days(16))


def test_r4_05_two_cases_of_one_day_are_told_in_one_report_by_the_earlier_day(app, db):
    office = rw.of("R4")
    office.file_case(app, **UPPER)
    office.file_case(app, **UPPER | {"upper_due": D(2026, 9, 18)})
    office.file_case(app, **UPPER | {"upper_due": D(2026, 9, 30)})
    assert rows("upward") == [(D(2026, 9, 7), D(2026, 9, 7), D(2026, 9, 18))]


def test_r4_05_the_sweep_mends_one_that_was_missed_and_only_once(app, db):
    office = rw.of("R4")
    office.file_case(app, **UPPER)
    with work() as session:
        session.execute(delete(ReportRow))
    report_calendar.open_due(w.MONDAY + w.days(1))
    report_calendar.open_due(w.MONDAY + w.days(1))
    assert rows("upward") == [(D(2026, 9, 7), D(2026, 9, 7), DAY)]


def test_r4_05_what_was_handed_in_is_not_opened_again(app, db):
    office = rw.of("R4")
    office.file_case(app, **UPPER)
    reports.draft(one("upward"), office.actor("duty"), w.MONDAY)
    reports.submit(one("upward"), office.actor("duty"), w.MONDAY + w.days(1))
    report_calendar.open_due(w.MONDAY + w.days(2))
    assert len(rows("upward")) == 1


def test_r4_05_a_case_that_comes_after_the_report_of_its_day_calls_for_another(app, db):
    office = rw.of("R4")
    office.file_case(app, **UPPER)
    reports.draft(one("upward"), office.actor("duty"), w.MONDAY)
    reports.submit(one("upward"), office.actor("duty"), w.MONDAY)
    office.file_case(app, now=w.MONDAY + dt.timedelta(hours=3), **UPPER)
    assert rows("upward") == [(D(2026, 9, 7), D(2026, 9, 7), DAY), (D(2026, 9, 7), DAY, DAY)]
    report_calendar.open_due(w.MONDAY + w.days(1))
    assert len(rows("upward")) == 2


def test_r4_05_one_begun_by_hand_for_those_days_is_enough(app, db):
    office = rw.of("R4")
    told = Period(D(2026, 9, 1), D(2026, 9, 30))
    report_calendar.begin(office.actor("duty"), w.MONDAY, code="upward", told=told, due_day=D(2026, 9, 30))
    office.file_case(app, **UPPER)
    assert rows("upward") == [(told.first, told.last, DAY)]


def test_r23_03_problems_that_gather_call_for_an_analysis_of_the_month(app, db):
    group = rw.of("R23")
    for _ in range(2):
        group.accepted(app, category="quality")
    report_calendar.open_due(w.MONDAY)
    assert rows("special") == []
    group.accepted(app, category="quality")
    report_calendar.open_due(w.MONDAY)
    report_calendar.open_due(w.MONDAY + w.days(1))
    assert rows("special") == [(D(2026, 9, 1), D(2026, 9, 30), D(2026, 9, 14))]


def test_r23_03_as_many_as_last_month_is_nothing_new(app, db):
    group = rw.of("R23")
    for month in (w.MONDAY - w.days(30), w.MONDAY):
        for _ in range(3):
            group.file_case(app, now=month, category="quality")
    report_calendar.open_due(w.MONDAY)
    assert rows("special") == []
