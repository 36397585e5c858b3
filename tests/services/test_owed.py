"""Morning digests, deputies, cases that nobody looks after, and work that is handed over."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from shared.db import work
from shared.domain.errors import Refused
from shared.models.case import Case
from shared.models.notice import DigestLine
from shared.models.outbox import OutboxRow
from shared.models.person import Grant, Person
from shared.services import (
    absences,
    accounts,
    grants,
    investigations,
    queries_admin,
    queries_keepers,
    queries_work,
    sweeps,
    unattended,
)
from tests.services.test_sending import Outside, only, rows
from tests.support import rows as r
from tests.support import world as w
from tests.support.world import MONDAY, World

MORNING = MONDAY.replace(hour=1, minute=0) + dt.timedelta(days=1)
"""Tuesday 9:00 in Shanghai, when the township opens."""


@pytest.fixture
def town(app: Flask, db: SQLAlchemy) -> World:
    return w.township()


@pytest.fixture
def county(app: Flask, db: SQLAlchemy) -> World:
    return w.county()


def in_the_morning(*people: int | None) -> None:
    with work() as session:
        session.execute(update(Person).where(Person.id.in_(people)).values(notices_at_once=False))


def colleague(world: World, role: str, unit: str = "office") -> int:
    w._person(world, f"second_{role}", role, unit)
    found = world.actor(f"second_{role}").person_id
    assert found
    return found


def investigated(app: Flask, county: World) -> int:
    case_id = w.accepted(app, county)
    investigations.assign(case_id, county.actor("chief"), MONDAY, person_id=county.actor("investigator").person_id or 0)
    return case_id


def alone(world: World, now: dt.datetime) -> set[int]:
    with work() as session:
        return set(session.scalars(select(Case.id).where(unattended.condition(session, world.institution_id, now))))


def test_ordinary_notices_come_in_one_letter_when_the_day_begins(app: Flask, town: World):
    in_the_morning(town.actor("intake").person_id)
    for _ in range(3):
        town.file_case(app)
    outside = Outside(app)
    outside.run(MONDAY)
    assert outside.left == []
    outside.run(MORNING - dt.timedelta(seconds=1))
    assert outside.left == []
    outside.run(MORNING)
    (letter,) = outside.left
    assert letter.to == f"intake{town.institution_id}@example.cn"
    assert letter.text.count("/office/case/") == 3


def test_a_notice_that_waits_says_so_and_is_not_lost_when_its_job_runs_again(app: Flask, town: World):
    in_the_morning(town.actor("intake").person_id)
    town.file_case(app)
    only("case_received", "office_intake")
    outside = Outside(app)
    for _ in range(2):
        outside.run(MONDAY)
        with work() as session:
            session.execute(update(OutboxRow).where(OutboxRow.notice == "case_received").values(state="queued"))
    outside.run(MONDAY)
    row = rows(OutboxRow.notice == "case_received")[0]
    assert (row.state, row.outcome) == ("sent", "digest")
    with work() as session:
        assert len(session.scalars(select(DigestLine)).all()) == 1


def test_overdue_ones_never_wait(app: Flask, town: World):
    case_id = w.accepted(app, town)
    in_the_morning(*(a.person_id for a in town.people.values()))
    only("clock_overdue", "dispatcher")
    late = MONDAY + w.days(10)
    sweeps.watch_clocks(late)
    outside = Outside(app)
    outside.run(late)
    overdue = rows(OutboxRow.case_id == case_id, OutboxRow.notice == "clock_overdue")
    assert overdue
    assert {o.outcome for o in overdue} <= {"", "nobody"}


def test_whoever_stands_in_gets_the_notices_and_sees_the_work(app: Flask, county: World):
    deputy = colleague(county, "investigator")
    absent, stands_in = county.actor("investigator"), county.actor("second_investigator")
    today = MONDAY.date()
    absences.set_absence(absent, MONDAY, from_day=today, to_day=today + w.days(4), deputy_id=deputy)
    case_id = investigated(app, county)
    only("to_investigate", "investigator")
    outside = Outside(app)
    outside.run(MONDAY)
    assert outside.addresses == [f"second_investigator{county.institution_id}@example.cn"]
    heaps = {h.code: [t.id for t in h.tasks] for h in queries_work.desk(stands_in, MONDAY).heaps}
    assert heaps["investigate"] == [case_id]
    (keeper,) = queries_keepers.keepers(case_id, county.actor("chief"), MONDAY)
    assert (keeper.deputy, keeper.to_day) == (stands_in.name, today + w.days(4))


def test_an_absence_ends_by_itself(app: Flask, county: World):
    deputy, today = colleague(county, "investigator"), MONDAY.date()
    absences.set_absence(county.actor("investigator"), MONDAY, from_day=today, to_day=today, deputy_id=deputy)
    case_id = investigated(app, county)
    only("to_investigate", "investigator")
    outside = Outside(app)
    outside.run(MONDAY + w.days(1))
    assert outside.addresses == [f"investigator{county.institution_id}@example.cn"]
    (keeper,) = queries_keepers.keepers(case_id, county.actor("chief"), MONDAY + w.days(1))
    assert keeper.deputy == ""


def test_only_a_colleague_of_the_same_post_stands_in_and_one_absence_runs(app: Flask, town: World):
    today, handler = MONDAY.date(), town.actor("handler")
    days = {"from_day": today, "to_day": today}
    chief = town.actor("chief").person_id or 0
    assert r.refusal(absences.set_absence, handler, MONDAY, deputy_id=chief, **days) == "deputy_id"
    absences.set_absence(handler, MONDAY, deputy_id=0, **days)
    assert r.refusal(absences.set_absence, handler, MONDAY, deputy_id=0, **days) == "absence_open"
    absences.end(handler, MONDAY)
    absences.set_absence(handler, MONDAY, deputy_id=0, **days)


def test_where_a_colleague_could_stand_in_one_has_to_be_named(app: Flask, town: World):
    colleague(town, "intake")
    days = {"from_day": MONDAY.date(), "to_day": MONDAY.date()}
    assert r.refusal(absences.set_absence, town.actor("intake"), MONDAY, deputy_id=0, **days) == "deputy_id"


def test_a_case_whose_unit_has_lost_its_signer_is_found(app: Flask, town: World):
    case_id, _slip = w.transferred(app, town)
    assert alone(town, MONDAY) == set()
    with work() as session:
        gone = session.get_one(Person, town.actor("signer").person_id)
        gone.active = False
    assert alone(town, MONDAY) == {case_id}


def test_a_case_whose_investigator_has_lost_the_role_is_found(app: Flask, county: World):
    case_id = investigated(app, county)
    assert alone(county, MONDAY) == set()
    with work() as session:
        role = session.scalars(select(Grant).where(Grant.person_id == county.actor("investigator").person_id)).one()
        session.delete(role)
    assert alone(county, MONDAY) == {case_id}


def test_who_is_away_without_a_deputy_leaves_work_that_is_found(app: Flask, town: World):
    case_id = town.file_case(app).case_id
    day = MONDAY.date()
    absences.set_absence(town.actor("intake"), MONDAY, from_day=day, to_day=day, deputy_id=0)
    assert alone(town, MONDAY) == {case_id}
    assert alone(town, MONDAY + w.days(1)) == set()


def test_a_case_that_nobody_passes_on_for_a_working_day_is_found(app: Flask, town: World):
    case_id = w.accepted(app, town)
    assert alone(town, MONDAY + dt.timedelta(hours=20)) == set()
    assert alone(town, MONDAY + w.days(1) + dt.timedelta(minutes=1)) == {case_id}


def test_the_chief_is_told_once_a_day_in_office_hours(app: Flask, town: World):
    w.accepted(app, town)
    late = MONDAY + w.days(2)
    told = [unattended.tell(t) for t in (late.replace(hour=0), late, late + dt.timedelta(hours=2), late + w.days(1))]
    assert told == [0, 1, 0, 1]
    assert [o.audience for o in rows(OutboxRow.notice == "unattended")] == ["office_chief"] * 2
    heaps = {h.code for h in queries_work.desk(town.actor("chief"), late).heaps}
    assert "unattended" in heaps


def test_closing_an_account_hands_its_investigations_over(app: Flask, county: World):
    case_id, successor = investigated(app, county), colleague(county, "investigator")
    w._person(county, "system_admin", "system_admin", "office")
    keeper, who = county.actor("system_admin"), county.actor("investigator").person_id or 0
    seen = accounts.mark_of(queries_admin.holdings(keeper, who))
    accounts.close(keeper, who, MONDAY, seen=seen, to=successor)
    assert w.case_of(case_id).handler_id == successor
    assert r.kinds(case_id)[-1] == "handed_over"
    assert ("handed_over", "investigator") in r.owed(case_id)
    assert rows(OutboxRow.notice == "unattended") == []


def test_nobody_who_does_not_investigate_takes_investigations_over(app: Flask, county: World):
    investigated(app, county)
    w._person(county, "system_admin", "system_admin", "office")
    keeper, who = county.actor("system_admin"), county.actor("investigator").person_id or 0
    seen = accounts.mark_of(queries_admin.holdings(keeper, who))
    with pytest.raises(Refused, match="no_such_person"):
        accounts.close(keeper, who, MONDAY, seen=seen, to=county.actor("chief").person_id or 0)


def test_a_role_taken_away_goes_to_whoever_is_named(app: Flask, town: World):
    w.transferred(app, town)
    guard, unit = town.actor("security_admin"), town.unit["finance"]
    handler = town.actor("handler").person_id or 0
    grants.remove(guard, town.actor("signer").person_id or 0, MONDAY, role="signer", unit_id=unit, to=handler)
    assert alone(town, MONDAY) == set()
    grants.remove(guard, handler, MONDAY, role="signer", unit_id=unit)
    assert len(rows(OutboxRow.notice == "unattended")) == 1
