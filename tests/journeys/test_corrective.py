"""A rectification order in a real browser: issued by the office, answered by the unit, verified (R10.12)."""

import pytest
from flask import Flask

from tests.journeys.staff import Staff
from tests.support import regime_world as rw
from tests.support import world as w

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("script", [True, False], indirect=True, ids=["script", "no-script"])
def test_an_order_is_issued_answered_by_the_unit_and_verified(app: Flask, staff: Staff) -> None:
    with app.app_context():
        place = rw.of("R10")
        case_id, _ = place.signed(app)
        number = w.case_of(case_id).register_no
        unit = place.book.sample.units[0] if place.book.sample else ""
    staff.signs_in(place, "desk_head")
    staff.goes_to(f"/office/case/{case_id}/corrective")
    staff.follows("发出一项整改")
    staff.chooses("整改意见")
    staff.picks("责任单位", unit)
    staff.writes("题目", "改进探视管理")
    staff.writes("需要整改的问题", "请张贴探视时间，安排夜间巡查。")
    staff.writes("预定完成日期", "2026-09-16")
    staff.presses("发出")
    staff.reads("已经发出", "改〔2026〕0001号", number, "待整改")
    staff.signs_in(place, "dept_head")
    staff.opens_work("改进探视管理")
    staff.reads("请张贴探视时间", "9月16日")
    assert rw.STORY not in staff.page.content()
    staff.follows("报送整改报告")
    staff.writes("整改情况", "已经张贴，每晚巡查两次。")
    staff.presses("报送整改报告")
    staff.reads("待验证")
    staff.signs_in(place, "desk_head")
    staff.opens_work("改进探视管理")
    staff.follows("验证整改")
    staff.reads("已经张贴，每晚巡查两次。")
    staff.chooses("有效，整改结束")
    staff.presses("提交结论")
    staff.reads("已验证", "有效")
