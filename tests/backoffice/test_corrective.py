"""整改 on the pages: ordered by the office, seen and reported by the unit alone, verified, printed, found again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html

from shared import clock
from shared.db import work
from shared.models.case_bar import CaseBar
from shared.services import corrective, corrective_orders
from shared.services.corrective_orders import Order
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.database import statements
from tests.support.office import Office

WORDS = {
    "action_kind": "rectification",
    "title": "改进探视管理",
    "text": "请在病区门口张贴探视时间，安排夜间巡查。",
    "planned_day": "2026-09-16",
}


class Hospital(Office):
    """The hospital under R10 with a case in a unit's hands, and a browser for each of its people."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, lambda: rw.of("R10"))
        with app.app_context():
            self.case_id, self.slip_id = self.world.signed(app)

    def press(self, role: str, address: str, status: int = 303, **fields: object) -> str:
        answer = self.desk(role).send(address, form="//main//form[@method='post']", **fields)
        assert answer.status_code == status, answer.text[:3000]
        return str(answer.headers.get("Location", "")) if status == 303 else str(answer.text)

    def ordered(self, **more: object) -> str:
        unit = str(self.world.unit())
        return self.press(
            "desk_head", f"/office/case/{self.case_id}/corrective/new", **(WORDS | {"unit_id": unit} | more)
        )


@pytest.fixture
def hospital(app: Flask) -> Iterator[Hospital]:
    with clock.frozen(w.MONDAY):
        yield Hospital(app)


def test_an_order_goes_to_the_unit_which_reports_and_the_office_verifies(hospital: Hospital):
    page = hospital.ordered()
    assert "改进探视管理" in hospital.see("dept_head", "/office/")
    seen = hospital.see("dept_head", page)
    assert "报送整改报告" in seen
    assert rw.STORY not in seen
    assert f"/office/case/{hospital.case_id}" not in seen
    hospital.press("dept_head", f"{page}/report", text="已经张贴，每晚巡查两次。")
    assert "等您验证的整改" in hospital.see("desk_head", "/office/")
    hospital.press("desk_head", f"{page}/verify", decision="yes")
    assert "已验证" in hospital.see("desk_head", page)
    assert "验收整改" in hospital.see("desk_head", f"/office/case/{hospital.case_id}")


def test_the_case_page_leads_to_its_book_and_the_side_list_to_all(hospital: Hospital):
    book = f"/office/case/{hospital.case_id}/corrective"
    assert book in hospital.see("desk_head", f"/office/case/{hospital.case_id}")
    page = hospital.ordered()
    assert page in hospital.see("desk", book)
    assert page in hospital.see("desk", "/office/corrective")
    assert "发出一项整改" not in hospital.see("desk", book)


def test_a_form_that_lacks_something_keeps_what_was_typed(hospital: Hospital):
    unit = str(hospital.world.unit())
    address = f"/office/case/{hospital.case_id}/corrective/new"
    said = hospital.press("desk_head", address, 422, **(WORDS | {"unit_id": unit, "planned_day": ""}))
    assert "请选择预定完成的日期" in said
    assert WORDS["text"] in said
    said = hospital.press("desk_head", address, 422, **(WORDS | {"unit_id": unit, "planned_day": "2026-09-01"}))
    assert "已经过去" in said


def test_a_stale_form_is_told_so_and_keeps_its_words(hospital: Hospital):
    page = hospital.ordered()
    said = hospital.press("dept_head", f"{page}/report", 409, text="已经张贴。", version="77")
    assert "已经张贴。" in said


@pytest.mark.parametrize(
    ("role", "status"), [("dept_head1", 404), ("dept_staff", 200), ("desk", 200), ("system_admin", 404)]
)
def test_nobody_sees_an_order_but_its_unit_and_the_office(hospital: Hospital, role: str, status: int):
    hospital.see(role, hospital.ordered(), status)


@pytest.mark.parametrize(("role", "step"), [("desk", "verify"), ("dept_staff", "cancel"), ("desk_head", "report")])
def test_a_step_is_for_those_the_rule_book_names(hospital: Hospital, role: str, step: str):
    page = hospital.ordered()
    if step == "verify":
        hospital.press("dept_head", f"{page}/report", text="已经张贴。")
    hospital.see(role, f"{page}/{step}", 403)


def test_another_units_list_does_not_hold_it_and_a_search_by_the_story_finds_nothing_for_a_unit(hospital: Hospital):
    page = hospital.ordered()
    assert page in hospital.see("dept_head", "/office/corrective")
    assert page not in hospital.see("dept_head1", "/office/corrective")
    assert page not in hospital.see("dept_head", "/office/corrective?q=遇到的事情")
    assert page in hospital.see("dept_head", "/office/corrective?q=0001")


@pytest.mark.parametrize("words", ["探视时间", "改进探视", "0001号"])
def test_the_office_finds_it_by_its_words_and_the_queue_finds_the_case(hospital: Hospital, words: str):
    page = hospital.ordered()
    assert page in hospital.see("desk", f"/office/corrective?q={words}")
    assert f"/office/case/{hospital.case_id}" in hospital.see("desk", f"/office/queue/all?q={words}")


