"""After the handling: answers, extensions, ratings, the investigation's own way, the end."""

from __future__ import annotations

from lxml import html

from tests.support import world as w
from tests.support.office import Office, link, steps

OPINION = {"outcome": "solved", "solution": "情况属实。", "opinion": "已批评教育当事人员。"}


def case(case_id: int, step: str = "") -> str:
    return f"/office/case/{case_id}" + (f"/{step}" if step else "")


def test_the_answer_begins_with_the_words_that_were_approved(town: Office):
    case_id, _slip = town.made(w.replied)
    assert w.SOLVED.opinion in town.see("intake", case(case_id, "feed_back"))


def test_r2_15_an_answer_by_phone_needs_its_record(town: Office):
    case_id, _slip = town.made(w.replied)
    page = town.press("intake", case(case_id, "feed_back"), status=422, act="send", means="phone").text
    assert "请写明电话记录" in page
    town.press("intake", case(case_id, "feed_back"), act="send", means="phone", record="九点通话")
    assert "已答复" in town.see("intake", case(case_id))


def test_what_can_be_answered_at_once_needs_no_slip(town: Office):
    case_id = town.made(w.accepted)
    town.press("intake", case(case_id, "answer_at_once"), act="send", means="online", text="今天已经更新。")
    assert "今天已经更新。" in town.see("intake", case(case_id))


def test_a_poor_reply_goes_back_to_the_unit_with_the_reason(town: Office):
    case_id, slip_id = town.made(w.replied)
    town.press("intake", case(case_id, "reject_reply"), comment="没有写明日期")
    assert "没有写明日期" in town.see("handler", f"/office/slip/{slip_id}/save_reply")


def test_r2_07_a_later_date_is_promised_with_its_reason(town: Office):
    case_id, _slip = town.made(w.signed)
    page = town.press(
        "intake", case(case_id, "extend"), status=422, act="send", new_day="2026-09-08", reason="需要核实"
    ).text
    assert "新的日期要晚于现在的期限" in page
    town.press("intake", case(case_id, "extend"), act="send", new_day="2026-09-21", reason="需要核实")
    assert "原定9月14日（周一），改为9月21日（周一）" in town.see("intake", case(case_id))


def test_a_day_that_cannot_be_read_is_said_plainly(town: Office):
    case_id, _slip = town.made(w.signed)
    page = town.press("intake", case(case_id, "extend"), status=422, new_day="下周一", reason="需要核实").text
    assert "2026-11-30 这样的格式" in page


def test_a_rating_heard_by_phone_is_recorded_once(town: Office):
    case_id, _slip = town.made(w.replied)
    town.press("intake", case(case_id, "feed_back"), act="send", means="online")
    town.press("intake", case(case_id, "rate"), level="bad", comment="太慢")
    page = town.see("intake", case(case_id))
    assert "不满意" in page
    assert "rate" not in steps(page)


def test_a_dissatisfied_citizen_is_heard_again_then_the_case_ends_in_the_archive(town: Office):
    case_id, _slip = town.made(w.replied)
    town.press("intake", case(case_id, "feed_back"), act="send", means="face", signed="y", satisfaction="bad")
    town.press("intake", case(case_id, "rehandle"), reason="还是没有更新")
    town.press(
        "intake",
        case(case_id, "answer_at_once"),
        act="send",
        means="face",
        text="已更新",
        signed="y",
        satisfaction="good",
    )
    town.press("intake", case(case_id, "close"))
    town.press("archivist", case(case_id, "archive"))
    assert "现在没有要您办理的步骤" in town.see("archivist", case(case_id))


def test_a_case_cannot_be_closed_while_the_citizen_may_still_rate(town: Office):
    case_id, _slip = town.made(w.replied)
    town.press("intake", case(case_id, "feed_back"), act="send", means="online")
    assert "还可以评价" in town.press("intake", case(case_id, "close"), status=422).text


def investigated(county: Office) -> str:
    case_id = county.made(w.accepted)
    who = str(county.world.actor("investigator").person_id)
    county.press("intake", case(case_id, "investigate"), person_id=who)
    return case(case_id)


def test_r5_07_the_citizen_is_told_only_what_the_leader_approved(county: Office):
    page = investigated(county)
    county.press("investigator", f"{page}/submit_opinion", act="submit", **OPINION)
    county.see("intake", f"{page}/feed_back", status=409)
    assert "已批评教育当事人员。" in county.see("gov_leader", f"{page}/approve_opinion")
    county.press("gov_leader", f"{page}/approve_opinion", decision="yes")
    assert "已批评教育当事人员。" in county.see("intake", f"{page}/feed_back")


