"""The citizen's side of the newcomer protocol, in a real browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from shared.services import answers, decisions
from shared.services.answers import Told
from shared.services.intake import Receipt
from tests.journeys.citizen import WHAT, Citizen
from tests.journeys.conftest import Opens
from tests.support import browser as browsers
from tests.support import samples
from tests.support.world import MONDAY, STORY, World, days

pytestmark = pytest.mark.e2e
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def asked(app: Flask, town: World) -> Receipt:
    """A complaint about which the office has asked its author something."""
    with app.app_context():
        receipt, clerk = town.file_case(app), town.actor("intake")
        day = (MONDAY + days(7)).date()
        decisions.ask_question(receipt.case_id, clerk, MONDAY, text="是哪个村？", due_day=day)
        return receipt


def answered(app: Flask, town: World) -> Receipt:
    """A complaint that was answered at once."""
    with app.app_context():
        receipt, clerk = town.file_case(app), town.actor("intake")
        decisions.accept(receipt.case_id, clerk, MONDAY, category="content", severity="general")
        answers.answer_at_once(receipt.case_id, clerk, MONDAY, Told(means="online", text="公开栏已经更新。"))
        return receipt


def test_an_anonymous_complaint_takes_six_clicks_and_leaves_nothing_behind(town: World, citizen: Citizen) -> None:
    number, code = citizen.files_a_complaint()
    assert citizen.clicks <= 6
    assert len(number.replace(" ", "")) == 11
    assert len(code.replace(" ", "")) == 16
    kept = citizen.storage()
    assert kept["storages"] == [{}, {}]
    assert kept["cookies"] == {"huiyin": -1}  # it ends with the browser


def test_an_empty_story_leads_to_the_summary_and_from_there_into_the_field(town: World, citizen: Citizen) -> None:
    citizen.begins("匿名")
    citizen.tells(story="")
    assert citizen.focus == "errsum"
    citizen.page.keyboard.press("Tab")
    citizen.page.keyboard.press("Enter")
    citizen.page.keyboard.type("公开栏三个月没有更新，一直看不到。")
    assert citizen.field("发生了什么").input_value() == "公开栏三个月没有更新，一直看不到。"
    assert citizen.field("反映的单位或地点").input_value() == "财政所"
    citizen.presses("继续")
    assert citizen.heading == "请核对后提交" != WHAT


def test_a_refused_file_is_named_and_the_good_one_stays(town: World, citizen: Citizen, tmp_path: Path) -> None:
    good, bad = tmp_path / "窗口.jpg", tmp_path / "程序.jpg"
    good.write_bytes(samples.jpeg())
    bad.write_bytes(samples.PROGRAM)
    citizen.begins("实名")
    citizen.writes("反映的单位或地点", "财政所")
    citizen.writes("发生了什么", STORY)
    citizen.adds_files(good, bad)
    expect(citizen.page.locator("#file-list")).to_contain_text("窗口.jpg")
    expect(citizen.page.locator(".err, .errsum").filter(has_text="程序.jpg").first).to_be_visible()
    assert citizen.field("发生了什么").input_value() == STORY
    citizen.presses("继续")
    citizen.leaves_contact()
    citizen.presses("继续")
    citizen.reads("窗口.jpg", "吴芳")
    citizen.presses("提交")
    assert citizen.clicks <= 12
    assert citizen.receipt()


def test_a_pasted_full_width_code_opens_the_case_and_a_question_is_answered(
    app: Flask, town: World, citizen: Citizen
) -> None:
    receipt = asked(app, town)
    citizen.tracks(receipt.receipt_no.translate(FULL_WIDTH), "\u3000".join(receipt.code.translate(FULL_WIDTH)))
    citizen.reads("请回答一个问题", "是哪个村？")
    citizen.follows("回答问题")
    citizen.writes("您的回答", "上湾村。")
    citizen.presses("提交补充")
    assert citizen.clicks <= 6
    citizen.reads("已提交", "您回答了问题")
    assert citizen.page.get_by_role("link", name="回答问题").count() == 0


def test_a_dissatisfied_citizen_asks_for_re_handling(app: Flask, town: World, citizen: Citizen) -> None:
    receipt = answered(app, town)
    citizen.tracks(receipt.receipt_no, receipt.code)
    citizen.clicks = 0
    citizen.rates("不满意", "还是没有更新。")
    assert citizen.heading == "申请重新办理"  # offered at once to whoever is dissatisfied
    citizen.writes("哪里没有解决", "公开栏还是三个月前的内容。")
    citizen.presses("申请重新办理")
    assert citizen.clicks <= 5
    citizen.reads("重新办理", "第 2 次办理")


def test_a_neighbour_files_for_another_on_a_phone_in_the_largest_letters(town: World, opens: Opens) -> None:
    phone = opens(Citizen, width=375, height=740)
    phone.goes_to("/")
    phone.follows("大字版")
    phone.chooses("特大")
    phone.presses("应用")
    phone.begins("代他人反映")
    assert phone.small_targets(60) == []
    phone.tells()
    phone.leaves_contact()
    phone.writes("您和当事人的关系", "邻居")
    phone.writes("当事人的姓名", "周桂英")
    phone.chooses("知情")
    assert phone.small_targets(60) == []
    phone.presses("继续")
    phone.presses("提交")
    assert phone.clicks <= 14
    assert phone.receipt()


@pytest.fixture
def weather(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A site about something else, to which the quick exit leads."""
    with browsers.web_server(Flask("weather")) as address:
        state = app.extensions["huiyin"]
        settings = replace(state.settings, exit_url=f"{address}/")
        monkeypatch.setitem(app.extensions, "huiyin", replace(state, settings=settings))
        yield settings.exit_url


def test_quick_exit_opens_another_site_and_forgets_the_draft(town: World, weather: str, citizen: Citizen) -> None:
    citizen.begins("匿名")
    citizen.tells()
    citizen.goes_to("/submit/what")
    assert citizen.field("发生了什么").input_value() == STORY
    citizen.leaves(weather)
    assert "huiyin" not in citizen.storage()["cookies"]
    citizen.page.go_back()
    assert STORY not in citizen.page.content()
    citizen.goes_to("/submit/what?how=anonymous")
    assert citizen.field("发生了什么").input_value() == ""


def test_shift_three_times_leaves_nothing_and_stays(town: World, citizen: Citizen) -> None:
    citizen.begins("匿名")
    for _ in range(3):
        citizen.page.keyboard.press("Shift")
    assert citizen.heading == WHAT