def test_the_list_is_narrowed_by_state_kind_and_unit(hospital: Hospital):
    page, other = hospital.ordered(), hospital.world.unit(1)
    assert page not in hospital.see("desk", "/office/corrective?view=late")
    assert page not in hospital.see("desk", "/office/corrective?kind=suggestion")
    assert page not in hospital.see("desk", f"/office/corrective?unit={other}")
    with clock.frozen(w.MONDAY + w.days(10)):
        hospital.desks.clear()
        assert page in hospital.see("desk", "/office/corrective?view=late")
        assert "超过预定日期的整改" in hospital.see("desk_head", "/office/")


@pytest.mark.parametrize(
    "query",
    [
        "view=nonsense",
        "unit=99999999999999999999",
        "unit=99999999999",
        "unit=3000000000",
        "before=99999999999",
        "before=-1",
        "q=%00",
        "kind=%00x",
        "before=²",
    ],
)
def test_hostile_filters_are_an_ordinary_page(hospital: Hospital, query: str):
    hospital.see("desk", f"/office/corrective?{query}")


def test_whom_the_case_is_about_finds_it_nowhere(hospital: Hospital):
    page = hospital.ordered()
    with hospital.app.app_context(), work() as session:
        who = hospital.world.actor("desk").person_id
        session.add(CaseBar(case_id=hospital.case_id, person_id=who, named=True, by_id=who, at=w.MONDAY))
    for address in (page, f"{page}/print/order", f"/office/case/{hospital.case_id}/corrective"):
        hospital.see("desk", address, 404)
    assert page not in hospital.see("desk", "/office/corrective")
    assert "改进探视管理" not in hospital.see("desk", "/office/")


def test_both_papers_are_the_rule_books_and_carry_the_number(hospital: Hospital):
    page = hospital.ordered()
    order = hospital.see("dept_head", f"{page}/print/order")
    for said in ("整改意见书", "改〔2026〕0001号", "需要整改的问题", WORDS["text"], "9月16日", "医患办主任", "盖章"):
        assert said in order
    hospital.see("dept_head", f"{page}/print/report", 404)
    hospital.press("dept_head", f"{page}/report", text="已经张贴。")
    done = hospital.see("desk_head", f"{page}/print/report")
    for said in ("整改报告", "改〔2026〕0001号", "整改情况", "已经张贴。", "科室负责人"):
        assert said in done


def test_an_order_without_a_complaint(hospital: Hospital):
    unit = str(hospital.world.unit(1))
    page = hospital.press("desk_head", "/office/corrective/new", **(WORDS | {"unit_id": unit}))
    assert "不涉及哪一件投诉" in hospital.see("desk_head", page)
    assert "整改" in html.fromstring(hospital.see("dept_head1", "/office/")).text_content()
    hospital.see("dept_head", page, 404)
    hospital.see("desk", "/office/corrective/new", 403)
    assert page in hospital.see("desk", "/office/corrective?q=夜间巡查")


def test_the_list_costs_the_same_however_long_it_is(hospital: Hospital):
    from shared.db import db

    def cost() -> int:
        hospital.see("desk", "/office/corrective")
        with hospital.app.app_context(), statements(db.engine) as sent:
            hospital.see("desk", "/office/corrective")
        return len(sent)

    hospital.ordered()
    one = cost()
    with hospital.app.app_context():
        for n in range(6):
            order = Order("suggestion", hospital.world.unit(), f"第{n}件", "请改进。", None)
            corrective_orders.order_alone(hospital.world.actor("desk_head"), w.MONDAY, order)
    assert cost() == one <= 8


def test_a_cancelled_order_says_why(hospital: Hospital):
    page = hospital.ordered()
    hospital.press("desk_head", f"{page}/cancel", reason="发错了科室。")
    said = hospital.see("dept_head", page)
    assert "已撤销" in said
    assert "发错了科室。" in said
    hospital.see("dept_head", f"{page}/report", 409)


def test_what_was_erased_says_so(hospital: Hospital):
    page = hospital.ordered()
    with hospital.app.app_context():
        number = int(page.rsplit("/", 1)[1])
        with work() as session:
            from shared.models.corrective import CorrectiveAction

            row = session.get_one(CorrectiveAction, number)
            row.title = row.text = ""
    assert "内容已经清除" in hospital.see("desk", page)
    assert hospital.see("desk", "/office/corrective")


def test_a_second_round_shows_both_reports(hospital: Hospital):
    page = hospital.ordered()
    hospital.press("dept_head", f"{page}/report", text="第一次的报告。")
    hospital.press("desk_head", f"{page}/verify", 422, decision="no", comment="")
    hospital.press("desk_head", f"{page}/verify", decision="no", comment="巡查没有记录。", planned_day="2026-09-23")
    hospital.press("dept_head", f"{page}/report", text="第二次的报告。")
    seen = hospital.see("desk_head", page)
    for said in ("第一次的报告。", "第二次的报告。", "巡查没有记录。", "没有达到要求"):
        assert said in seen
    with hospital.app.app_context():
        chief = hospital.world.actor("desk_head")
        corrective.verify(int(page.rsplit("/", 1)[1]), chief, w.MONDAY, effective=True, comment="")


@pytest.mark.parametrize("unit", ["99999999999", "3000000000", "-1", "²", "0"])
def test_a_unit_that_is_none_is_refused_in_words(hospital: Hospital, unit: str):
    address = f"/office/case/{hospital.case_id}/corrective/new"
    assert "请从列表中选择一个单位" in hospital.press("desk_head", address, 422, **(WORDS | {"unit_id": unit}))
