"""One complaint the whole way under each rule book, every step through the pages."""

import pytest

from tests.journeys.citizen import Citizen
from tests.journeys.staff import Staff
from tests.support.world import World

pytestmark = pytest.mark.e2e
TOLD = "村务公开栏已经三个月没有更新"
POINTS = "何时更新公开栏"
REPLY = "公开栏已经更新，今后每月更新一次。"


def test_a_complaint_under_the_township_rules_from_the_browser_to_the_archive(
    town: World, citizen: Citizen, staff: Staff
) -> None:
    receipt = citizen.files_a_complaint()
    office_passes_it_on(staff, town)
    unit_deals_with_it(staff, town)
    office_answers(staff, town)
    citizen.tracks(*receipt)
    citizen.reads(REPLY, "已答复")
    citizen.rates("满意", "谢谢。")
    office_ends_it(staff, town)
    citizen.follows("刷新")
    citizen.reads("已办结", "您的评价：满意")


def office_passes_it_on(staff: Staff, town: World) -> None:
    staff.signs_in(town, "intake")
    staff.opens_work(TOLD)
    staff.accepts("不编制", "一般")
    staff.signs_in(town, "dispatcher")
    staff.opens_work(TOLD)
    staff.follows("转办")
    staff.writes("需要答复的要点", POINTS)
    sends_it_to_the_finance_office(staff)
    staff.takes("撤回转办单")
    staff.reads("已办理：撤回转办单", "待分办")
    staff.follows("转办")
    assert staff.field("需要答复的要点").input_value() == POINTS
    sends_it_to_the_finance_office(staff)


def sends_it_to_the_finance_office(staff: Staff) -> None:
    staff.picks("牵头单位", "财政所")
    staff.chooses("我已对照原文看过，副本里没有能认出来信人的内容")
    staff.presses("转办")


def unit_deals_with_it(staff: Staff, town: World) -> None:
    staff.signs_in(town, "signer")
    staff.opens_work(POINTS)
    staff.takes("签收")
    staff.signs_in(town, "director")
    staff.opens_work(POINTS)
    staff.follows("确定承办科室")
    staff.picks("承办科室", "预算股")
    staff.presses("确定承办科室")
    staff.signs_in(town, "handler")
    staff.opens_work(POINTS)
    drafts_a_reply(staff)
    staff.signs_in(town, "unit_head")
    staff.opens_work(POINTS)
    decides(staff, "审核回复", "同意")
    staff.signs_in(town, "signer")
    staff.opens_work(POINTS)
    staff.takes("报送监察室")


def drafts_a_reply(staff: Staff) -> None:
    staff.follows("起草回复")
    staff.chooses("已经解决")
    staff.writes("解决办法", "当天更新公开栏，并安排专人每月检查。")
    staff.writes("回复意见", REPLY)
    staff.presses("保存草稿")
    staff.presses("送单位领导审核")


def decides(staff: Staff, step: str, word: str) -> None:
    staff.follows(step)
    staff.chooses(word)
    staff.presses("提交决定")


def office_answers(staff: Staff, place: World) -> None:
    staff.signs_in(place, "intake")
    staff.opens_work(TOLD)
    staff.follows("答复来信人")
    assert staff.field("答复内容").input_value() == REPLY
    staff.chooses("网上")
    staff.presses("预览")
    staff.reads("来信人会读到", REPLY)
    staff.presses("发出")


def office_ends_it(staff: Staff, place: World) -> None:
    staff.opens_case(TOLD)
    staff.takes("办结")
    staff.signs_in(place, "archivist")
    staff.opens_work(TOLD)
    staff.takes("归档")
    staff.reads("已归档", "归档清单")


def test_a_complaint_under_the_county_rules_from_the_browser_to_the_archive(
    shire: World, citizen: Citizen, staff: Staff
) -> None:
    receipt = citizen.files_a_complaint("实名", about="城市管理局")
    office_accepts_and_assigns(staff, shire)
    investigator_asks_the_bureau(staff, shire)
    leader_approves(staff, shire)
    office_answers(staff, shire)
    citizen.tracks(*receipt)
    citizen.reads(REPLY, "已答复")
    citizen.rates("满意")
    office_ends_it(staff, shire)
    citizen.follows("刷新")
    citizen.reads("已办结")


def office_accepts_and_assigns(staff: Staff, shire: World) -> None:
    staff.signs_in(shire, "intake")
    staff.opens_work(TOLD)
    staff.accepts("滥用职权")
    staff.follows("指定承办人")
    staff.picks("承办人", shire.actor("investigator").name)
    staff.presses("指定承办人")


def investigator_asks_the_bureau(staff: Staff, shire: World) -> None:
    staff.signs_in(shire, "investigator")
    staff.opens_work(TOLD)
    staff.follows("调取材料")
    staff.picks("向哪个单位调取", "城市管理局")
    staff.writes("需要哪些材料", "当天的执法记录。")
    staff.writes("请在哪天前提供", "2026-09-11")
    staff.presses("调取材料")
    staff.signs_in(shire, "handler")
    staff.opens_work("当天的执法记录")
    staff.writes("提供的材料和说明", "执法记录两页，见附件。")
    staff.presses("提供")


def leader_approves(staff: Staff, shire: World) -> None:
    staff.signs_in(shire, "investigator")
    staff.opens_work(TOLD)
    staff.reads("执法记录两页")
    staff.follows("提出处理意见")
    staff.chooses("已经解决")
    staff.writes("查明的情况", "公开栏三个月没有更新，情况属实。")
    staff.writes("处理意见", REPLY)
    staff.presses("报分管领导批准")
    staff.signs_in(shire, "gov_leader")
    staff.opens_work(TOLD)
    decides(staff, "审批处理意见", "批准")
