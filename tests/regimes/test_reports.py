"""Reports of every rule book that asks for them: due days, figures, records, rates, sums over the organisation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from backoffice import report_tables
from shared.db import work
from shared.domain.periods import Period
from shared.models.case_result import CaseResult
from shared.models.outbox import OutboxRow
from shared.models.report import ReportRow
from shared.services import (
    answers,
    decisions,
    findings,
    queries_reports,
    report_calendar,
    report_settings,
    reports,
    slips,
)
from shared.services.queries_reports import View
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import refusal

D = dt.date


def at(*day: int) -> dt.datetime:
    """Ten in the morning of a day in Shanghai."""
    return dt.datetime(*day, 2, tzinfo=dt.UTC)


def owed(code: str, now: dt.datetime = w.MONDAY) -> tuple[rw.RegimeWorld, dict[tuple[str, dt.date], ReportRow]]:
    """The rule book's institution on that day, and the reports it owes by code and last day."""
    place = rw.of(code)
    report_calendar.open_due(now)
    with work() as session:
        rows = session.scalars(select(ReportRow)).all()
        session.expunge_all()
    return place, {(row.code, row.period_to): row for row in rows}


def maker(place: rw.RegimeWorld, code: str):
    report = next(one for one in place.book.reports if one.code == code)
    return place.actor(report.by)


def handed_in(place: rw.RegimeWorld, row: ReportRow, now: dt.datetime = w.MONDAY, **more) -> View:
    by = maker(place, row.code)
    reports.draft(row.id, by, now, **more)
    reports.submit(row.id, by, now, **more)
    return queries_reports.view(row.id, by)


def lines(view: View, code: str) -> dict[str, int]:
    return {r.name: r.number for t in report_tables.tables(view) if t.code == code for r in t.rows}


def solved(place: rw.RegimeWorld, app, now: dt.datetime, **more) -> int:
    return place.answered(app, now, **more)


def test_r7_06_the_half_year_and_the_year_are_told(app, db):
    _, spring = owed("R7", at(2026, 3, 2))
    assert {key: row.due_day for key, row in spring.items()} == {
        ("half_year", D(2026, 6, 30)): D(2026, 6, 30),
        ("year", D(2026, 12, 31)): D(2026, 12, 31),
    }


def test_r7_06_the_year_tells_of_kinds_and_departments(app, db):
    place, rows = owed("R7", at(2026, 12, 28))
    assert set(rows) == {("year", D(2026, 12, 31))}
    solved(place, app, w.MONDAY)
    with app.test_request_context():
        view = handed_in(place, rows["year", D(2026, 12, 31)], at(2026, 12, 31))
        assert sum(lines(view, "category").values()) == 1
        assert lines(view, "unit") == {place.book.sample.units[0]: 1}
    with work() as session:
        told = session.execute(select(OutboxRow.notice, OutboxRow.audience)).all()
    assert ("report_submitted", "office_chief") in {tuple(one) for one in told}


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


def test_r10_11_the_month_is_told_by_kind_and_department_before_it_ends(app, db):
    place, rows = owed("R10")
    for _ in range(2):
        solved(place, app, w.MONDAY)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)], at(2026, 9, 30), remarks="候诊时间长，建议加开窗口。")
        assert lines(view, "category")[place.book.categories[0].name] == 2
        assert lines(view, "unit")[place.book.sample.units[0]] == 2
    assert view.row.remarks == "候诊时间长，建议加开窗口。"


def test_r12_11_the_monthly_analysis_tells_how_satisfied_people_were(app, db):
    place, rows = owed("R12")
    solved(place, app, w.MONDAY)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        assert lines(view, "satisfaction")["满意"] == 1
        assert [(m.name, m.text) for m in report_tables.measures(view)] == [("满意率", "100%")]


