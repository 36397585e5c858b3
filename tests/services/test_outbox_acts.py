"""What people do about notices that don't go by themselves, and that nothing is sent again after a restored backup."""

import datetime as dt

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, update

from shared.db import work
from shared.domain.errors import Refused
from shared.models.admin_act import AdminAct
from shared.models.outbox import OutboxRow
from shared.services import claims, notice_acts, sending
from tests.support import rows
from tests.support import world as worlds
from tests.support.world import MONDAY, World

LATER = MONDAY + dt.timedelta(hours=1)


@pytest.fixture
def township(app: Flask, db: SQLAlchemy) -> World:
    return worlds.township()


def notice(app: Flask, town: World, state: str, **more: str) -> OutboxRow:
    """The one notice of a new complaint, in this state."""
    case_id = town.file_case(app).case_id
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.audience == "citizen").values(state="dropped"))
        session.execute(update(OutboxRow).where(OutboxRow.audience != "citizen").values(state=state, **more))
        row = session.scalars(select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.state == state)).first()
        assert row
        session.expunge_all()
        return row


def now_of(row: OutboxRow) -> tuple[str, str]:
    with work() as session:
        found = session.get_one(OutboxRow, row.id)
        return found.state, found.outcome


def test_nothing_unsent_leaves_after_a_restored_backup_without_a_persons_yes(app: Flask, township: World):
    row = notice(app, township, "queued")
    with work() as session:
        assert sending.hold_all_unsent(session, LATER) == 1
    assert now_of(row) == ("held", "restored")
    assert not claims.anything_due(LATER)
    notice_acts.release(row.id, township.actor("intake"), LATER)
    batch = sending.claim(LATER)
    assert batch
    assert batch.ids == (row.id,)


def test_a_notice_owed_after_the_restore_goes_by_itself(app: Flask, township: World):
    with work() as session:
        sending.hold_all_unsent(session, MONDAY - dt.timedelta(minutes=1))
    notice(app, township, "queued")
    assert claims.anything_due(LATER)


def test_what_a_lease_was_held_on_is_held_too_and_the_late_sender_changes_nothing(app: Flask, township: World):
    row = notice(app, township, "queued")
    batch = sending.claim(MONDAY)
    assert batch
    with work() as session:
        sending.hold_all_unsent(session, LATER)
    assert sending._look_up(batch, None) == []  # type: ignore[arg-type]  # nothing is left to address
    assert now_of(row) == ("held", "restored")


@pytest.mark.parametrize("state", ["failed", "parked"])
def test_a_notice_that_got_stuck_is_sent_again_with_all_its_tries(app: Flask, township: World, state: str):
    row = notice(app, township, state, attempts="50", faults="5")
    notice_acts.retry(row.id, township.actor("chief"), LATER)
    with work() as session:
        found = session.get_one(OutboxRow, row.id)
        assert (found.state, found.attempts, found.faults, found.not_before) == ("queued", 0, 0, LATER)
    assert rows.kinds(row.case_id or 0)[-1] == "notice_retried"


@pytest.mark.parametrize("how", notice_acts.HOW)
def test_who_was_told_by_letter_or_phone_is_on_record(app: Flask, township: World, how: str):
    row = notice(app, township, "failed")
    notice_acts.replace(row.id, township.actor("intake"), LATER, how=how)
    assert now_of(row) == ("replaced", how)
    assert rows.kinds(row.case_id or 0)[-1] == "notice_replaced"


def test_a_way_of_telling_nobody_knows_is_refused(app: Flask, township: World):
    row = notice(app, township, "failed")
    assert rows.refusal(notice_acts.replace, row.id, township.actor("intake"), LATER, how="pigeon") == "how"


@pytest.mark.parametrize("verb", [notice_acts.release, notice_acts.retry, notice_acts.drop])
@pytest.mark.parametrize("state", ["queued", "sent", "delivered", "replaced", "dropped"])
def test_a_notice_that_needs_nobody_is_left_alone(app: Flask, township: World, verb, state: str):
    row = notice(app, township, state)
    assert rows.refusal(verb, row.id, township.actor("chief"), LATER) == "not_now"
    assert now_of(row)[0] == state


@pytest.mark.parametrize("role", ["dispatcher", "archivist", "signer", "handler", "auditor", "system_admin"])
def test_only_the_office_that_answers_for_it_acts_on_a_notice(app: Flask, township: World, role: str):
    row = notice(app, township, "held")
    with pytest.raises(Refused) as caught:
        notice_acts.release(row.id, township.actor(role), LATER)
    assert caught.value.code in {"not_yours", "no_such_case"}
    assert now_of(row)[0] == "held"


def test_another_institution_knows_of_no_notice(app: Flask, township: World):
    row, others = notice(app, township, "held"), worlds.county()
    assert rows.refusal(notice_acts.drop, row.id, others.actor("chief"), LATER) == "no_such_case"


def test_a_notice_for_many_goes_with_the_chiefs_yes_alone(app: Flask, township: World):
    row = notice(app, township, "held", outcome="bulk")
    assert rows.refusal(notice_acts.release, row.id, township.actor("intake"), LATER) == "not_yours"
    notice_acts.release(row.id, township.actor("chief"), LATER)
    assert now_of(row)[0] == "queued"


def test_an_act_on_a_notice_about_no_case_stands_in_the_record_of_administration(app: Flask, township: World):
    with work() as session:
        row = OutboxRow(institution_id=township.institution_id, notice="issue_published", audience="office_intake")
        row.state, row.not_before, row.created_at = "failed", MONDAY, MONDAY
        session.add(row)
        session.flush()
        row_id = row.id
    notice_acts.drop(row_id, township.actor("chief"), LATER)
    with work() as session:
        act = session.scalars(select(AdminAct).where(AdminAct.kind == "notice_dropped")).one()
        assert act.facts["notice"] == "issue_published"
