"""The desk of whoever is held to account, holds to account, or has to: penalties and supervision wait there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from shared import clock as clocks
from shared.db import db as database
from shared.db import work
from shared.models.person import Person
from shared.services import findings, ledger, penalty_payments, queries_work, staff_appeals, supervisions
from shared.services.conflicts import Named, name
from shared.services.ledger import Proposal
from shared.services.supervisions import Order
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.database import statements


def heap(actor, code: str, now: dt.datetime = w.MONDAY) -> list[int]:
    heaps = queries_work.desk(actor, now).heaps
    return [task.id for one in heaps if one.code == code for task in one.tasks]


def negligent(app, company: rw.RegimeWorld) -> int:
    """A case under R3 whose fault is found with the department's handler."""
    case_id = company.answered(app)
    say = dict(code="negligence", reason="承诺超出权限。", person_id=company.actor("dept").person_id)
    findings.find(case_id, company.actor("market"), w.MONDAY, **say)
    return case_id


def proposed(company: rw.RegimeWorld, case_id: int) -> int:
    given = Proposal("loss", "承诺超出权限。", company.actor("dept").person_id, basis={"loss": Decimal(25000)})
    return ledger.propose(case_id, company.actor("market"), w.MONDAY, given)


def test_r3_11_a_penalty_waits_on_the_desk_of_whoever_approves_it(app, db):
    company = rw.of("R3")
    penalty = proposed(company, negligent(app, company))
    assert heap(company.actor("general"), "approve_penalty") == [penalty]
    assert heap(company.actor("market"), "approve_penalty") == []  # who has proposed it
    ledger.approve(penalty, company.actor("general"), w.MONDAY)
    assert heap(company.actor("general"), "approve_penalty") == []
    assert heap(company.actor("market"), "tell_penalty") == [penalty]


def test_r3_09_an_objection_waits_for_whoever_hears_it(app, db):
    company = rw.of("R3")
    penalty = proposed(company, negligent(app, company))
    ledger.approve(penalty, company.actor("general"), w.MONDAY)
    penalty_payments.notify(penalty, company.actor("market"), w.MONDAY)
    staff_appeals.appeal(penalty, company.actor("dept"), w.MONDAY, text="客户事先同意过。")
    hearers = [role for role, actor in company.cast.actors.items() if heap(actor, "hear_penalty")]
    assert hearers
    assert "dept" not in hearers


def test_r3_06_what_the_rules_call_for_and_nobody_has_put_on_record_waits_for_whoever_proposes(app, db):
    company = rw.of("R3")
    case_id = negligent(app, company)
    assert heap(company.actor("market"), "propose_penalty") == [case_id]
    assert heap(company.actor("dept"), "propose_penalty") == []
    penalty = proposed(company, case_id)
    assert heap(company.actor("market"), "propose_penalty") == []
    ledger.decline(penalty, company.actor("general"), w.MONDAY, comment="损失已经追回。")
    assert heap(company.actor("market"), "propose_penalty") == []  # it was on record and declined


def test_a_finding_that_no_longer_holds_calls_for_nothing(app, db):
    company = rw.of("R3")
    case_id = negligent(app, company)
    say = dict(code="customer", reason="重新核对合同。", person_id=company.actor("dept").person_id)
    findings.find(case_id, company.actor("market"), w.MONDAY, **say)
    assert heap(company.actor("market"), "propose_penalty") == []


def test_r4_06_what_is_kept_from_a_person_is_not_on_the_desk(app, db):
    company = rw.of("R3")
    case_id = negligent(app, company)
    general = company.actor("general")
    penalty = proposed(company, case_id)
    name(case_id, company.as_("chief"), w.MONDAY, Named((), [general.person_id], refer_to="集团", reason="回避"))
    assert penalty not in heap(general, "approve_penalty")


def test_r22_02_the_unit_explains_and_the_supervisor_concludes(app, db):
    company = rw.of("R22")
    case_id, _slip = company.signed(app)
    rule = company.book.supervision
    boss = next(a for a in company.cast.actors.values() if supervisions.supervisors(company.book) & a.roles)
    order = Order(
        rule.misconducts[0].code, "请说明为什么没有按期办理。", w.MONDAY.date() + dt.timedelta(days=3), company.unit()
    )
    row = supervisions.raise_(case_id, boss, w.MONDAY, order)
    head = company.as_("unit_head", 0)
    assert heap(head, "explain") == [row]
    assert heap(boss, "check_supervision") == []
    assert heap(boss, "check_supervision", w.MONDAY + w.days(5)) == [row]  # no answer in time
    supervisions.answer(row, head, w.MONDAY, text="材料昨天才到。")
    assert (heap(head, "explain"), heap(boss, "check_supervision")) == ([], [row])
    supervisions.conclude(row, boss, w.MONDAY, founded=False, text="情况属实。")
    assert heap(boss, "check_supervision") == []


def test_the_desk_asks_no_more_however_many_penalties_wait(app, db):
    company = rw.of("R3")

    def asked(role: str) -> int:
        with statements(database.engine) as sent:
            queries_work.desk(company.actor(role), w.MONDAY)
        return len(sent)

    proposed(company, negligent(app, company))
    negligent(app, company)
    few = [asked(role) for role in ("general", "market", "general", "market")][2:]  # what a process keeps is known
    for _ in range(3):
        proposed(company, negligent(app, company))
        negligent(app, company)
    assert [asked(role) for role in ("general", "market")] == few


def test_the_desk_leads_to_the_line_the_case_and_the_supervision(app):
    with app.app_context():
        company, watched = rw.of("R3"), rw.of("R22")
        case_id = negligent(app, company)
        penalty = proposed(company, negligent(app, company))
        rule, due = watched.book.supervision, w.MONDAY.date() + dt.timedelta(days=3)
        boss = next(a for a in watched.cast.actors.values() if supervisions.supervisors(watched.book) & a.roles)
        order = Order(rule.misconducts[0].code, "请说明为什么没有按期办理。", due, watched.unit())
        row = supervisions.raise_(watched.signed(app)[0], boss, w.MONDAY, order)
    general, market = desk(app, company.actor("general")), desk(app, company.actor("market"))
    assert "等您核准的奖罚" in general
    assert f'href="/office/ledger/{penalty}"' in general
    assert f'href="/office/case/{case_id}/penalties"' in market
    assert "按制度应当奖罚，还没有提出" in market
    head = desk(app, watched.as_("unit_head", 0))
    assert "督办，等您说明情况" in head
    assert f'href="/office/me/supervisions/{row}"' in head
    assert rule.misconducts[0].name in head


def desk(app, actor) -> str:
    with app.app_context(), work() as session:
        username = session.get_one(Person, actor.person_id).username
    with clocks.frozen(w.MONDAY):
        client = app.test_client()
        client.send("/office/sign-in", username=username, password=w.PASSWORD)
        return str(client.get("/office/").text)
