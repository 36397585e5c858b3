"""What the rule books ask beyond every complaint: on the citizen's form, at the desk, at the step that needs it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from shared import clock
from shared.db import reading, work
from shared.demo.consented import consented
from shared.demo.filled import filled
from shared.models.case import Case
from shared.models.case_field import CaseField
from shared.models.complainant import Complainant
from shared.models.person import Person
from shared.services import case_fields, decisions, intake, replies
from shared.services.intake import Complaint
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import refusal

WHAT = {"respondent": "某单位", "story": rw.STORY, "wish": "请换货。"}
NAMED = {"name": "阮望舒", "phone": "13900001234"}


@pytest.fixture
def hall(app, db):
    """A rule book's institution by its code, and the desk of whoever takes in."""

    class Hall:
        def open(self, code: str) -> rw.RegimeWorld:
            self.world = rw.of(code)
            return self.world

        def desk(self, role: str = "intake", unit: int | None = None):
            person = self.world.as_(role, unit).person_id
            with reading() as session:
                name = session.get_one(Person, person).username
            client = app.test_client()
            client.send("/office/sign-in", username=name, password=w.PASSWORD)
            return client

    with clock.frozen(w.MONDAY):
        yield Hall()


def kept(case_id: int | None = None) -> dict[str, str]:
    with reading() as session:
        number = case_id or session.scalars(select(Case.id).order_by(Case.id.desc())).first()
        return case_fields.values(session, number)


def test_r3_03_content_reason_and_demand_are_three_fields(hall, client):
    hall.open("R3")
    answer = client.send("/submit/what?how=anonymous", **WHAT)
    assert answer.status_code == 422
    assert "请填写“投诉理由”。" in answer.text
    client.send("/submit/what?how=anonymous", **WHAT, f_reason="和合同约定的不一样。", f_asked_day="2026-12-01")
    page = client.get("/submit/check").text
    assert all(said in page for said in (rw.STORY, "请换货。", "和合同约定的不一样。", "12月1日"))
    client.send("/submit/check")
    assert kept() == {"reason": "和合同约定的不一样。", "asked_day": "2026-12-01"}


def test_r4_02_the_informant_s_unit_and_address_are_closed_with_the_name(app, hall, client):
    hall.open("R4")
    client.send("/submit/what?how=named", **WHAT, f_respondent_address="工业路 8 号")
    person = {"f_complainant_unit": "东塘镇服装厂", "f_complainant_address": "柳荫巷 12 号"}
    client.send("/submit/contact", **NAMED, **person)
    assert "柳荫巷 12 号" in client.get("/submit/check").text
    client.send("/submit/check")
    assert kept() == {"respondent_address": "工业路 8 号"}
    with reading() as session:
        held = session.scalars(select(Complainant)).one()
        assert "柳荫巷".encode() not in held.identity


def test_r9_04_what_the_product_asks_anyhow_is_asked_once(hall, client):
    hall.open("R9")
    client.send("/submit/what?how=named", **WHAT)
    page = client.get("/submit/contact").text
    assert 'name="f_sex"' in page
    assert 'name="f_complainant_name"' not in page
    client.send("/submit/contact", **NAMED, f_sex="女", f_age="42")
    client.send("/submit/check")
    assert kept() == {}


def test_r12_08_the_hotline_writes_down_the_house_and_what_it_is_about(hall):
    hall.open("R12")
    desk = hall.desk()
    call = {"channel": "phone", "mode": "named", "respondent": "物业", "story": rw.STORY, "name": "阮望舒"}
    answer = desk.send("/office/intake", **call)
    assert answer.status_code == 422
    assert "请填写“投诉事项”。" in answer.text
    assert desk.send("/office/intake", **call, f_matter="电梯", f_house="3 栋 502").status_code == 200
    assert kept() == {"matter": "电梯"}, "the house tells who it is and lies with the name"


def test_r12_09_misconduct_wants_events_witnesses_and_a_signature(hall, client):
    hall.open("R12")
    assert client.send("/submit/what?how=named", **WHAT).location == "/submit/contact"
    answer = client.send("/submit/what?how=named", **WHAT, category="misconduct")
    assert answer.status_code == 422
    assert "请填写“事件经过”。" in answer.text
    told = {"f_events": "值班保安和来访的人争吵。", "f_witnesses": "前台值班员。"}
    client.send("/submit/what?how=named", **WHAT, category="misconduct", **told)
    assert "请填写“投诉人签字”。" in client.send("/submit/contact", **NAMED).text
    assert client.send("/submit/contact", **NAMED, f_signed_by_caller="阮望舒").location == "/submit/check"


def test_r13_01_consumers_agents_and_franchisees_say_which_they_are_and_what_they_demand(hall, client):
    hall.open("R13")
    page = client.send("/submit/what?how=named", **WHAT).text
    assert all(said in page for said in ("减价", "退货", "换货", "损害赔偿", "批评建议"))
    assert "“客户要求”" in page
    assert client.send("/submit/what?how=named", **WHAT, f_demand="白送").status_code == 422
    client.send("/submit/what?how=named", **WHAT, f_demand="换货")
    client.send("/submit/contact", **NAMED, f_customer_kind="代理商")
    client.send("/submit/check")
    assert kept() == {"demand": "换货"}