def test_an_opinion_sent_back_is_written_on_from_where_it_stood(county: Office):
    page = investigated(county)
    county.press("investigator", f"{page}/submit_opinion", act="save", solution="正在核实")
    county.press("investigator", f"{page}/submit_opinion", act="submit", **OPINION)
    county.press("gov_leader", f"{page}/approve_opinion", decision="no", comment="依据不足")
    again = county.see("investigator", f"{page}/submit_opinion")
    assert "依据不足" in again
    assert "情况属实。" in again


def test_r5_08_more_time_needs_the_leaders_approval(county: Office):
    page = investigated(county)
    county.press("investigator", f"{page}/ask_extension", new_day="2026-11-30", reason="需要鉴定")
    assert steps(county.see("gov_leader", page))[0] == "grant_extension"
    county.press("gov_leader", f"{page}/grant_extension", status=422, decision="no")
    county.press("gov_leader", f"{page}/grant_extension", decision="yes")
    assert "改为11月30日（周一）" in county.see("intake", page)


def test_r5_09_a_unit_gives_what_is_asked_without_reading_the_complaint(county: Office):
    page = investigated(county)
    unit = str(county.world.unit["bureau"])
    county.press("investigator", f"{page}/ask_evidence", unit_id=unit, wanted="九月执法记录", due_day="2026-09-14")
    address = link(county.see("investigator", page), "/evidence/")
    asked = county.see("handler", address)
    assert "九月执法记录" in asked
    assert w.STORY not in asked
    county.press("handler", address, status=422)
    county.press("handler", address, given="执法记录复印件三份")
    assert "执法记录复印件三份" in county.see("investigator", page)


TOLD = {"mode": "named", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000", "email": "a@example.cn"}}


def test_an_answer_is_read_as_the_citizen_will_before_it_is_sent(town: Office):
    case_id, _slip = town.made(w.replied, notify="sms", **TOLD)
    fields = {"means": "online", "text": "公开栏已经更新，谢谢您。"}
    page = town.press("intake", case(case_id, "feed_back"), status=200, act="preview", **fields).text
    assert "来信人会读到" in page
    assert "公开栏已经更新，谢谢您。" in page
    assert "【监察室】您的事项" in page
    assert "13800138000" not in page
    assert "待答复" in town.see("intake", case(case_id))


def test_what_was_previewed_is_what_is_sent(town: Office):
    case_id, _slip = town.made(w.replied)
    fields = {"means": "face", "text": "当面说明了情况。", "signed": "y", "satisfaction": "good"}
    shown = town.press("intake", case(case_id, "feed_back"), status=200, act="preview", **fields).text
    form = html.fromstring(shown).xpath("//main//form")[0]
    sent = town.desk("intake").post(form.get("action"), data=dict(form.form_values()) | {"act": "send"})
    assert sent.status_code == 303
    assert "当面说明了情况。" in town.see("intake", case(case_id))


def test_an_unsigned_answer_stays_unsigned_through_the_preview(town: Office):
    case_id, _slip = town.made(w.replied)
    shown = town.press("intake", case(case_id, "feed_back"), status=200, act="preview", means="face", text="说明").text
    form = html.fromstring(shown).xpath("//main//form")[0]
    sent = town.desk("intake").post(form.get("action"), data=dict(form.form_values()) | {"act": "send"})
    assert sent.status_code == 422
    assert "请来信人签字后勾选" in sent.text


def test_an_extension_is_read_with_both_dates_before_it_is_promised(town: Office):
    case_id, _slip = town.made(w.signed, notify="email", **TOLD)
    fields = {"new_day": "2026-09-21", "reason": "需要到村里核对台账。"}
    page = town.press("intake", case(case_id, "extend"), status=200, act="preview", **fields).text
    assert "原定9月14日（周一），现改为9月21日（周一）。原因：需要到村里核对台账。" in page
    assert "原定2026年9月14日前答复，现改为2026年9月21日前" in page
    assert "9月21日" not in town.see("intake", case(case_id))


def test_who_wants_no_notice_is_said_to_get_none(town: Office):
    case_id, _slip = town.made(w.signed)
    page = town.press("intake", case(case_id, "extend"), status=200, act="preview", new_day="2026-09-21", reason="核对")
    assert "只在查询页看到" in page.text


def test_the_leader_reads_what_the_citizen_will_before_granting_more_time(county: Office):
    page = investigated(county)
    county.press("investigator", f"{page}/ask_extension", new_day="2026-11-30", reason="需要鉴定")
    assert "现改为11月30日（周一）。原因：需要鉴定" in county.see("gov_leader", f"{page}/grant_extension")
