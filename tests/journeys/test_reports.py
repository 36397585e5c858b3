"""A month's report from the desk to the general manager, in a real browser."""

import datetime as dt

import pytest
from flask import Flask

from shared import clock
from shared.domain.periods import Period
from shared.services import report_calendar, report_settings, reports
from tests.journeys.conftest import Opens
from tests.journeys.staff import Staff
from tests.support import regime_world as rw
from tests.support import world as w

pytestmark = pytest.mark.e2e
WORDS = "候诊时间长的投诉增加，建议上午加开两个窗口。"


def test_a_report_is_worked_out_handed_in_and_read_down_to_the_case(app: Flask, staff: Staff) -> None:
    with clock.frozen(w.MONDAY + w.days(18)):
        with app.app_context():
            place = rw.of("R10")
            case_id = place.accepted(app, w.MONDAY + w.days(17))
            number = w.case_of(case_id).register_no
            report_calendar.open_due(clock.now())
        staff.signs_in(place, "desk")
        staff.follows("全院投诉分析")
        staff.presses("计算数字")
        staff.reads("按类别", "收到投诉")
        staff.writes("分析和结论", WORDS)
        staff.presses("报送")
        staff.reads("报告已报送", WORDS)
        staff.signs_in(place, "hospital")
        staff.follows("报告")
        staff.follows("全院投诉分析")
        staff.reads(WORDS)
        staff.follows("收到投诉")
        staff.follows(number)
        staff.reads(rw.STORY)


@pytest.mark.parametrize("script", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("width", [1366, 375])
def test_every_page_of_a_report_is_sound(app: Flask, opens: Opens, width: int) -> None:
    with app.app_context():
        place = rw.of("R23")
        place.signed(app, w.MONDAY)
        desk, told = place.actor("project_desk"), Period(dt.date(2026, 9, 1), dt.date(2026, 9, 30))
        report_id = report_calendar.begin(desk, w.MONDAY, code="special", told=told, due_day=dt.date(2026, 9, 30))
        reports.draft(report_id, desk, w.MONDAY, remarks=WORDS)
        report_settings.add_place(place.as_("chief"), w.MONDAY, tier="group", name="集团", parent_id=None)
    chief = opens(Staff, width=width)
    chief.signs_in(place, "area_desk")
    for page in (
        "",
        "/new",
        "/settings",
        f"/{report_id}",
        f"/{report_id}/cases",
        f"/{report_id}/record",
        f"/{report_id}/print",
    ):
        chief.goes_to(f"/office/reports{page}")
