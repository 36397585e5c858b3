"""A grave complaint is reported, decided by whoever the rule book names, and only then answered."""

from types import SimpleNamespace

import pytest
from flask import Flask

from tests.journeys.citizen import Citizen
from tests.journeys.staff import Staff
from tests.support import regime_world as rw

pytestmark = pytest.mark.e2e
TOLD = "我在这里遇到的事情说了两次都没有人处理"
ANSWER = "已经给每户换了门窗，费用由公司承担。"


@pytest.fixture
def group(app: Flask) -> SimpleNamespace:
    """A developer under R23, with one complaint of a household; people by the rule book's own posts."""
    with app.app_context():
        place = rw.of("R23")
        receipt = place.file_case(app)
    return SimpleNamespace(usernames=place.usernames, receipt=receipt)


def test_five_households_make_it_grave_and_the_area_decides_before_anybody_answers(
    group: SimpleNamespace, citizen: Citizen, staff: Staff
) -> None:
    the_desk_accepts_it_and_finds_five_households(staff, group)
    the_desk_asks_for_a_decision(staff)
    the_area_decides(staff, group)
    the_desk_answers(staff, group)
    citizen.tracks(group.receipt.receipt_no, group.receipt.code)
    citizen.reads(ANSWER, "已答复")


def the_desk_accepts_it_and_finds_five_households(staff: Staff, group: SimpleNamespace) -> None:
    staff.signs_in(group, "project_desk")
    staff.opens_work(TOLD)
    staff.accepts("房屋质量", "一般投诉")
    staff.follows("情况核定")
    staff.writes("涉及户数", "五户")
    staff.presses("情况核定")
    staff.reads("请填写数字")
    staff.writes("涉及户数", "5")
    staff.presses("情况核定")
    staff.reads("重大投诉", "涉及户数：5", "已报告片区客户服务专员、集团客户服务部")


def the_desk_asks_for_a_decision(staff: Staff) -> None:
    staff.reads("按制度要先报批：处理决定")
    assert staff.page.get_by_role("link", name="当场答复").count() == 0
    staff.follows("报批")
    staff.writes("事由和意见", "五户的门窗都漏水，拟全部更换，费用两万元。")
    staff.presses("报批")
    staff.reads("处理决定：等项目公司负责人、片区执行总经理、执行总经理审批")


def the_area_decides(staff: Staff, group: SimpleNamespace) -> None:
    staff.signs_in(group, "area_head")
    staff.reads("等您审批")
    staff.opens_work("处理决定")
    staff.reads("五户的门窗都漏水", "其中一位同意即可", TOLD)
    staff.chooses("同意")
    staff.writes("意见", "同意更换，一周内完成。")
    staff.presses("提交决定")
    staff.reads("已同意", "同意更换，一周内完成。")


def the_desk_answers(staff: Staff, group: SimpleNamespace) -> None:
    staff.signs_in(group, "project_desk")
    staff.opens_case(TOLD)
    staff.follows("报批和审批")
    staff.reads("同意更换，一周内完成。")
    staff.follows("返回办理页")
    staff.follows("当场答复")
    staff.chooses("网上")
    staff.writes("答复内容", ANSWER)
    staff.presses("预览")
    staff.presses("发出")
    staff.reads("已办理：当场答复")
