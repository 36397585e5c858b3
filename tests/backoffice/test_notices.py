"""The pages about notices: what did not go, what a case's file says of it, the table, absences, open work."""

from __future__ import annotations

import re

import pytest
from lxml import html
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from shared.db import work
from shared.domain.notices import BY_CODE, NOBODY_TOLD
from shared.models.outbox import Delivery, OutboxRow
from shared.services import investigations
from tests.support import world as w
from tests.support.office import Office

NAMED = {
    "mode": "named",
    "identity": {"name": "赵守田"},
    "contact": {"phone": "13900001234", "email": "shimin@example.cn"},
    "notify": "sms",
}


def failed(app, world, state: str = "failed") -> tuple[int, int]:
    case_id = world.file_case(app, **NAMED).case_id
    with work() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.notice == "received"))
        mine = row.one()
        mine.state, mine.outcome = state, "timeout"
        session.add(Delivery(outbox_id=mine.id, channel="sms", state="failed", reason="timeout", at=w.MONDAY))
        return mine.id, case_id


def form_of(value: str) -> str:
    return f"//main//form[.//input[@name='act'][@value='{value}']]"


def test_a_failed_notice_has_its_tile_and_its_page(town: Office):
    outbox_id, _case = town.made(failed)
    desk = town.see("intake", "/office/")
    assert re.search(r'#heap-notice_failed"[^>]*><b>1</b>未送达通知', desk)
    assert not re.search(r">\s*received\s*<", desk)
    listed = town.see("intake", "/office/notices")
    assert f'href="/office/notices/{outbox_id}"' in listed
    assert "对方没有回应" in listed


def test_no_page_about_notices_names_or_reaches_the_citizen(town: Office):
    outbox_id, case_id = town.made(failed)
    pages = ["/office/", "/office/notices", f"/office/notices/{outbox_id}", f"/office/notices/{outbox_id}/letter"]
    for address in [*pages, f"/office/case/{case_id}/notices"]:
        assert not re.search("赵守田|13900001234|shimin", town.see("intake", address)), address


