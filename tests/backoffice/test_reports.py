"""The pages of reports: what is owed, the figures with the cases behind them, what leaves the system."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from flask import Flask
from lxml import html
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared import clock
from shared.db import work
from shared.models.admin_act import AdminAct
from shared.models.case import Case
from shared.models.report import ReportRow, ReportSetting
from shared.services import report_calendar, reports
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.office import Office
from tests.support.pages import CheckedClient

LIST = "/office/reports"


class Ward(Office):
    """A hospital's office (R10) with a report of the month to make."""

    def __init__(self, app: Flask, code: str = "R10") -> None:
        super().__init__(app, lambda: rw.of(code))
        with app.app_context():
            report_calendar.open_due(w.MONDAY)
            with work() as session:
                self.report_id = session.scalars(select(ReportRow.id).order_by(ReportRow.period_to.desc())).first()

    @property
    def page(self) -> str:
        return f"{LIST}/{self.report_id}"

    def press(self, role: str, address: str, status: int = 303, **fields: str) -> str:
        answer = post(self.desk(role), address, fields)
        assert answer.status_code == status, answer.text
        return str(answer.text)

    def made(self, count: int = 1) -> list[int]:
        with self.app.app_context():
            return [self.world.accepted(self.app) for _ in range(count)]


def post(client: CheckedClient, address: str, fields: dict[str, str]) -> TestResponse:
    """Fills in the first form of a page's main part and presses a button of it, whose name stands among the fields."""
    form = html.fromstring(client.get(address).text, base_url=address).xpath("//main//form")[0]
    return client.post(form.get("action") or address, data=dict(form.form_values()) | fields)


@pytest.fixture
def ward(app: Flask) -> Iterator[Ward]:
    with clock.frozen(w.MONDAY):
        yield Ward(app)


def test_the_list_says_what_is_owed_and_by_when(ward: Ward):
    page = ward.see("desk", LIST)
    assert "全院投诉分析" in page
    assert "9月30日（周三）" in page
    assert "<small>2026年9月</small>" in page
    assert LIST in ward.see("desk", "/office/")


def test_the_desk_shows_what_is_due_soon_to_whoever_makes_it(ward: Ward):
    assert "等您报送的报告" not in ward.see("desk", "/office/")
    with clock.frozen(w.MONDAY + w.days(18)):
        ward.desks.clear()
        assert "等您报送的报告" in ward.see("desk", "/office/")
        assert "等您报送的报告" not in ward.see("hospital", "/office/")


def test_a_rule_book_without_reports_has_no_link_to_them(app: Flask):
    with clock.frozen(w.MONDAY):
        assert f'"{LIST}"' not in Ward(app, "R3").see("market", "/office/")


def test_the_figures_are_worked_out_read_and_handed_in(ward: Ward):
    ward.made(2)
    assert "计算数字" in ward.see("desk", ward.page)
    ward.press("desk", ward.page, act="draft")
    page = ward.see("desk", ward.page)
    assert "按类别" in page
    assert "key=received" in page
    ward.press("desk", ward.page, act="submit", remarks="候诊时间长的投诉增加。")
    page = ward.see("hospital", ward.page)
    assert "候诊时间长的投诉增加。" in page
    assert "计算" not in page
    assert "已经报送的" in ward.see("hospital", LIST)


def test_the_cases_behind_a_figure_are_a_link_away(ward: Ward):
    (case_id,) = ward.made()
    ward.press("desk", ward.page, act="draft")
    page = ward.see("desk", f"{ward.page}/cases?table=summary&key=received")
    assert f"/office/case/{case_id}" in page
    assert rw.STORY not in page


@pytest.mark.parametrize(
    "query",
    ["?table=none&key=x", "?table=channel&key=phone", "?table=summary&key=%00", "?after=9999", "?key=" + "9" * 500],
)
def test_odd_addresses_of_figures_do_no_harm(ward: Ward, query: str):
    assert ward.desk("desk").get(f"{ward.page}/cases{query}").status_code in {200, 404}


def test_a_stale_page_keeps_what_was_typed(ward: Ward):
    stale = {"act": "draft", "remarks": "我的分析", "version": "1"}
    ward.press("desk", ward.page, act="draft")
    assert "我的分析" in ward.press("desk", ward.page, 409, **stale)


def test_words_that_name_somebody_come_back_with_what_was_typed(ward: Ward):
    page = ward.press("desk", ward.page, 422, act="draft", remarks="请打 13900000001 核实")
    assert "请打 13900000001 核实" in page
    assert "请删去" in page


def test_a_meeting_is_kept_with_its_conclusions(ward: Ward):
    fields = {"kind": "meeting", "day": "2026-09-07", "takers": "医患办、门诊部", "conclusions": "加开两个窗口。"}
    ward.press("desk", f"{ward.page}/record", **fields)
    assert "加开两个窗口。" in ward.see("hospital", ward.page)
    for name in ("kind", "day", "takers", "conclusions"):
        ward.press("desk", f"{ward.page}/record", 422, **fields | {name: ""})
    ward.press("desk", f"{ward.page}/record", 422, **fields | {"day": "30.11."})


