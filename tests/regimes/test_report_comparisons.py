"""What the reports of the rule books work out: hot spots, sums, ranks, rates, targets, what was recovered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from backoffice import report_tables
from shared.db import work
from shared.models.case_result import CaseResult
from shared.models.report import ReportRow
from shared.services import queries_reports, report_settings, reports
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.regime_reports import at, begun, handed_in, maker, owed, passed_to
from tests.support.rows import refusal

D = dt.date


def test_r15_10_what_comes_up_everywhere_is_seen_by_kind_and_unit(app, db):
    place, _ = owed("R15")
    for _ in range(3):
        place.signed(app)
    report_id = begun(place, "analysis", "service")
    with app.test_request_context():
        hot = report_tables.hot(queries_reports.view(report_id, place.actor("service")))
    assert hot == [f"{place.book.categories[0].name} · {place.book.sample.units[0]}：3 件，上期 0 件"]


def test_r19_04_hot_is_what_has_doubled_since_the_period_before(app, db):
    place, _ = owed("R19")
    kinds = [c.code for c in place.book.categories[:2]]
    for category, august, september in ((kinds[0], 1, 3), (kinds[1], 2, 3)):
        for now, count in ((at(2026, 8, 10), august), (w.MONDAY, september)):
            for _ in range(count):
                place.accept(place.file_case(app, now).case_id, now, category=category)
    report_id = begun(place, "hot_spots", "clerk")
    with work() as session:
        hot = session.get_one(ReportRow, report_id).figures["hot"]
    assert [(one["key"].split("|")[0], one["now"], one["before"]) for one in hot] == [(kinds[0], 3, 1)]


def test_r23_01_projects_add_up_to_areas_and_areas_to_the_group(app, db):
    place = rw.of("R23")
    chief, call = place.as_("chief"), dict(now=w.MONDAY)
    group = report_settings.add_place(chief, **call, tier="group", name="集团", parent_id=None)
    east = report_settings.add_place(chief, **call, tier="area", name="东片区", parent_id=group)
    assert refusal(report_settings.add_place, chief, **call, tier="group", name="上", parent_id=east) == "parent_id"
    for n in range(2):
        report_settings.put_under(chief, **call, unit_id=place.unit(n), node_id=(east, group)[n])
    place.signed(app)
    report_id = begun(place, "special", "project_desk")
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


def test_r24_07_the_shops_stand_in_the_order_of_their_complaints(app, db):
    place, rows = owed("R24")
    for n in (0, 1, 1):
        passed_to(place, app, n)
    with app.test_request_context():
        view = handed_in(place, rows["ranking", D(2026, 12, 31)])
        shops = next(t for t in report_tables.tables(view) if t.code == "unit")
    units = place.book.sample.units
    assert [(row.rank, row.name, row.number) for row in shops.rows] == [(1, units[1], 2), (2, units[0], 1)]


def test_w2_01_r9_15_what_was_recovered_is_summed_for_the_period(app, db):
    place, _ = owed("R9")
    days = {w.MONDAY: "1200.10", w.MONDAY + w.days(1): "0.20", at(2026, 8, 3): "5000.00"}
    ids = {place.file_case(app, day).case_id: amount for day, amount in days.items()}
    with work() as session:
        for case_id, amount in ids.items():
            for worth in ("9.99", amount):  # the last one recorded of a case counts
                row = CaseResult(case_id=case_id, round=1, outcome="", amount=Decimal(worth), at=w.MONDAY)
                row.by_id = place.actor("general_group").person_id or 0
                session.add(row)
                session.flush()
    report_id = begun(place, "statistics", "general_group")
    with app.test_request_context():
        view = queries_reports.view(report_id, place.actor("general_group"))
        assert [(m.name, m.text) for m in report_tables.measures(view)] == [("挽回的损失", "1,200.30 元")]


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
    place.answered(app)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        assert report_tables.measures(view)[0].remark == "目标 100%，达到"


def test_w3_01_kinds_and_places_where_complaints_gather_and_what_several_departments_did_together(app, db):
    place, rows = owed("R10")
    for _ in range(3):
        place.answered(app)
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
        passed_to(place, app, n)
    with app.test_request_context():
        view = handed_in(place, rows["monthly", D(2026, 9, 30)])
        units = next(t for t in report_tables.tables(view) if t.code == "unit")
    assert {row.name: row.rate for row in units.rows} == dict(
        zip(place.book.sample.units, ("0.25", "2.00"), strict=False)
    )