def test_r20_01_an_oral_complaint_is_read_back_and_the_day_that_was_told_is_written_down(hall):
    hall.open("R20")
    desk = hall.desk()
    call = {"channel": "phone", "mode": "anonymous", "respondent": "楼盘", "story": rw.STORY}
    answer = desk.send("/office/intake", **call, f_promised_for="2026-12-04")
    assert answer.status_code == 422
    assert "请填写“复述以后客户已经确认”。" in answer.text
    assert desk.send("/office/intake", **call, f_promised_for="2026-12-04", f_read_back="yes").status_code == 200
    assert kept() == {"read_back": "yes", "promised_for": "2026-12-04"}


def test_r20_01_a_letter_needs_no_reading_back(hall):
    hall.open("R20")
    call = {"channel": "letter", "mode": "anonymous", "respondent": "楼盘", "story": rw.STORY}
    assert hall.desk().send("/office/intake", **call, f_promised_for="2026-12-04").status_code == 200


def test_acceptance_asks_what_the_rule_book_asks_and_keeps_nothing_else(app, hall):
    world = hall.open("R13")
    case_id = world.file_case(app).case_id
    desk, category = hall.desk(), world.book.categories[0].code
    answer = desk.send(f"/office/case/{case_id}/accept", category=category, severity=world.book.severities[0].code)
    assert answer.status_code == 422
    assert "请填写“投诉理由是否成立”。" in answer.text
    with work() as session:
        assert session.get_one(Case, case_id).state == "received"
    said = {"category": category, "severity": world.book.severities[0].code, "f_founded": "yes"}
    consented(world.cast, case_id, "accept", w.MONDAY)
    assert desk.send(f"/office/case/{case_id}/accept", **said).status_code == 303
    assert kept(case_id) == {"founded": "yes"}
    assert "投诉理由是否成立" in desk.get(f"/office/case/{case_id}").text


def test_accepting_many_at_once_passes_over_none_that_need_an_answer(app, hall):
    world = hall.open("R13")
    case_id = world.file_case(app).case_id
    call = dict(category=world.book.categories[0].code, severity=world.book.severities[0].code)
    assert refusal(decisions.accept, case_id, world.as_("intake"), w.MONDAY, **call, fields={}) == "f_founded"


def test_a_unit_fills_in_its_part_and_a_draft_is_nobody_else_s(app, hall):
    world = hall.open("R1")
    case_id, slip = world.signed(app)
    writer = world.as_("handler", 0)
    replies.save(slip, writer, w.MONDAY, rw.SOLVED, fields={"remedy": "先换新的"})
    assert kept(case_id) == {}
    assert refusal(replies.submit, slip, writer, w.MONDAY, rw.SOLVED, fields={"remedy": "换新"}) == "f_remedy_by"
    done = {"remedy": "换新", "remedy_by": "2026-09-11"}
    replies.submit(slip, writer, w.MONDAY, rw.SOLVED, fields=done)
    assert kept(case_id) == done
    desk = hall.desk("handler", 0)
    page = desk.get(f"/office/slip/{slip}").text
    assert "补救措施" in page
    assert "9月11日" in page


def test_words_of_the_own_fields_are_closed_in_the_database_and_go_with_the_content(app, hall):
    world = hall.open("R3")
    asked = {**filled(world.book, "file", "register", channel="phone"), "reason": "金丝雀喙"}
    case_id = world.file_case(app, fields=asked).case_id
    with work() as session:
        raw = session.execute(text("select answers from case_field")).scalars().all()
    assert len(raw) == 1
    assert "金丝雀喙" not in str(raw)
    assert kept(case_id)["reason"] == "金丝雀喙"


def test_filing_with_own_fields_costs_one_statement_more(app, hall, count_sql):
    world = hall.open("R3")
    told = filled(world.book, "file", channel="web")
    assert len(told) > 1
    keys = app.extensions["huiyin"].keys
    counts = []
    for fields in (None, None, told):
        with count_sql() as sent:
            intake.file(
                keys, world.cast.institution_id, Complaint("anonymous", rw.STORY, "门店", fields=fields), w.MONDAY
            )
        counts.append(len(sent))
    assert counts[2] == counts[1] + 1


def test_a_sensitive_field_never_stands_in_what_a_unit_is_offered(app, hall):
    world = hall.open("R10")
    case_id = world.accepted(app, channel="phone", fields={"ward": "内二科 12 床"})
    page = hall.desk("dispatcher").get(f"/office/case/{case_id}/transfer").text
    assert "内二科 12 床" not in page
    with reading() as session:
        assert "ward" in session.scalars(select(CaseField)).one().answers