def test_the_workbook_holds_figures_and_cases_and_runs_nothing(ward: Ward):
    ward.made(2)
    with ward.app.app_context():
        reports.draft(ward.report_id, ward.world.as_("intake"), w.MONDAY, remarks="=HYPERLINK(1)")
    answer = ward.desk("hospital").get(f"{ward.page}/report.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["数字", "投诉清单"]
    figures, cases = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert ["收到投诉", 2.0] in [row[:2] for row in figures]
    assert any("=HYPERLINK(1)" in row for row in figures)
    assert b"<f>" not in answer.data
    with ward.app.app_context(), work() as session:
        numbers = set(session.scalars(select(Case.register_no)))
    assert {row[0] for row in cases[1:]} == numbers
    assert not any(rw.STORY in str(row) for row in cases)


def test_the_paper_as_pdf_says_the_same_and_who_took_it_out(ward: Ward):
    ward.made()
    ward.press("desk", ward.page, act="draft", remarks="#let x = 1 候诊")
    data = ward.desk("hospital").get(f"{ward.page}/report.pdf").data
    with pypdfium2.PdfDocument(data) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert all(part in text for part in ("全院投诉分析", "收到投诉", "#let x = 1 候诊", "导出"))


def test_whatever_leaves_the_system_is_on_record(ward: Ward):
    ward.press("desk", ward.page, act="draft")
    for form in ("report.xlsx", "report.pdf", "print"):
        assert ward.desk("hospital").get(f"{ward.page}/{form}").status_code == 200
    with ward.app.app_context(), work() as session:
        acts = session.scalars(select(AdminAct).where(AdminAct.kind == "report_exported").order_by(AdminAct.id)).all()
        assert [act.facts["form"] for act in acts] == ["xlsx", "pdf", "print"]
        assert {act.actor_id for act in acts} == {ward.world.actor("hospital").person_id}


def test_nothing_leaves_before_the_figures_are_there(ward: Ward):
    assert ward.desk("desk").get(f"{ward.page}/report.xlsx").status_code == 404


def test_correction_stands_beside_the_figure(ward: Ward):
    ward.press("desk", ward.page, act="draft")
    ward.press("desk", ward.page, act="submit")
    ward.made()
    with ward.app.app_context():
        reports.correct(w.MONDAY)
    page = ward.see("hospital", ward.page)
    assert "报送以后的更正" in page
    assert "收到投诉：0 改为 1" in page


@pytest.mark.parametrize("cases", [1, 4])
def test_list_and_report_cost_few_statements_whatever_the_number_of_cases(ward: Ward, count_sql: Callable, cases: int):
    ward.made(cases)
    ward.press("desk", ward.page, act="draft")
    ward.see("desk", LIST)
    with count_sql() as sent:
        ward.see("desk", LIST)
    assert len(sent) <= 6, sent
    with count_sql() as sent:
        ward.see("desk", ward.page)
    assert len(sent) <= 8, sent
    with count_sql() as sent:
        ward.see("desk", f"{ward.page}/cases?key=received")
    assert len(sent) <= 8, sent


def test_the_chief_sets_how_often_the_target_and_the_size_of_a_unit(ward: Ward):
    unit = ward.world.unit()
    address = f"{LIST}/settings"
    chief = ward.desk("desk_head")
    assert chief.get(address).status_code == 200
    for fields in ({"what": "target", "percent": "100"}, {"what": "base", "unit_id": str(unit), "n": "1200"}):
        assert post(chief, address, fields).status_code == 303
    for fields in (
        {"what": "target", "percent": "NaN"},
        {"what": "target", "percent": "0"},
        {"what": "base", "unit_id": "99999999999", "n": "5"},
        {"what": "base", "unit_id": str(unit), "n": "-5"},
        {"what": "place", "tier": "x", "name": "y"},
        {"what": "\x00"},
    ):
        assert post(chief, address, fields).status_code in {409, 422}, fields
    with ward.app.app_context(), work() as session:
        assert set(session.scalars(select(ReportSetting.key))) == {"target", f"base:{unit}"}
    assert ward.desk("desk").get(address).status_code == 403


def test_a_report_that_is_called_regular_is_begun_by_hand(app: Flask):
    with clock.frozen(w.MONDAY):
        ward = Ward(app, "R19")
        page = ward.see("clerk", LIST)
        assert "还没有定多久做一次" in page
        fields = {"code": "hot_spots", "period_from": "2026-08-01", "period_to": "2026-08-31", "due_day": "2026-09-11"}
        ward.press("clerk", f"{LIST}/new", **fields)
        assert "9月11日" in ward.see("clerk", LIST)
        ward.press("clerk", f"{LIST}/new", 422, **fields | {"period_from": "x"})
        ward.press("clerk", f"{LIST}/new", 422, **fields)
