"""What the reports of the rule books count: kinds, units, classes, limits kept, and what counts for nobody."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from backoffice import report_tables
from shared.db import work
from shared.models.outbox import OutboxRow
from shared.services import answers, decisions, findings, queries_reports, reports
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_reports import at, begun, handed_in, lines, maker, owed, passed_to

D = dt.date


def test_r7_06_the_year_tells_of_kinds_and_departments(app, db):
    place, rows = owed("R7", at(2026, 12, 28))
    assert set(rows) == {("year", D(2026, 12, 31))}
    place.answered(app)
    with app.test_request_context():
        view = handed_in(place, rows["year", D(2026, 12, 31)], at(2026, 12, 31))
        assert sum(lines(view, "category").values()) == 1
        assert lines(view, "unit") == {place.book.sample.units[0]: 1}
    with work() as session:
        told = session.execute(select(OutboxRow.notice, OutboxRow.audience)).all()
    assert ("report_submitted", "office_chief") in {tuple(one) for one in told}


def test_r10_11_the_month_is_told_by_kind_and_department_before_it_ends(app, db):
    place, rows = owed("R10")
    for _ in range(2):
        place.answered(app)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)], at(2026, 9, 30), remarks="候诊时间长，建议加开窗口。")
        assert lines(view, "category")[place.book.categories[0].name] == 2
        assert lines(view, "unit")[place.book.sample.units[0]] == 2
    assert view.row.remarks == "候诊时间长，建议加开窗口。"


def test_r12_11_the_monthly_analysis_tells_how_satisfied_people_were(app, db):
    place, rows = owed("R12")
    place.answered(app)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        assert lines(view, "satisfaction")["满意"] == 1
        assert [(m.name, m.text) for m in report_tables.measures(view)] == [("满意率", "100%")]


def test_r13_10_the_review_tells_of_the_cases_closed_last_month(app, db):
    place, rows = owed("R13")
    august = at(2026, 8, 3)
    closed, open_ = place.answered(app, august), place.answered(app, august)
    answers.close(closed, place.as_("intake"), at(2026, 8, 20))
    with app.test_request_context():
        view = handed_in(place, rows["review", D(2026, 8, 31)])
        assert sum(lines(view, "category").values()) == 1
    found, _ = queries_reports.behind(view, maker(place, "review"), "category", "*")
    assert [row.id for row in found] == [closed]
    assert open_ != closed


def test_r16_04_the_work_itself_is_reviewed_in_time_and_late(app, db):
    place, _ = owed("R16")
    place.answered(app)
    report_id = begun(place, "review", "head")
    with app.test_request_context():
        told = lines(queries_reports.view(report_id, place.actor("head")), "summary")
    assert (told["收到投诉"], told["答复"], told["按期办理"], told["超过期限"]) == (1, 1, 1, 0)


def test_a_limit_that_still_runs_is_not_missed(app, db):
    place, rows = owed("R10")
    case_id = place.signed(app)[0]
    row, by = rows["monthly", D(2026, 9, 30)], maker(place, "monthly")
    with app.test_request_context():
        for now, late in ((w.MONDAY, 0), (at(2026, 9, 29), 1)):
            reports.draft(row.id, by, now)
            assert lines(queries_reports.view(row.id, by), "summary")["超过期限"] == late
    found, _ = queries_reports.behind(queries_reports.view(row.id, by), by, "summary", "late")
    assert [one.id for one in found] == [case_id]


def test_r23_03_what_is_no_complaint_is_counted_apart(app, db):
    place = rw.of("R23")
    words = dict(ground="rectify", reason="集中交付后第二十天。", basis="工作规程", redirect="工程整改")
    decisions.refuse(place.file_case(app).case_id, place.actor("project_desk"), w.MONDAY, **words)
    place.accepted(app)
    report_id = begun(place, "special", "project_desk")
    with app.test_request_context():
        view = queries_reports.view(report_id, place.actor("project_desk"))
        told = lines(view, "summary")
        assert (told["收到投诉"], told["只登记、不作为投诉的"]) == (1, 1)
        assert sum(lines(view, "category").values()) == 1


def test_r24_07_what_was_found_malicious_counts_for_no_shop(app, db):
    place, rows = owed("R24")
    ids = [passed_to(place, app, n) for n in (0, 0, 1)]
    found = dict(code="malicious", reason="店员全程没有过错，客户也这样说。", unit_id=place.unit(0))
    findings.find(ids[0], place.actor("region_head"), w.MONDAY, **found)
    with app.test_request_context():
        view = handed_in(place, rows["ranking", D(2026, 12, 31)])
        assert sorted(lines(view, "unit").values()) == [1, 1]
        assert lines(view, "attribution") == {"恶意投诉": 1}
