"""R10.01, R18.06: whoever complains about the own superior is heard without that superior and the superior's line."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from shared import clock as clocks
from shared.db import work
from shared.models.case import Case
from shared.services import barrier, investigations, queries_queue, slips, staff_complaints
from shared.services.conflicts import Named
from shared.services.intake import Complaint
from shared.services.queries_case import case_view
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import kinds, refusal

SAID = Complaint("confidential", rw.STORY, "工程部", channel="internal", identity={"name": "某员工"})


@pytest.fixture
def keys(app):
    return app.extensions["huiyin"].keys


def filed(keys, world: rw.RegimeWorld, boss: str, **more) -> int:
    named = Named((), [world.actor(boss).person_id], **more)
    return staff_complaints.file(keys, SAID, w.MONDAY, named, actor=world.as_("intake")).case_id


def test_r18_06_the_superior_and_the_superiors_department_are_out_from_the_first_moment(app, db, keys):
    company = rw.of("R18")
    case_id = filed(keys, company, "supervisor")
    with work() as session:
        found = barrier.of(session, case_id)
    assert found.stops(company.actor("supervisor"))
    assert company.unit(0) in found.units
    assert kinds(case_id)[:1] == ["received"]
    assert "respondents_named" in kinds(case_id)
    assert case_view(case_id, company.actor("keeper"), w.MONDAY).case.state == "received"


def test_r18_06_where_the_superior_sits_in_the_office_the_case_is_not_in_any_of_their_lists(app, db, keys):
    company = rw.of("R18")
    case_id, boss = filed(keys, company, "hr"), company.actor("hr")
    assert refusal(case_view, case_id, boss, w.MONDAY) == "no_such_case"
    with clocks.frozen(w.MONDAY):
        desk = app.test_client()
        with work() as session:
            from shared.models.person import Person

            username = session.get_one(Person, boss.person_id).username
        desk.send("/office/sign-in", username=username, password=w.PASSWORD)
        assert w.case_of(case_id).register_no not in desk.get("/office/queue").text
        assert w.case_of(case_id).register_no not in desk.get("/office/").text
    assert queries_queue.alike(boss, case_id) == []


def test_r18_06_the_superior_is_never_named_to_investigate(app, db, keys):
    company = rw.of("R18")
    case_id, keeper = filed(keys, company, "hr"), company.actor("keeper")
    from shared.services import decisions

    decisions.accept(case_id, keeper, w.MONDAY, category="treatment", severity="")
    call = dict(person_id=company.actor("hr").person_id)
    assert refusal(investigations.assign, case_id, company.actor("management"), w.MONDAY, **call) == "person_id"


def test_r10_01_a_doctor_complains_about_the_head_of_department_and_the_department_gets_no_slip(app, db, keys):
    hospital = rw.of("R10")
    case_id = filed(keys, hospital, "dept_head")
    hospital.accept(case_id, category="staff")
    unit = hospital.actor("dept_head").held[0].unit_id
    call = dict(unit_id=unit, points="请查明", text=rw.STORY)
    assert refusal(slips.transfer, case_id, hospital.as_("dispatcher"), w.MONDAY, **call) in {
        "unit_id",
        "needs_signature",
    }
    with work() as session:
        assert unit in barrier.of(session, case_id).units


def test_nothing_is_on_record_where_the_barrier_could_not_be_put_up(app, db, keys):
    company = rw.of("R18")
    assert refusal(filed, keys, company, "management") == "refer_to"  # nobody else may approve
    with work() as session:
        assert session.scalar(select(func.count(Case.id))) == 0
    filed(keys, company, "management", refer_to="集团监察部", reason="投诉的是管理部门负责人。")
    with work() as session:
        assert session.scalars(select(Case.state)).one() == "referred"


def test_a_rule_book_without_staff_complaints_takes_none(app, db, keys):
    other = rw.of("R22")
    boss = Named((), [other.as_("chief").person_id])
    call = dict(actor=other.as_("intake"))
    assert refusal(staff_complaints.file, keys, SAID, w.MONDAY, boss, **call) == "channel_closed"


def test_r18_06_the_register_asks_about_whom_and_keeps_the_case_from_them(app):
    with app.app_context():
        company = rw.of("R18")
        boss = company.actor("supervisor")
    with clocks.frozen(w.MONDAY):
        desk = app.test_client()
        desk.send("/office/sign-in", username="yuangong-keeper", password=w.PASSWORD)
        fields = dict(channel="internal", mode="anonymous", respondent="工程部", story=rw.STORY, notify="none")
        answer = desk.send("/office/intake", superior=str(boss.person_id), **fields)
        assert answer.status_code == 200, answer.text
        assert "登记编号" in answer.text
    with app.app_context(), work() as session:
        case_id = session.scalars(select(Case.id)).one()
        assert barrier.of(session, case_id).stops(boss)
