"""R15.08, R25.05: what is grave or a key customer's is tracked until it ends, by the post that the rule book names."""

from __future__ import annotations

import pytest

from shared import clock as clocks
from shared.db import work
from shared.models.case_bar import CaseBar
from shared.models.person import Person
from shared.services import answers, assessments, decisions, queries_work
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.database import statements


def tracked(world: rw.RegimeWorld, role: str) -> list[int]:
    heaps = queries_work.desk(world.actor(role), w.MONDAY).heaps
    return [task.id for heap in heaps if heap.code == "tracked" for task in heap.tasks]


def page(app, world: rw.RegimeWorld, role: str, case_id: int) -> str:
    with app.app_context(), work() as session:
        username = session.get_one(Person, world.actor(role).person_id).username
    with clocks.frozen(w.MONDAY):
        desk = app.test_client()
        desk.send("/office/sign-in", username=username, password=w.PASSWORD)
        return desk.get(f"/office/case/{case_id}").text


def test_r15_08_what_is_major_lies_before_the_service_department_until_it_ends(app, db):
    estate = rw.of("R15")
    case_id, desk = estate.file_case(app).case_id, estate.as_("intake")
    assert tracked(estate, "service") == []
    assessments.assess(case_id, desk, w.MONDAY, found={"major": True})
    assert tracked(estate, "service") == [case_id]
    why = dict(reason="不是本公司的房屋。", basis="投诉管理制度", redirect="住房和建设局")
    decisions.refuse(case_id, desk, w.MONDAY, ground=estate.book.refusal.grounds[0].code, **why)
    assert tracked(estate, "service") == []


def test_r15_08_nobody_but_the_named_department_has_it_among_what_they_track(app, db):
    estate = rw.of("R15")
    case_id = estate.file_case(app).case_id
    assessments.assess(case_id, estate.as_("intake"), w.MONDAY, found={"major": True})
    whose = [role for role in estate.cast.actors if tracked(estate, role)]
    assert {estate.actor(role).person_id for role in whose} == {estate.actor("service").person_id}


def test_r15_08_a_class_set_by_hand_is_tracked_too(app, db):
    estate = rw.of("R15")
    case_id = estate.accepted(app, severity="major")
    assert tracked(estate, "service") == [case_id]


def test_r25_05_a_key_customers_complaint_is_on_the_green_track_of_the_office(app, db):
    telecom = rw.of("R25")
    case_id = telecom.accepted(app)
    assessments.assess(case_id, telecom.actor("service"), w.MONDAY, found={"vip": True})
    assert tracked(telecom, "service") == [case_id]
    units = [role for role, actor in telecom.cast.actors.items() if not actor.in_office]
    assert [role for role in units if tracked(telecom, role)] == []


def test_r25_05_facts_that_were_wrong_end_the_tracking_with_the_class(app, db):
    telecom = rw.of("R25")
    case_id, desk = telecom.accepted(app), telecom.actor("service")
    assessments.assess(case_id, desk, w.MONDAY, found={"vip": True})
    assessments.assess(case_id, desk, w.MONDAY, found={})
    assert tracked(telecom, "service") == [case_id]  # the class stands
    category = telecom.book.categories[0].code
    decisions.classify(case_id, desk, w.MONDAY, category=category, severity=telecom.book.default_severity or "")
    assert tracked(telecom, "service") == []


def test_r25_05_it_is_tracked_beyond_the_answer_and_through_another_round(app, db):
    telecom = rw.of("R25")
    case_id = telecom.answered(app)
    assert tracked(telecom, "service") == []
    answers.rehandle(case_id, telecom.as_("intake"), w.MONDAY, reason="还是没有修好。")
    assessments.assess(case_id, telecom.as_("intake"), w.MONDAY, found={"vip": True})
    assert tracked(telecom, "service") == [case_id]


def test_r25_05_whom_it_is_about_does_not_track_it(app, db):
    telecom = rw.of("R25")
    case_id, desk = telecom.file_case(app).case_id, telecom.actor("service")
    assessments.assess(case_id, desk, w.MONDAY, found={"vip": True})
    with work() as session:
        session.add(CaseBar(case_id=case_id, person_id=desk.person_id, named=True, by_id=desk.person_id, at=w.MONDAY))
    assert tracked(telecom, "service") == []


@pytest.mark.parametrize(
    ("code", "role", "fact", "said"),
    [
        ("R15", "service", "major", "较为重大或者情况复杂，由房产公司客户服务部跟踪"),
        ("R25", "service", "vip", "重点客户（绿色通道），由"),
        ("R12", "manager", "major", "由客户服务经理定出措施、责任人和期限"),
    ],
)
def test_r12_04_r15_08_r25_05_the_page_of_the_case_says_who_tracks_or_plans_it(app, code, role, fact, said):
    with app.app_context():
        world = rw.of(code)
        case_id = world.file_case(app).case_id
        assessments.assess(case_id, world.as_("intake"), w.MONDAY, found={fact: True})
    assert said in page(app, world, role, case_id)


def test_the_desk_asks_no_more_for_many_tracked_cases(app, db):
    telecom = rw.of("R25")
    desk = telecom.actor("service")

    def asked() -> int:
        with statements(db.engine) as sent:
            queries_work.desk(desk, w.MONDAY)
        return len(sent)

    def tracks(count: int) -> None:
        for _ in range(count):
            case_id = telecom.file_case(app).case_id
            assessments.assess(case_id, desk, w.MONDAY, found={"vip": True})

    tracks(1)
    asked()  # what a process keeps is known
    few = asked()
    tracks(5)
    assert asked() == few
