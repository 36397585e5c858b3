"""Nobody changes, moves or removes what happened without its being found."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared import signing
from shared.db import work
from shared.models.event import Event
from shared.models.evidence import Checkpoint
from shared.services import checkpoints, evidence, verification
from tests.support import tamper
from tests.support import world as w

LATER = w.MONDAY + dt.timedelta(days=1)


@pytest.fixture
def town(app: Flask, db: object) -> w.World:
    return w.township()


@pytest.fixture
def signer(tmp_path: Path) -> signing.Signer:
    return signing.load(tmp_path / "keys", create=True)


def keys(app: Flask):
    return app.extensions["huiyin"].keys


def codes(app: Flask, **more) -> list[str]:
    return [finding.code for finding in verification.verify(keys(app), **more).findings]


def filled(app: Flask, town: w.World, signer: signing.Signer) -> list[int]:
    """Three cases of three events each, all under a checkpoint."""
    cases = [w.transferred(app, town)[0] for _ in range(3)]
    checkpoints.make(signer, LATER)
    return cases


def test_what_nobody_has_touched_is_found_whole(app: Flask, town: w.World, signer: signing.Signer):
    filled(app, town, signer)
    report = verification.verify(keys(app))
    assert (report.faults, report.events, report.complaints, report.uncovered) == (0, 9, 3, 0)
    assert (report.checkpoints, report.days) == (1, 1)


CHANGES = {
    "facts": 'update event set facts = \'{"why": "other"}\' where case_id = :case and seq = 2',
    "time": "update event set at = '2026-09-01 01:00:00' where case_id = :case and seq = 2",
    "actor": "update event set actor_id = null where case_id = :case and seq = 2",
    "kind": "update event set kind = 'refused' where case_id = :case and seq = 2",
    "receipt number": "update \"case\" set receipt_no = '00000000000' where id = :case",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_event_is_found_without_any_checkpoint(app: Flask, town: w.World, what: str):
    case_id, _ = w.transferred(app, town)
    w.transferred(app, town)
    tamper.run(CHANGES[what], case=case_id)
    found = verification.verify(keys(app)).findings
    assert {f.code for f in found} == {"event_changed"}
    assert {f.facts["case"] for f in found} == {case_id}


def test_two_events_that_change_places_are_found(app: Flask, town: w.World):
    case_id, _ = w.transferred(app, town)
    swap = "update event set seq = :new where case_id = :case and seq = :old"
    tamper.run(swap, case=case_id, old=2, new=-1)
    tamper.run(swap, case=case_id, old=3, new=2)
    tamper.run(swap, case=case_id, old=-1, new=3)
    assert codes(app) == ["event_changed", "event_changed"]


def test_an_event_taken_from_the_middle_is_found(app: Flask, town: w.World):
    case_id, _ = w.transferred(app, town)
    tamper.run("delete from event where case_id = :case and seq = 2", case=case_id)
    assert codes(app) == ["event_before_missing"]


def test_closing_the_gap_afterwards_does_not_help(app: Flask, town: w.World):
    case_id, _ = w.transferred(app, town)
    tamper.run("delete from event where case_id = :case and seq = 2", case=case_id)
    tamper.run("update event set seq = 2 where case_id = :case and seq = 3", case=case_id)
    assert codes(app) == ["event_changed"]


def test_a_last_event_that_is_gone_is_missed_by_the_checkpoint(app: Flask, town: w.World, signer: signing.Signer):
    case_id = filled(app, town, signer)[2]
    tamper.run("delete from event where case_id = :case and seq = 3", case=case_id)
    [finding] = verification.verify(keys(app)).findings
    assert (finding.code, finding.facts["missing"]) == ("events_missing", 1)


def test_a_case_that_is_gone_is_missed_and_the_range_is_told(app: Flask, town: w.World, signer: signing.Signer):
    first = filled(app, town, signer)
    later = w.accepted(app, town)
    checkpoints.make(signer, LATER + dt.timedelta(minutes=15))
    tamper.forget_case(later)
    [finding] = verification.verify(keys(app)).findings
    assert (finding.code, finding.facts["missing"], finding.facts["number"]) == ("events_missing", 2, 2)
    assert (finding.facts["since"], finding.facts["until"]) == (LATER, LATER + dt.timedelta(minutes=15))
    assert later not in first


def test_a_chain_made_anew_with_another_key_is_found(app: Flask, town: w.World):
    from shared.crypto import Keys

    case_id, _ = w.transferred(app, town)
    forged = Keys({"events": {"0badc0de": b"x" * 32}})
    tamper.run("update event set mac = '' where case_id = :case", case=case_id)
    assert evidence.adopt(forged) == 3
    assert codes(app) == ["event_unknown_key"] * 3


def test_a_chain_made_anew_under_the_name_of_the_true_key_is_found(app: Flask, town: w.World):
    from shared.crypto import Keys

    case_id, _ = w.transferred(app, town)
    known = keys(app).current("events")[0]
    tamper.run("update event set kind = 'noted', mac = '' where case_id = :case and seq = 2", case=case_id)
    evidence.adopt(Keys({"events": {known: b"x" * 32}}))
    assert "event_changed" in codes(app)


def test_an_event_put_in_is_found(app: Flask, town: w.World, signer: signing.Signer):
    case_id = filled(app, town, signer)[0]
    columns = "at, kind, actor_id, actor_role, slip_id, from_state, to_state, facts, mac"
    tamper.run(
        f"insert into event (case_id, seq, {columns}) select case_id, 4, {columns} from event "
        "where case_id = :case and seq = 3",
        case=case_id,
    )
    assert codes(app) == ["event_changed"]


def test_a_complaint_whose_words_were_changed_is_found(app: Flask, town: w.World, signer: signing.Signer):
    case_id = filled(app, town, signer)[0]
    tamper.run("update \"case\" set story = '一切都好。' where id = :case", case=case_id)
    assert codes(app) == ["text_changed"]


def test_a_published_root_that_was_exchanged_is_found(app: Flask, town: w.World, signer: signing.Signer):
    filled(app, town, signer)
    tamper.run("update evidence_day set root = :root", root="00" * 32)
    assert set(codes(app)) == {"root_changed", "leaf_changed"}


def test_a_checkpoint_that_was_changed_or_signed_by_somebody_else_is_found(
    app: Flask, town: w.World, signer: signing.Signer, tmp_path: Path
):
    filled(app, town, signer)
    with work() as session:
        body = session.scalars(select(Checkpoint.body)).one()
    tamper.run("update checkpoint set body = :body", body=body.replace('"count":9', '"count":8'))
    assert "checkpoint_unsigned" in codes(app)
    other = signing.load(tmp_path / "other", create=True)
    tamper.run(
        "update checkpoint set body = :b, signature = :s, public_key = :k",
        b=body,
        s=other.sign(body),
        k=other.public,
    )
    assert codes(app, trusted=signer.public) == ["checkpoint_unsigned"]


def test_checkpoints_that_are_gone_are_named_by_those_outside(
    app: Flask, town: w.World, signer: signing.Signer, tmp_path: Path
):
    filled(app, town, signer)
    case_id = w.accepted(app, town)
    checkpoints.make(signer, LATER + dt.timedelta(minutes=15))
    checkpoints.write_out(tmp_path / "kept")
    tamper.forget_case(case_id)  # as an old backup would: nothing newer is here, not even the checkpoint
    tamper.run("delete from checkpoint where number = 2")
    assert codes(app) == []
    [finding] = verification.verify(keys(app), kept=checkpoints.outside(tmp_path / "kept")).findings
    assert (finding.code, finding.facts["number"]) == ("lost_since", 2)


def refused(session: Session, statement: str) -> bool:
    try:
        with session.begin_nested():
            session.execute(text(statement))
    except DBAPIError as error:
        return "kept as it is" in str(error)
    return False


def test_the_database_itself_refuses_to_change_or_delete(app: Flask, town: w.World, signer: signing.Signer):
    filled(app, town, signer)
    changes = ("update event set kind = 'x'", "update checkpoint set body = ''", "update evidence_day set root = ''")
    with work() as session:
        assert all(refused(session, one) for one in changes)
        assert all(refused(session, f"delete from {table}") for table in tamper.TABLES)


def test_a_clock_set_back_changes_no_order_and_is_flagged(app: Flask, town: w.World, signer: signing.Signer):
    from shared.services import decisions

    case_id = town.file_case(app).case_id
    decisions.accept(case_id, town.actor("intake"), w.MONDAY - w.days(2), category="content", severity="general")
    checkpoints.make(signer, LATER)
    checkpoints.make(signer, LATER - w.days(400))
    with work() as session:
        kinds = session.scalars(select(Event.kind).where(Event.case_id == case_id).order_by(Event.seq)).all()
    report = verification.verify(keys(app))
    assert (kinds, report.backwards, report.faults) == (["received", "accepted"], 1, 0)


def test_events_from_before_there_were_chains_are_taken_in_once(app: Flask, town: w.World):
    case_id, _ = w.transferred(app, town)
    tamper.run("update event set mac = '' where case_id = :case", case=case_id)
    assert codes(app) == ["event_without_mac"] * 3
    assert (evidence.adopt(keys(app)), evidence.adopt(keys(app))) == (3, 0)
    assert codes(app) == []


def test_looking_at_the_newest_alone_begins_at_a_checkpoint(app: Flask, town: w.World, signer: signing.Signer):
    for n in range(4):
        w.transferred(app, town)
        checkpoints.make(signer, LATER + dt.timedelta(minutes=15 * n))
    report = verification.verify(keys(app), newest=4)
    assert (report.faults, report.events, report.checkpoints) == (0, 6, 4)


def test_two_schedulers_at_once_make_no_checkpoint_twice(app: Flask, town: w.World, signer: signing.Signer):
    filled(app, town, signer)
    assert checkpoints.make(signer, LATER) == 0
    assert codes(app) == []