def test_r13_10_the_review_tells_of_the_cases_closed_last_month(app, db):
    place, rows = owed("R13")
    august = at(2026, 8, 3)
    closed, open_ = solved(place, app, august), solved(place, app, august)
    answers.close(closed, place.as_("intake"), at(2026, 8, 20))
    with app.test_request_context():
        view = handed_in(place, rows["review", D(2026, 8, 31)])
        assert sum(lines(view, "category").values()) == 1
    found, _ = queries_reports.behind(view, maker(place, "review"), "category", "*")
    assert [row.id for row in found] == [closed]
    assert open_ != closed


def test_r13_11_the_statistic_is_made_by_personnel_for_the_general_manager(app, db):
    place, rows = owed("R13")
    row = rows["statistics", D(2026, 8, 31)]
    assert refusal(reports.draft, row.id, place.actor("manager"), w.MONDAY) == "not_yours"
    with app.test_request_context():
        handed_in(place, row)
    with work() as session:
        told = select(OutboxRow.audience).where(OutboxRow.notice == "report_submitted")
        assert list(session.scalars(told)) == ["gov_leader"]


def test_r15_10_what_comes_up_everywhere_is_seen_by_kind_and_unit(app, db):
    place, _ = owed("R15")
    for _ in range(3):
        place.signed(app)
    call = dict(code="analysis", told=Period(D(2026, 9, 1), D(2026, 9, 30)), due_day=D(2026, 10, 9))
    report_id = report_calendar.begin(place.actor("service"), w.MONDAY, **call)
    reports.draft(report_id, place.actor("service"), w.MONDAY)
    with app.test_request_context():
        hot = report_tables.hot(queries_reports.view(report_id, place.actor("service")))
    assert hot == [f"{place.book.categories[0].name} · {place.book.sample.units[0]}：3 件，上期 0 件"]


def test_r16_04_the_work_itself_is_reviewed_in_time_and_late(app, db):
    place, _ = owed("R16")
    solved(place, app, w.MONDAY)
    call = dict(code="review", told=Period(D(2026, 9, 1), D(2026, 9, 30)), due_day=D(2026, 10, 9))
    report_id = report_calendar.begin(place.actor("head"), w.MONDAY, **call)
    reports.draft(report_id, place.actor("head"), w.MONDAY)
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


def test_r19_04_hot_is_what_has_doubled_since_the_period_before(app, db):
    place, _ = owed("R19")
    kinds = [c.code for c in place.book.categories[:2]]
    for category, august, september in ((kinds[0], 1, 3), (kinds[1], 2, 3)):
        for now, count in ((at(2026, 8, 10), august), (w.MONDAY, september)):
            for _ in range(count):
                place.accept(place.file_case(app, now).case_id, now, category=category)
    call = dict(code="hot_spots", told=Period(D(2026, 9, 1), D(2026, 9, 30)), due_day=D(2026, 10, 9))
    report_id = report_calendar.begin(place.actor("clerk"), w.MONDAY, **call)
    reports.draft(report_id, place.actor("clerk"), w.MONDAY)
    with work() as session:
        hot = session.get_one(ReportRow, report_id).figures["hot"]
    assert [(one["key"].split("|")[0], one["now"], one["before"]) for one in hot] == [(kinds[0], 3, 1)]


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


def test_r23_01_projects_add_up_to_areas_and_areas_to_the_group(app, db):
    place = rw.of("R23")
    chief, call = place.as_("chief"), dict(now=w.MONDAY)
    group = report_settings.add_place(chief, **call, tier="group", name="集团", parent_id=None)
    east = report_settings.add_place(chief, **call, tier="area", name="东片区", parent_id=group)
    assert refusal(report_settings.add_place, chief, **call, tier="group", name="上", parent_id=east) == "parent_id"
    for n in range(2):
        report_settings.put_under(chief, **call, unit_id=place.unit(n), node_id=(east, group)[n])
    place.signed(app)
    call = dict(code="special", told=Period(D(2026, 9, 1), D(2026, 9, 30)), due_day=D(2026, 10, 9))
    report_id = report_calendar.begin(place.actor("project_desk"), w.MONDAY, **call)
    reports.draft(report_id, place.actor("project_desk"), w.MONDAY)
    with app.test_request_context():
        tree = report_tables.tree(queries_reports.view(report_id, place.actor("group_service")))
    units = place.book.sample.units
    assert tree == [
        ("集团", "集团", 0, 1),
        ("东片区", "片区", 1, 1),
        (units[0], "", 2, 1),
        (units[1], "", 1, 0),
        (units[2], "", 0, 0),
    ]


