"""After the end: a visit that finds somebody dissatisfied begins again; a survey is answered by its link."""

from typing import Any

import pytest
from flask import Flask

from shared.services import answers
from tests.journeys.citizen import Citizen
from tests.journeys.staff import Staff
from tests.support import ended
from tests.support import regime_world as rw
from tests.support import world as w

pytestmark = pytest.mark.e2e


def test_a_dissatisfied_visit_begins_again_and_a_content_one_ends_in_the_archive(app: Flask, staff: Staff) -> None:
    with app.app_context():
        place = rw.of("R9")
        case_id = ended.closed(app, place)
    visits(staff, place, "不满意", "证明还要两份。")
    staff.goes_to(f"/office/case/{case_id}")
    staff.reads("重新办理", "回访")
    with app.app_context():
        assert w.case_of(case_id).state == "reopened"
        ended.looked_into(place, case_id, w.MONDAY)
        answers.feed_back(case_id, place.actor("reception"), w.MONDAY, rw.TOLD)
        answers.close(case_id, place.actor("reception"), w.MONDAY)
    staff.signs_in(place, "general_group")
    staff.goes_to(f"/office/case/{case_id}")
    staff.takes("归档")
    staff.reads("这件还没有回访")
    visits(staff, place, "满意", "")
    staff.goes_to(f"/office/case/{case_id}/visits")
    staff.reads("证明还要两份。", "第 2 次办理")
    staff.signs_in(place, "general_group")
    staff.goes_to(f"/office/case/{case_id}")
    staff.takes("归档")
    staff.reads("已归档")


def visits(staff: Staff, place: rw.RegimeWorld, level: str, comment: str) -> None:
    """Finds the visit in the list and records what was said on the phone."""
    staff.signs_in(place, "visitors")
    staff.goes_to("/office/visits")
    staff.page.locator("main tbody a.btn").first.click()
    staff.looks()
    staff.chooses("电话回访")
    staff.page.get_by_label(level, exact=True).check()
    staff.writes("意见和建议", comment)
    staff.presses("记下回访")


def test_a_survey_is_begun_answered_by_link_and_read(app: Flask, staff: Staff, opens: Any) -> None:
    with app.app_context():
        place = rw.of("R8")
    staff.signs_in(place, "manager")
    staff.goes_to("/office/surveys")
    staff.follows("开始一次调查")
    staff.writes("名称", "第三季度业主意见调查")
    staff.writes("到哪一天结束", "2026-09-30")
    staff.presses("开始")
    link = staff.page.locator("a[href*='/survey/']").get_attribute("href") or ""
    for number in range(5):
        neighbour: Citizen = opens(Citizen, width=375)
        neighbour.goes_to(link[link.index("/survey/") :])
        for item in place.book.surveys[0].items:
            neighbour.page.locator(f"[name=score_{item.code}][value='{3 + number % 3}']").check()
        neighbour.presses("提交")
        assert neighbour.heading == "谢谢您"
    staff.page.reload()
    staff.looks()
    staff.reads("收到 5 份", "3.8")
