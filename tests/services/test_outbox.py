"""The outbox as a queue: in order, by lease, nobody overwriting anybody, a bad notice in nobody's way."""

import datetime as dt
import threading
import time

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import insert, select, update

from shared import crypto
from shared.db import db as database
from shared.db import work
from shared.domain.retrying import MOST_FAULTS
from shared.models.outbox import Delivery, OutboxRow
from shared.senders import SENT, Email, OutboxSms, Outcome, Result
from shared.services import claims, sending
from tests.support import world as worlds
from tests.support.world import MONDAY, World

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def township(app: Flask, db: SQLAlchemy) -> World:
    """With one complaint, whose own notices are out of the way."""
    made = worlds.township()
    made.file_case(app)
    with work() as session:
        session.execute(update(OutboxRow).values(state="dropped"))
    return made


def owe(n: int, notice: str = "case_received", audience: str = "office_intake", **more: object) -> list[int]:
    """So many notices, a second apart."""
    with work() as session:
        case_id, place = session.execute(select(OutboxRow.case_id, OutboxRow.institution_id)).first() or (0, 0)
        common = {"case_id": case_id, "institution_id": place, "notice": notice, "audience": audience, **more}
        times = [{"not_before": MONDAY + k * SECOND, "created_at": MONDAY + k * SECOND} for k in range(n)]
        session.execute(insert(OutboxRow), [common | one for one in times])
        return list(session.scalars(select(OutboxRow.id).order_by(OutboxRow.id.desc()).limit(n)))[::-1]


def row(row_id: int) -> OutboxRow:
    with work() as session:
        found = session.get_one(OutboxRow, row_id)
        session.expunge(found)
        return found


def letters_of(app: Flask, answer: Result = SENT, pause: float = 0) -> tuple[list[Email], sending.Post]:
    """What leaves, and the way out it leaves by."""
    left: list[Email] = []

    def send(letter: Email) -> Result:
        time.sleep(pause)
        left.append(letter)
        return answer

    known = app.extensions["huiyin"]
    notifier = crypto.load_notifier(known.settings.worker_key_dir)
    return left, sending.Post(known.keys, send, OutboxSms(), "https://example.cn", notifier=notifier)


def claimed(now: dt.datetime) -> sending.Batch:
    batch = sending.claim(now)
    assert batch
    return batch


def test_urgent_goes_first_then_the_oldest_and_what_is_for_many_last(township: World):
    bulk, usual, urgent = owe(2, facts={"bulk": True}), owe(2), owe(2, "clock_overdue")
    taken = [claimed(MONDAY + 9 * SECOND).ids for _ in range(3)]
    assert taken == [tuple(urgent), tuple(usual), tuple(bulk)]


def test_a_batch_is_a_hundred_and_the_next_worker_gets_others(township: World):
    ids = owe(150)
    first, second = claimed(MONDAY + 200 * SECOND), claimed(MONDAY + 200 * SECOND)
    assert (first.full, second.full) == (True, False)
    assert first.ids + second.ids == tuple(ids)


def test_two_workers_at_the_same_moment_never_share_a_notice(app: Flask, township: World):
    owe(40)
    got: list[int] = []

    def run() -> None:
        with app.app_context():
            while batch := sending.claim(MONDAY + 99 * SECOND, most=3):
                got.extend(batch.ids)
            database.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == sorted(set(got))
    assert len(got) == 40


def test_a_late_finisher_whose_lease_was_taken_over_changes_nothing(app: Flask, township: World):
    [row_id] = owe(1)
    late = claimed(MONDAY)
    left, post = letters_of(app)
    sending.send(claimed(MONDAY + sending.LEASE), post, MONDAY + sending.LEASE)
    late_ends = [(sending._Owed(row(row_id), results=[Result(Outcome.RETRY, "timeout")]), "queued")]
    assert not sending._finish(late, late_ends, MONDAY + 2 * sending.LEASE).total()
    assert (row(row_id).state, row(row_id).outcome, len(left)) == ("sent", "", 1)


