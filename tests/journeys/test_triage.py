"""The queue by keyboard alone: few keys for each case, and not one press of the mouse."""

import datetime as dt

import pytest
from flask import Flask

from tests.journeys.staff import Staff
from tests.support import world
from tests.support.world import STORY, World

pytestmark = [pytest.mark.e2e, pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])]
CASES = 20
MOST = 5


class Keys:
    """Counts what is typed; each key that leads to another page says so."""

    def __init__(self, staff: Staff) -> None:
        self.page, self.pressed = staff.page, 0

    def type(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def go(self, key: str) -> None:
        with self.page.expect_event("load"):
            self.type(key)

    def pane_is_up(self) -> str:
        """The number of the marked case, once the pane beside the list shows it."""
        address = str(self.page.locator(".queue tr.cur a").get_attribute("href"))
        self.page.locator(f"#pane [data-key=A][href^='{address}/']").wait_for()
        return address


def test_twenty_cases_are_accepted_by_keyboard_in_five_keys_each(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        made = [
            town.file_case(app, world.MONDAY + dt.timedelta(seconds=n), story=f"第{n}件：{STORY}").case_id
            for n in range(CASES)
        ]
    staff.signs_in(town, "intake")
    staff.goes_to("/office/queue/received")
    keys, clicks, done = Keys(staff), staff.clicks, []
    for n in range(CASES):
        before = keys.pressed
        if n == 0:
            keys.type("J")
        done.append(keys.pane_is_up())
        keys.go("A")
        keys.type("2", "1")
        keys.go("Enter")
        assert keys.pressed - before <= MOST
    staff.looks()
    staff.reads("现在没有“待受理”的投诉")
    assert done == [f"/office/case/{case}" for case in made]
    assert staff.clicks == clicks
    with app.app_context():
        cases = [world.case_of(case) for case in made]
    assert {(c.state, c.category, c.severity) for c in cases} == {("accepted", "content", "general")}


def test_the_way_to_the_case_just_done_stands_above_the_list(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        first, second = (town.file_case(app, story=f"第{n}件：{STORY}").case_id for n in range(2))
    staff.signs_in(town, "intake")
    staff.goes_to("/office/queue/received")
    keys = Keys(staff)
    keys.type("J")
    keys.pane_is_up()
    keys.go("A")
    keys.type("2", "2")
    keys.go("Enter")
    assert keys.pane_is_up() == f"/office/case/{second}"
    assert staff.page.locator(".flash a").get_attribute("href") == f"/office/case/{first}"
    staff.looks()


def test_a_digit_in_a_text_is_a_digit(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        case = town.file_case(app).case_id
    staff.signs_in(town, "intake")
    staff.goes_to(f"/office/case/{case}/ask_question")
    assert staff.focus == "textarea"
    staff.page.keyboard.type("12月1日A")
    assert staff.field("请来信人补充什么").input_value() == "12月1日A"


def test_rows_are_ticked_by_keyboard_and_their_forms_printed_together(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        for n in range(3):
            town.file_case(app, story=f"第{n}件：{STORY}")
    staff.signs_in(town, "intake")
    staff.goes_to("/office/queue/received")
    for key in "JXJX":
        staff.page.keyboard.press(key)
    staff.presses("打印登记表")
    assert staff.page.locator(".paper").count() == 2
    staff.follows("返回队列")
    assert staff.heading == "待受理"
