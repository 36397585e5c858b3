"""撤回转办单: taken back before anybody signs for it; the case is with the office again and the time runs on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from shared.db import work
from shared.models.outbox import OutboxRow
from shared.services import counters, slips
from shared.services.recipients import recipients
from tests.support import world as w
from tests.support.rows import clock, kinds, owed, refusal

LATER = w.MONDAY + dt.timedelta(hours=2)


@pytest.fixture
def town(app: Flask) -> Iterator[w.World]:
    with app.app_context():
        yield w.township()


def withdrawn(app: Flask, town: w.World, role: str = "dispatcher") -> tuple[int, int]:
    case_id, slip_id = w.transferred(app, town)
    slips.withdraw(slip_id, town.actor(role), LATER)
    return case_id, slip_id


@pytest.mark.parametrize("role", ["dispatcher", "chief"])
def test_the_case_is_with_the_office_again_and_no_unit_holds_it(app: Flask, town: w.World, role: str) -> None:
    case_id, slip_id = withdrawn(app, town, role)
    case = w.case_of(case_id)
    assert (case.state, case.unit_id, w.slip_of(slip_id).state) == ("accepted", None, "withdrawn")
    assert kinds(case_id)[-1] == "slip_withdrawn"


@pytest.mark.parametrize("role", ["intake", "signer", "unit_head", "other_signer"])
def test_nobody_else_takes_a_slip_back(app: Flask, town: w.World, role: str) -> None:
    _case, slip_id = w.transferred(app, town)
    assert refusal(slips.withdraw, slip_id, town.actor(role), LATER) in {"not_yours", "no_such_case"}
    assert w.slip_of(slip_id).state == "issued"


def test_a_slip_that_is_signed_for_stays_with_the_unit(app: Flask, town: w.World) -> None:
    case_id, slip_id = w.signed(app, town)
    assert refusal(slips.withdraw, slip_id, town.actor("dispatcher"), LATER) == "not_now"
    assert w.case_of(case_id).state == "handling"


def test_the_unit_cannot_sign_for_what_was_taken_back(app: Flask, town: w.World) -> None:
    _case, slip_id = withdrawn(app, town)
    assert refusal(slips.sign, slip_id, town.actor("signer"), LATER) == "not_now"


def test_a_form_from_before_somebody_signed_is_stale(app: Flask, town: w.World) -> None:
    _case, slip_id = w.transferred(app, town)
    seen = w.slip_of(slip_id).version
    slips.sign(slip_id, town.actor("signer"), w.MONDAY)
    assert refusal(slips.withdraw, slip_id, town.actor("dispatcher"), LATER, version=seen) == "stale"


def test_r2_09_the_time_for_the_transfer_runs_on_from_its_own_start(app: Flask, town: w.World) -> None:
    case_id, _slip = withdrawn(app, town)
    row = clock(case_id, "transfer")
    assert (row.started_at, row.stopped_at, row.due_day) == (w.MONDAY, None, dt.date(2026, 9, 8))
    assert w.case_of(case_id).due_limit == "transfer"


def test_the_handling_limit_is_untouched(app: Flask, town: w.World) -> None:
    case_id, _slip = w.transferred(app, town)
    before = clock(case_id, "general").due_day
    slips.withdraw(_slip, town.actor("dispatcher"), LATER)
    assert clock(case_id, "general").due_day == before


def test_the_tallies_follow(app: Flask, town: w.World) -> None:
    withdrawn(app, town)
    with work() as session:
        tally = counters.values(session, town.institution_id)
    assert tally["state:accepted"] == 1
    assert not tally.get("state:transferred")


def test_the_unit_and_its_helpers_are_told_and_nobody_else(app: Flask, town: w.World) -> None:
    case_id, finance, villages = w.accepted(app, town), town.unit["finance"], town.unit["villages"]
    call = {"unit_id": finance, "points": "何时", "text": w.STORY, "co_units": [villages]}
    slip_id = slips.transfer(case_id, town.actor("dispatcher"), w.MONDAY, **call)
    slips.withdraw(slip_id, town.actor("dispatcher"), LATER)
    assert {a for n, a in owed(case_id) if n == "slip_withdrawn"} == {"unit_signers", "co_unit"}
    with work() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.notice == "slip_withdrawn")).all()
        told = {r.person_id for row in rows for r in recipients(session, app.extensions["huiyin"].keys, {}, row, LATER)}
    assert told == {town.actor(role).person_id for role in ("signer", "other_signer", "other_handler")}


def test_the_case_can_be_sent_to_another_unit_under_a_new_number(app: Flask, town: w.World) -> None:
    case_id, old = withdrawn(app, town)
    call = {"unit_id": town.unit["villages"], "points": "何时", "text": w.STORY}
    new = slips.transfer(case_id, town.actor("dispatcher"), LATER, **call)
    slips.sign(new, town.actor("other_signer"), LATER)
    assert [w.slip_of(s).state for s in (old, new)] == ["withdrawn", "signed"]
    assert w.slip_of(old).number != w.slip_of(new).number
    assert w.case_of(case_id).unit_id == town.unit["villages"]
