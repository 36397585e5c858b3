"""R9.02, R9.13: the post that the rule book names reviews an opinion; whoever else acts in the same role doesn't."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from shared.db import work
from shared.domain.visibility import Held
from shared.models.outbox import OutboxRow
from shared.services import absences, investigations, queries_work, replies
from shared.services.queries_approvals import not_in_post
from shared.services.queries_case import case_view
from shared.services.recipients import recipients
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import refusal


@pytest.fixture
def bureau(db) -> rw.RegimeWorld:
    return rw.of("R9")


def reported(app, bureau: rw.RegimeWorld, severity: str) -> int:
    case_id = bureau.accepted(app, severity=severity)
    inquiry = bureau.actor("inquiry")
    investigations.assign(case_id, bureau.as_("chief"), w.MONDAY, person_id=inquiry.person_id)
    replies.submit_opinion(case_id, inquiry, w.MONDAY, rw.SOLVED)
    return case_id


def waits_for(bureau: rw.RegimeWorld, actor) -> list[int]:
    heaps = queries_work.desk(actor, w.MONDAY).heaps
    return [task.id for heap in heaps if heap.code == "approve_opinion" for task in heap.tasks]


@pytest.mark.parametrize("severity", ["important", "major"])
@pytest.mark.parametrize("approved", [True, False])
def test_r9_13_what_is_important_or_grave_is_the_directors_alone(app, bureau, severity, approved):
    case_id = reported(app, bureau, severity)
    call = dict(approved=approved, comment="已经看过。")
    assert refusal(replies.decide_opinion, case_id, bureau.actor("deputy"), w.MONDAY, **call) == "not_yours"
    replies.decide_opinion(case_id, bureau.actor("director"), w.MONDAY, **call)


@pytest.mark.parametrize("role", ["deputy", "director"])
def test_r9_13_what_is_general_is_the_deputys_and_the_directors(app, bureau, role):
    case_id = reported(app, bureau, "general")
    replies.decide_opinion(case_id, bureau.actor(role), w.MONDAY, approved=True)


def test_r9_13_a_grant_that_names_no_post_stands_for_every_post(app, bureau):
    case_id, deputy = reported(app, bureau, "major"), bureau.actor("deputy")
    nameless = replace(deputy, held=tuple(Held(one.role, one.unit_id) for one in deputy.held))
    assert waits_for(bureau, nameless) == [case_id]
    replies.decide_opinion(case_id, nameless, w.MONDAY, approved=True)


def test_r9_02_the_deputy_does_the_directors_work_while_the_director_is_away(app, bureau):
    case_id, deputy = reported(app, bureau, "major"), bureau.actor("deputy")
    assert waits_for(bureau, deputy) == []
    days = dict(from_day=w.MONDAY.date(), to_day=w.MONDAY.date() + dt.timedelta(days=2))
    absences.set_absence(bureau.actor("director"), w.MONDAY, deputy_id=deputy.person_id or 0, **days)
    assert waits_for(bureau, deputy) == [case_id]
    replies.decide_opinion(case_id, deputy, w.MONDAY, approved=True)


def test_r9_13_it_lies_on_the_desk_of_the_named_post_and_on_no_other(app, bureau):
    general, major = reported(app, bureau, "general"), reported(app, bureau, "major")
    assert waits_for(bureau, bureau.actor("deputy")) == [general]
    assert sorted(waits_for(bureau, bureau.actor("director"))) == [general, major]


def test_r9_13_the_page_offers_it_to_nobody_else(app, bureau):
    case_id = reported(app, bureau, "important")

    def hidden(role: str) -> list[str]:
        actor = bureau.actor(role)
        view = case_view(case_id, actor, w.MONDAY)
        return not_in_post(view.case, view.regime, view.roles, actor, w.MONDAY)

    assert (hidden("deputy"), hidden("director")) == (["approve_opinion"], [])


@pytest.mark.parametrize(("severity", "told"), [("general", {"deputy", "director"}), ("important", {"director"})])
def test_r9_13_whoever_has_to_review_is_told_and_nobody_else(app, bureau, severity, told):
    case_id = reported(app, bureau, severity)
    keys = app.extensions["huiyin"].keys
    with work() as session:
        row = session.scalars(
            select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.notice == "opinion_submitted")
        ).one()
        found = {one.person_id for one in recipients(session, keys, {}, row, w.MONDAY)}
    assert found == {bureau.actor(role).person_id for role in told}