def test_r23_03_what_is_no_complaint_is_counted_apart(app, db):
    place = rw.of("R23")
    words = dict(ground="rectify", reason="集中交付后第二十天。", basis="工作规程", redirect="工程整改")
    decisions.refuse(place.file_case(app).case_id, place.actor("project_desk"), w.MONDAY, **words)
    place.accepted(app)
    call = dict(code="special", told=Period(D(2026, 9, 1), D(2026, 9, 30)), due_day=D(2026, 10, 9))
    report_id = report_calendar.begin(place.actor("project_desk"), w.MONDAY, **call)
    reports.draft(report_id, place.actor("project_desk"), w.MONDAY)
    with app.test_request_context():
        view = queries_reports.view(report_id, place.actor("project_desk"))
        told = lines(view, "summary")
        assert (told["收到投诉"], told["只登记、不作为投诉的"]) == (1, 1)
        assert sum(lines(view, "category").values()) == 1


def test_r24_07_the_shops_stand_in_the_order_of_their_complaints(app, db):
    place, rows = owed("R24")
    for n, count in ((0, 1), (1, 2)):
        for _ in range(count):
            case_id = place.accepted(app)
            slips.transfer(
                case_id, place.as_("dispatcher"), w.MONDAY, unit_id=place.unit(n), points="请查明", text=rw.STORY
            )
    with app.test_request_context():
        view = handed_in(place, rows["ranking", D(2026, 12, 31)])
        shops = next(t for t in report_tables.tables(view) if t.code == "unit")
    units = place.book.sample.units
    assert [(row.rank, row.name, row.number) for row in shops.rows] == [(1, units[1], 2), (2, units[0], 1)]


def test_r24_07_what_was_found_malicious_counts_for_no_shop(app, db):
    place, rows = owed("R24")
    ids = []
    for n in (0, 0, 1):
        case_id = place.accepted(app)
        call = dict(unit_id=place.unit(n), points="请查明", text=rw.STORY)
        slips.transfer(case_id, place.as_("dispatcher"), w.MONDAY, **call)
        ids.append(case_id)
    found = dict(code="malicious", reason="店员全程没有过错，客户也这样说。", unit_id=place.unit(0))
    findings.find(ids[0], place.actor("region_head"), w.MONDAY, **found)
    with app.test_request_context():
        view = handed_in(place, rows["ranking", D(2026, 12, 31)])
        assert sorted(lines(view, "unit").values()) == [1, 1]
        assert lines(view, "attribution") == {"恶意投诉": 1}


def test_w2_01_r9_15_what_was_recovered_is_summed_for_the_period(app, db):
    place, _ = owed("R9")
    call = dict(code="statistics", told=Period(D(2026, 9, 1), D(2026, 9, 30)), due_day=D(2026, 10, 9))
    by = place.actor("general_group")
    report_id = report_calendar.begin(by, w.MONDAY, **call)
    days = {w.MONDAY: "1200.10", w.MONDAY + w.days(1): "0.20", at(2026, 8, 3): "5000.00"}
    ids = {place.file_case(app, day).case_id: amount for day, amount in days.items()}
    with work() as session:
        for case_id, amount in ids.items():
            for worth in ("9.99", amount):  # the last one recorded of a case counts
                row = CaseResult(case_id=case_id, round=1, outcome="", amount=Decimal(worth), at=w.MONDAY)
                row.by_id = by.person_id or 0
                session.add(row)
                session.flush()
    reports.draft(report_id, by, w.MONDAY)
    with app.test_request_context():
        view = queries_reports.view(report_id, by)
        assert [(m.name, m.text) for m in report_tables.measures(view)] == [("挽回的损失", "1,200.30 元")]


