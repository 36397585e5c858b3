"""A grave complaint: the plan is started, its steps are ticked off, a statement goes out, it ends with a review."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.conftest import Opens
from tests.journeys.staff import Staff
from tests.journeys.window import Window
from tests.support import regime_world as rw
from tests.support.regime_world import RegimeWorld

pytestmark = pytest.mark.e2e
STEPS = ("立即报告领导小组", "应急处理小组到现场处理", "协调有关部门", "加强现场监控")


@pytest.fixture
def estate(app: Flask) -> RegimeWorld:
    with app.app_context():
        return rw.of("R21")


def test_a_grave_complaint_starts_the_plan_and_ends_with_a_review(
    app: Flask, estate: RegimeWorld, staff: Staff, opens: Opens
) -> None:
    with app.app_context():
        case_id = estate.accepted(app, severity="major")
    staff.signs_in(estate, "service")
    staff.goes_to(f"/office/case/{case_id}")
    assert staff.page.locator("main").get_by_role("link", name="应急处置").count() == 1
    staff.goes_to(f"/office/case/{case_id}/incident")
    staff.writes("为什么启动", "塔吊从操场上空经过，已经有记者到场。")
    staff.presses("启动应急预案")
    staff.reads("处置中", "还没有办")
    for step in STEPS:
        staff.chooses(step)
        staff.writes("怎样办的", f"{step}，已经办好。")
        staff.presses("记下这一步")
    staff.writes("标题", "关于夜间吊装的说明")
    staff.page.locator("textarea[name=text]").fill("夜间吊装已经停止，设备正在检查，结果随后公布。")
    staff.presses("送审")
    staff.signs_in(estate, "leader")
    staff.goes_to(f"/office/case/{case_id}/incident")
    staff.chooses("同意，马上公布")
    staff.presses("提交决定")
    reader = opens(Window, width=375)
    reader.goes_to("/notices")
    reader.follows("关于夜间吊装的说明")
    reader.reads("夜间吊装已经停止")
    staff.page.get_by_text("结束应急处置").first.click()
    staff.writes("总结", "吊装改在白天，路线避开操场；以后每月检查一次。")
    staff.presses("结束应急处置")
    staff.reads("已结束", "吊装改在白天")