def test_the_case_says_what_became_of_each_notice(town: Office):
    outbox_id, case_id = town.made(failed)
    shown = town.see("intake", f"/office/case/{case_id}/notices")
    for words in ("来信人", "短信", "未送达", "对方没有回应", "受理人"):
        assert words in shown
    assert f"/office/notices/{outbox_id}" in shown
    part = town.desk("intake").get(f"/office/case/{case_id}/notices", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<section")
    assert f"/office/notices/{outbox_id}" not in town.see("archivist", f"/office/case/{case_id}/notices")


def test_a_call_that_reached_nobody_is_kept_and_the_notice_stays(town: Office):
    outbox_id, case_id = town.made(failed)
    page, desk = f"/office/notices/{outbox_id}", town.desk("intake")
    fields = {"act": "call", "called_time": "08:30", "result": "no_answer"}
    assert desk.send(page, form=form_of("call"), **fields).status_code == 303
    shown = town.see("intake", page)
    assert "9月7日 08:30 · 改用电话 · 没有人接" in shown
    assert "打电话通知，没有办成" in town.see("intake", f"/office/case/{case_id}")
    assert desk.send(page, form=form_of("call"), **fields | {"result": "told"}).status_code == 303
    assert "已改为电话" in town.see("intake", page)


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("call", {"result": "told", "called_time": "25:00"}, "14:30 这样的格式"),
        ("call", {"result": "told", "called_time": "23:00"}, "不能晚于现在"),
        ("call", {}, "请选择结果"),
        ("letter", {}, "请选择信函怎样送到"),
        ("drop", {"reason": ""}, "请写明理由"),
    ],
)
def test_an_act_that_is_not_filled_in_says_what_is_missing(town: Office, act: str, fields: dict, said: str):
    outbox_id, _case = town.made(failed)
    answer = town.desk("intake").send(f"/office/notices/{outbox_id}", form=form_of(act), act=act, **fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_letter_has_an_empty_window_until_the_name_is_asked_for_on_record(town: Office):
    outbox_id, case_id = town.made(failed)
    page = f"/office/notices/{outbox_id}/letter"
    letter = town.see("chief", page)
    assert "您的事项（尾号" in letter
    assert "http" not in html.fromstring(letter).xpath("string(//article)")
    answer = town.desk("intake").send(page, form="//div[@class='deskbar']//form")
    assert answer.status_code == 200
    window = html.fromstring(answer.text).xpath("//div[@class='window']")[0].text_content()
    assert "赵守田" in window
    assert "13900001234" not in answer.text
    assert "查看来信人信息" in town.see("intake", f"/office/case/{case_id}")


def test_a_letter_settles_the_notice(town: Office):
    outbox_id, _case = town.made(failed)
    page = f"/office/notices/{outbox_id}"
    assert town.desk("chief").send(page, form=form_of("letter"), act="letter", way="posted").status_code == 303
    assert "已改为信函" in town.see("chief", page)
    assert "notice_failed" not in town.see("chief", "/office/")


def decides(town: Office, address: str, **fields: object) -> TestResponse:
    """The head ticks a notice in the list and presses one of its buttons."""
    client = town.desk("chief")
    [ticks] = html.fromstring(client.get(address).text).xpath("//main//form[.//input[@name='notice']]")
    held = {name: value for name, value in ticks.form_values() if name not in fields}
    return client.post(ticks.get("action"), data=held | fields)


def test_the_chief_says_yes_or_no_to_what_waits_for_it(town: Office):
    made = [town.made(failed, state="held")[0] for _ in range(2)]
    held = "/office/notices?state=held"
    shown = town.see("chief", held)
    assert len(html.fromstring(shown).xpath("//input[@name='notice']")) == 2
    assert "notice_held" in town.see("chief", "/office/")
    assert html.fromstring(town.see("intake", held)).xpath("//input[@name='notice']") == []
    assert decides(town, held, notice=made[0], act="yes").status_code == 303
    assert "请写明理由" in decides(town, held, notice=made[1], act="no", reason="").text
    assert decides(town, held, notice=made[1], act="no", reason="过时").status_code == 303
    with town.app.app_context(), work() as session:
        states = dict(session.execute(select(OutboxRow.id, OutboxRow.state).where(OutboxRow.id.in_(made))).all())
    assert states == {made[0]: "queued", made[1]: "dropped"}


def test_a_strange_address_of_the_list_is_the_plain_list(town: Office):
    town.made(failed)
    for asked in ("state=x", "reason=%00", "after=²", "after=-1", "state=held&reason=timeout"):
        town.see("intake", f"/office/notices?{asked}")


def test_the_system_administrator_tries_again_and_reads_no_number(town: Office):
    outbox_id, case_id = town.made(failed, state="parked")
    shown = town.see("system_admin", "/office/admin/parked")
    with town.app.app_context():
        assert w.case_of(case_id).register_no not in shown
    assert town.desk("system_admin").send("/office/admin/parked", form="//main//form").status_code == 303
    with town.app.app_context(), work() as session:
        assert session.get_one(OutboxRow, outbox_id).state == "queued"


@pytest.mark.parametrize("role", ["system_admin", "chief"])
def test_the_table_shows_every_notice_and_every_event_without_one(town: Office, role: str):
    shown = html.fromstring(town.see(role, "/office/admin/notices"))
    links = {a.rsplit("/", 1)[1] for a in shown.xpath("//main//table//a/@href")}
    assert links == set(BY_CODE)
    assert len(shown.xpath("(//main//table)[2]/tbody/tr")) == len(NOBODY_TOLD)


@pytest.mark.parametrize("code", ["accepted", "to_sign", "digest"])
def test_a_notice_is_read_in_both_languages_before_it_is_ever_sent(town: Office, code: str):
    shown = town.see("system_admin", f"/office/admin/notices/{code}")
    assert "中文的样子" in shown
    assert "英文的样子" in shown
    assert ("条计费" in shown) is (code == "accepted")
    town.see("system_admin", "/office/admin/notices/nothing", status=404)


def test_the_page_of_a_case_with_many_notices_costs_the_same(town: Office, count_sql):
    _outbox, case_id = town.made(failed)
    address = f"/office/case/{case_id}/notices"
    town.see("intake", address)
    with count_sql() as few:
        town.see("intake", address)
    with town.app.app_context(), work() as session:
        for _ in range(20):
            session.add(
                OutboxRow(
                    institution_id=town.world.institution_id, case_id=case_id, notice="accepted", audience="citizen",
                    state="failed", not_before=w.MONDAY, created_at=w.MONDAY,
                )
            )  # fmt: skip
    with count_sql() as many:
        town.see("intake", address)
    assert len(many) == len(few) <= 12


def test_an_absence_is_set_and_ended_by_the_person(county: Office):
    with county.app.app_context():
        w._person(county.world, "second", "investigator", "office")
        second = county.world.actor("second")
    days = {"from_day": "2026-09-07", "to_day": "2026-09-11", "deputy_id": second.person_id}
    page, form = "/office/me/absence", "//form[contains(@action, 'me/absence')]"
    assert county.desk("investigator").send(page, form=form, **days).status_code == 303
    assert f"由{second.name}代办" in county.see("investigator", page)
    case_id = county.made(w.accepted)
    with county.app.app_context():
        mine = county.world.actor("investigator").person_id or 0
        investigations.assign(case_id, county.world.actor("chief"), w.MONDAY, person_id=mine)
    assert "9月7日（周一）至9月11日（周五）外出" in county.see("chief", f"/office/case/{case_id}/notices")
    assert county.desk("investigator").send(page, form=form).status_code == 303
    assert "登记外出" in county.see("investigator", page)


def test_each_person_chooses_between_a_digest_and_at_once(town: Office):
    page, form = "/office/me/absence", "//form[contains(@action, 'me/notices')]"
    assert "checked" in town.see("intake", page)
    assert town.desk("intake").send(page, form=form, at_once="").status_code == 303
    assert "checked" not in town.see("intake", page)


def test_taking_a_role_away_asks_who_goes_on(town: Office):
    town.made(w.transferred)
    signer, heir = town.world.actor("signer").person_id, town.world.actor("handler").person_id
    desk, page = town.desk("security_admin"), f"/office/admin/people/{signer}"
    asked = desk.send(page, form="//form[contains(@action, '/remove')]")
    assert asked.status_code == 200
    assert "由谁接手" in asked.text
    fields = {"role": "signer", "unit_id": town.world.unit["finance"], "to": heir}
    token = html.fromstring(asked.text).xpath("//main//input[@name='csrf_token']/@value")[0]
    assert desk.post(f"{page}/remove", data=fields | {"csrf_token": token}).status_code == 303
    assert "签收专人" in town.see("security_admin", f"/office/admin/people/{heir}")


def test_the_citizen_reads_in_one_line_how_they_were_told(town: Office):
    filed = town.made(lambda app, world: world.file_case(app, **NAMED))
    client = town.app.test_client()
    client.send("/track", receipt_no=filed.receipt_no, code=filed.code)
    seen = []
    for state, outcome in (
        ("queued", ""),
        ("sent", ""),
        ("failed", "timeout"),
        ("replaced", "letter"),
        ("dropped", ""),
    ):
        with town.app.app_context(), work() as session:
            told = OutboxRow.case_id == filed.case_id, OutboxRow.audience == "citizen"
            session.execute(update(OutboxRow).where(*told).values(state=state, outcome=outcome, done_at=w.MONDAY))
            if state == "sent":
                row = session.scalars(select(OutboxRow.id).where(*told)).one()
                session.add(Delivery(outbox_id=row, channel="sms", state="sent", at=w.MONDAY))
        seen.append(re.findall(r"提醒正在发出|9月7日（周一）已[^。]*|提醒没有送到", client.get("/case").text))
    assert seen == [
        ["提醒正在发出"],
        ["9月7日（周一）已发短信提醒"],
        ["提醒没有送到"],
        ["9月7日（周一）已用信函告诉您"],
        [],
    ]


@pytest.mark.parametrize(
    ("reason", "channel", "words"),
    [
        ("not_mobile", "sms", "不是手机号码，收不到短信，请打电话"),
        ("smtp_5.1.1", "email", "没有这个邮箱，请打电话核对"),
        ("tls_expired", "email", "对方的证书过期了"),
    ],
)
def test_a_landline_a_bounce_and_an_expired_certificate_end_where_a_person_sees_why_and_can_act(
    town: Office, reason: str, channel: str, words: str
):
    outbox_id, case_id = town.made(failed)
    with town.app.app_context(), work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == outbox_id).values(outcome=reason))
        session.execute(update(Delivery).values(reason=reason, channel=channel))
    assert words in town.see("intake", "/office/notices")
    assert words in town.see("intake", f"/office/case/{case_id}/notices")
    page = html.fromstring(town.see("intake", f"/office/notices/{outbox_id}"))
    acts = {value for value in page.xpath("//main//form//*[@name='act']/@value")}
    assert acts >= {"retry", "letter", "call", "drop"}