def test_r25_07_the_complaints_of_the_month_go_to_the_management(app, db):
    place, rows = owed("R25")
    place.accepted(app, severity="vip")
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        assert sum(lines(view, "severity").values()) == 1
    with work() as session:
        told = select(OutboxRow.audience).where(OutboxRow.notice == "report_submitted")
        assert list(session.scalars(told)) == ["office_chief"]


def test_r26_08_the_rate_is_worked_out_by_the_companys_own_formula(app, db):
    place, rows = owed("R26")
    place.accepted(app)
    row, by = rows["valid", D(2026, 9, 30)], place.actor("management")
    reports.draft(row.id, by, w.MONDAY)
    with app.test_request_context():
        (rate,) = queries_reports.view(row.id, by).row.figures["rates"]
        assert (rate["formula"], rate["value"], rate["asks"]) == ("有效投诉数÷户数", None, ["户数"])
        for odd in ("很多", "-5", "1e-999999", "1e9", "NaN", "９", "1\x00"):
            assert refusal(reports.draft, row.id, by, w.MONDAY, inputs={"户数": odd}) == "户数"
        reports.draft(row.id, by, w.MONDAY, inputs={"户数": "1,250"})
        view = queries_reports.view(row.id, by)
        assert [(m.name, m.text) for m in report_tables.measures(view)] == [("有效投诉率", "0.08%")]


def test_w1_04_a_period_is_held_against_its_target_of_satisfaction(app, db):
    place, rows = owed("R12")
    report_settings.set_target(place.as_("chief"), w.MONDAY, percent=Decimal(100))
    solved(place, app, w.MONDAY)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        assert report_tables.measures(view)[0].remark == "目标 100%，达到"


def test_w3_01_kinds_and_places_where_complaints_gather_and_what_several_departments_did_together(app, db):
    place, rows = owed("R10")
    for _ in range(3):
        solved(place, app, w.MONDAY)
    row, by = rows["monthly", D(2026, 9, 30)], maker(place, "monthly")
    reports.draft(row.id, by, w.MONDAY)
    call = dict(kind="campaign", day=D(2026, 9, 14), until=D(2026, 9, 25), takers="医患办、门诊部、药剂科")
    reports.add_record(row.id, by, w.MONDAY, **call, conclusions="三秋期间集中查办，每天通报一次。")
    with app.test_request_context():
        view = queries_reports.view(row.id, by)
        assert report_tables.hot(view) == [
            f"{place.book.categories[0].name} · {place.book.sample.units[0]}：3 件，上期 0 件"
        ]
    assert [(r.kind, r.day, r.until) for r in view.records] == [("campaign", D(2026, 9, 14), D(2026, 9, 25))]


def test_w4_01_outlets_are_compared_by_complaints_for_each_thousand_customers(app, db):
    place, rows = owed("R10")
    for n, base in ((0, 4000), (1, 500)):
        report_settings.set_base(place.as_("chief"), w.MONDAY, unit_id=place.unit(n), n=base)
        case_id = place.accepted(app)
        slips.transfer(
            case_id, place.as_("dispatcher"), w.MONDAY, unit_id=place.unit(n), points="请查明", text=rw.STORY
        )
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        units = next(t for t in report_tables.tables(view) if t.code == "unit")
    assert {row.name: row.rate for row in units.rows} == dict(
        zip(place.book.sample.units, ("0.25", "2.00"), strict=False)
    )