def test_whoever_wakes_after_the_lease_sends_nothing(app: Flask, township: World):
    owe(3)
    asleep = claimed(MONDAY + 9 * SECOND)
    claimed(MONDAY + 9 * SECOND + sending.LEASE)
    left, post = letters_of(app)
    sending.send(asleep, post, MONDAY + 2 * sending.LEASE)
    assert len(left) <= 2  # one is somebody else's now; the others are still free


def test_a_lease_is_renewed_while_the_batch_is_being_sent(township: World, monkeypatch: pytest.MonkeyPatch):
    ids = owe(2)
    batch = claimed(MONDAY + 9 * SECOND)
    monkeypatch.setattr(claims, "RENEW_SECONDS", 0)
    assert claims.Lease(batch, MONDAY + 40 * SECOND).holds(ids[0])
    assert sending.claim(MONDAY + 9 * SECOND + sending.LEASE) is None
    with work() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == ids[1]).values(lease="another"))
    assert not claims.Lease(batch, MONDAY + 41 * SECOND).holds(ids[1])


def test_a_slow_line_gives_back_what_it_has_not_reached(app: Flask, township: World, monkeypatch: pytest.MonkeyPatch):
    ids = owe(5)
    monkeypatch.setattr(sending, "PATIENCE_SECONDS", 0.05)
    left, post = letters_of(app, pause=0.04)
    sending.send(claimed(MONDAY + 9 * SECOND), post, MONDAY + 9 * SECOND)
    assert 1 <= len(left) < 5
    given_back = [row(row_id) for row_id in ids[len(left) :]]
    assert {(one.state, one.lease, one.attempts, one.faults) for one in given_back} == {("queued", None, 0, 0)}
    assert claimed(MONDAY + 9 * SECOND).ids == tuple(ids[len(left) :])


def test_a_notice_that_our_code_fails_on_is_parked_and_in_nobodys_way(app: Flask, township: World):
    [bad], good = owe(1, audience="nobody at all"), owe(3)
    left, post = letters_of(app)
    now, faults = MONDAY + 9 * SECOND, 0
    while batch := sending.claim(now):
        faults += len(sending.send(batch, post, now).faults)
        now += dt.timedelta(hours=1)
    assert (row(bad).state, row(bad).outcome, row(bad).faults, faults) == ("parked", "not_written", 5, MOST_FAULTS)
    assert {row(one).state for one in good} == {"sent"}
    assert len(left) == 3


def test_a_notice_whose_worker_always_dies_ends_alone_and_parked(township: World):
    ids, now, taken = owe(3), MONDAY + 9 * SECOND, []
    while batch := sending.claim(now):  # and dies
        taken.append(batch.ids)
        now += sending.LEASE
    assert taken[0] == tuple(ids)
    assert {len(one) for one in taken[1:]} == {1}
    assert {(row(one).state, row(one).outcome) for one in ids} == {("parked", "worker_died")}


def test_the_facts_of_a_whole_batch_are_read_in_a_few_statements(app: Flask, township: World, count_sql):
    owe(60)
    _, post = letters_of(app)
    batch = claimed(MONDAY + 99 * SECOND)
    with count_sql() as sent:
        assert len(sending._look_up(batch, post, MONDAY)) == 60
    assert len(sent) <= 12


def test_a_bad_day_of_the_line_is_waited_out_and_the_reference_stays(app: Flask, township: World):
    [row_id] = owe(1)
    left, post = letters_of(app, Result(Outcome.RETRY, "timeout"))
    for _ in range(3):
        now = row(row_id).not_before
        sending.send(claimed(now), post, now)
    assert (row(row_id).attempts, row(row_id).outcome) == (3, "timeout")
    assert len({letter.reference for letter in left}) == 1
    with work() as session:
        assert len(session.scalars(select(Delivery)).all()) == 1
