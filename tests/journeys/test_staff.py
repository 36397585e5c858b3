"""The staff side of the newcomer protocol, in a real browser."""

import pytest
from flask import Flask

from tests.journeys.conftest import Opens
from tests.journeys.staff import Staff
from tests.support import world
from tests.support.world import STORY, World

pytestmark = pytest.mark.e2e
SAID = "公开栏三个月没有更新，补贴名单一直看不到。"


def test_a_phone_call_is_registered_while_the_caller_speaks(town: World, staff: Staff) -> None:
    staff.signs_in(town, "intake")
    staff.follows("登记来电来信")
    staff.writes("反映的单位或地点", "财政所")
    staff.writes("反映的内容", SAID)
    staff.writes("姓名", "吴芳")
    staff.writes("电话", "138 1234 5678")
    staff.presses("登记")
    assert staff.heading == "已登记"
    assert len("".join(str(staff.page.locator("#access-code").text_content()).split())) == 16
    staff.follows("打开这件投诉")
    staff.reads(SAID, "待受理")
    assert "吴芳" not in staff.page.content()


@pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
def test_the_queue_is_worked_through_by_keyboard(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        for n in range(3):
            town.file_case(app, story=f"第{n}件：{STORY}")
    staff.signs_in(town, "intake")
    staff.goes_to("/office/queue/received")
    clicks = staff.clicks
    for key in "JJK":
        staff.page.keyboard.press(key)
    wanted = str(staff.page.locator(".queue tr.cur a").text_content())
    staff.page.locator("#pane h2", has_text=wanted).wait_for()
    staff.hits("A")
    staff.reads(wanted[:4])
    for question in ("category", "severity"):
        while staff.page.evaluate("() => document.activeElement.name") != question:
            staff.page.keyboard.press("Tab")
        staff.page.keyboard.press("Space")
    staff.hits("Enter")
    staff.reads("已办理：受理")
    assert staff.clicks == clicks


@pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
def test_a_fast_key_never_decides_about_the_row_before(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        for n in range(2):
            town.file_case(app, story=f"第{n}件：{STORY}")
    staff.signs_in(town, "intake")
    staff.goes_to("/office/queue/received")
    staff.page.keyboard.press("J")
    staff.page.locator("#pane [data-key=A]").wait_for()
    before = str(staff.page.locator(".queue tr.cur a").get_attribute("href"))
    staff.page.keyboard.press("J")
    staff.page.keyboard.press("A")
    staff.page.wait_for_timeout(300)
    assert before not in staff.page.url


@pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
def test_typing_in_the_search_decides_nothing(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        town.file_case(app)
    staff.signs_in(town, "intake")
    staff.goes_to("/office/queue/received")
    staff.page.keyboard.press("/")
    staff.page.keyboard.type("jaar")
    assert staff.page.locator("#q").input_value() == "jaar"
    assert staff.heading == "待受理"


@pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
def test_shortcuts_can_be_switched_off(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        town.file_case(app)
    staff.signs_in(town, "intake")
    staff.follows("我的设置")
    staff.page.get_by_label("快捷键").uncheck()
    staff.presses("保存")
    staff.goes_to("/office/queue/received")
    staff.page.keyboard.press("J")
    assert staff.page.locator("tr.cur").count() == 0


def test_two_people_at_one_reply_lose_nothing(app: Flask, town: World, staff: Staff, opens: Opens) -> None:
    with app.app_context():
        _, slip = world.signed(app, town)
    colleague = opens(Staff)
    for one in (staff, colleague):
        one.signs_in(town, "handler")
        one.goes_to(f"/office/slip/{slip}/save_reply")
    colleague.writes("解决办法", "同事写的办法。")
    colleague.presses("保存草稿")
    staff.writes("解决办法", "我写的办法。")
    staff.presses("保存草稿")
    staff.reads("我写的办法。", "同事写的办法。", "您的修改没有保存，也没有丢失")
    staff.presses("用我的")
    assert staff.field("解决办法").input_value() == "我写的办法。"


def test_a_stale_decision_is_refused_and_the_words_stay(app: Flask, town: World, staff: Staff, opens: Opens) -> None:
    with app.app_context():
        case = town.file_case(app).case_id
    colleague = opens(Staff)
    for one, role in ((staff, "intake"), (colleague, "intake")):
        one.signs_in(town, role)
        one.goes_to(f"/office/case/{case}/ask_question")
    colleague.writes("请来信人补充什么", "是哪个村？")
    colleague.presses("请来信人补充")
    staff.writes("请来信人补充什么", "哪一天去看的？")
    staff.presses("请来信人补充")
    staff.reads("核对后")
    assert staff.field("请来信人补充什么").input_value() == "哪一天去看的？"


def test_what_five_people_say_becomes_a_common_issue(app: Flask, town: World, staff: Staff) -> None:
    with app.app_context():
        for n in range(5):
            first = world.MONDAY - world.days(31 if n == 0 else 0)  # thirty days apart, or they may not be announced
            world.accepted(app, town, first, story=f"第{n}件：{STORY}")
    staff.signs_in(town, "dispatcher")
    staff.goes_to("/office/clusters")
    staff.follows("写一条共性问题")
    staff.writes("查找相似的投诉", "公开栏")
    staff.presses("查找")
    for n in range(5):
        staff.chooses(f"第{n}件")
    staff.writes("标题", "公开内容更新不及时")
    staff.writes("问题", "一些村的公开内容长期不更新，群众看不到补贴情况。")
    staff.writes("改进", "每月第一周统一更新，由镇政府检查。")
    staff.presses("保存草稿")
    staff.presses("送审")
    staff.signs_in(town, "chief")
    staff.opens_work("公开内容更新不及时")
    staff.presses("同意并发布")
    staff.reads("正在发布")
