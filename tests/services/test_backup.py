"""Backups: all of it comes back, only into an empty place, for the right key alone, and nothing is sent twice."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from shared import signing
from shared.backup import manifest, prune, put_back, take
from shared.backup.manifest import Manifest
from shared.config import Settings
from shared.db import db as database
from shared.db import work
from shared.domain.errors import Refused
from shared.files import Store
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.outbox import OutboxRow
from shared.models.person import StaffSession
from shared.models.visit import Visit
from shared.sealing import boxes
from shared.sealing.envelope import Unreadable
from shared.services import checkpoints, staff, visits
from tests.support import elsewhere, world
from tests.support.world import MONDAY

PRIVATE = boxes.new_private()
CANARY = "凌霄花开在第三排窗下"


class House:
    """An office with three complaints, a file, somebody signed in, and its backups."""

    def __init__(self, app: Flask, settings: Settings, folder: Path) -> None:
        places = replace(settings.places, backup_key=boxes.public_of(PRIVATE).hex())
        self.app, self.folder, self.root = app, folder, folder / "backups"
        self.settings = replace(settings, places=places)
        self.keys, self.store = app.extensions["huiyin"].keys, app.extensions["huiyin"].store
        self.world = world.township()
        self.said: list[str] = []
        for _ in range(3):
            self.file()
        self.checkpoint()

    def file(self) -> None:
        stored = self.store.put(io.BytesIO(CANARY.encode()))
        case_id = self.world.file_case(self.app, story=CANARY * 3).case_id
        row = {"origin": "citizen", "name": "a.txt", "media_type": "text/plain", "size": 30, "sha256": ""}
        with work() as session:
            session.add(Attachment(case_id=case_id, stored=stored, removed=[], at=MONDAY, **row))

    def checkpoint(self) -> None:
        checkpoints.make(signing.load(self.settings.key_dir, create=True), MONDAY)
        checkpoints.write_out(self.folder / "outside")

    def take(self, days: float = 0) -> Manifest:
        now = MONDAY + world.days(days)
        return take.take(self.settings, database.engine, self.keys, self.store, self.root, now, self.said.append)

    def check(self, private: bytes | None = PRIVATE) -> list[str]:
        return put_back.check(self.root, self.keys, private, self.said.append).faults

    def restore(self, into: Flask, private: bytes = PRIVATE, store: Store | None = None) -> put_back.Outcome:
        with into.app_context():
            store = store or into.extensions["huiyin"].store
            return put_back.restore(self.root, private, self.keys, store, self.folder / "outside", self.said.append)


@pytest.fixture
def house(app: Flask, db: SQLAlchemy, settings: Settings, tmp_path: Path) -> House:
    return House(app, settings, tmp_path)


@pytest.fixture
def other(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    with elsewhere.installation(settings, tmp_path) as app:
        yield app


def test_everything_comes_back_and_is_found_whole(house: House, other: Flask) -> None:
    said = house.take()
    assert house.check() == []
    found = house.restore(other)
    assert (found.faults, found.lost) == ([], None)
    assert elsewhere.count(other, Case) == 3 == said.tables["case"]["rows"]
    store = other.extensions["huiyin"].store
    assert sorted(store.names()) == sorted(house.store.names())
    bodies = []
    for name in (name for name, quarantined in store.names() if not quarantined):
        with store.open(name) as copy:
            bodies.append(copy.read())
    assert CANARY.encode() in bodies


def test_the_restored_office_goes_on_working(house: House, other: Flask) -> None:
    house.take()
    house.restore(other)
    with other.app_context():
        before = database.session.execute(text("select max(id) from event")).scalar_one()
        house.world.file_case(other)
        assert database.session.execute(text("select max(id) from event")).scalar_one() > before
        with pytest.raises(Exception, match="kept as it is"):
            database.session.execute(text("update event set kind = 'x'"))
        database.session.remove()


def test_nothing_is_sent_again_and_nobody_is_still_signed_in(house: House, other: Flask) -> None:
    with work() as session:
        session.add(Visit(id="v", seen_at=MONDAY))
    staff.open_session(house.world.usernames["intake"], world.PASSWORD, house.keys, MONDAY)
    assert elsewhere.count(house.app, OutboxRow, OutboxRow.state == "queued")
    house.take()
    found = house.restore(other)
    assert found.held == elsewhere.count(other, OutboxRow, OutboxRow.state == "held") > 0
    assert elsewhere.count(other, OutboxRow, OutboxRow.state == "queued") == 0
    assert elsewhere.count(other, StaffSession) == 0
    with other.app_context():
        assert visits.sweep(MONDAY, 30, house.store) == 1


def test_a_database_with_rows_is_never_overwritten(house: House) -> None:
    house.take()
    with pytest.raises(Refused) as refused:
        house.restore(house.app)
    assert refused.value.code == "database_in_use"
    assert elsewhere.count(house.app, Case) == 3


def test_a_backup_older_than_the_checkpoints_outside_says_what_is_missing(house: House, other: Flask) -> None:
    said = house.take()
    house.file()
    house.file()
    house.checkpoint()
    last = database.session.execute(text("select max(id) from event")).scalar_one()
    found = house.restore(other)
    assert found.faults == []
    assert found.lost == {"first": said.chain["last_event"] + 1, "last": last, "until": MONDAY}


def test_only_the_private_key_opens_it_and_nothing_stands_in_clear(house: House, other: Flask) -> None:
    house.take()
    for path in (path for path in house.root.rglob("*") if path.is_file()):
        held = path.read_bytes()
        assert CANARY.encode() not in held
        assert b"a.txt" not in held
    with pytest.raises(Refused) as refused:
        house.restore(other, private=boxes.new_private())
    assert refused.value.code == "wrong_key"


def test_what_was_said_while_it_was_taken_names_nobody(house: House) -> None:
    house.take()
    text_ = "\n".join(house.said) + (house.root / house.take().name / manifest.NAME).read_text()
    with work() as session:
        case = session.query(Case).first()
        assert case
        for told in (CANARY, case.receipt_no, case.respondent, "工作人员"):
            assert told not in text_


def test_a_second_backup_seals_only_new_files(house: House) -> None:
    first = house.take()
    house.file()
    second = house.take(1)
    total = len(list(house.store.names()))
    assert first.files["new"] == first.files["count"] == total - 1
    assert (second.files["new"], second.files["count"]) == (1, total)


def test_another_key_begins_another_pool_so_that_the_old_one_can_be_let_go(house: House) -> None:
    first = house.take()
    places = replace(house.settings.places, backup_key=boxes.public_of(boxes.new_private()).hex())
    house.settings = replace(house.settings, places=places)
    second = house.take(95)
    assert second.files["new"] == second.files["count"]
    assert (first.quarter, second.quarter) == ("2026Q3", "2026Q4")
    assert len(list((house.root / "files").iterdir())) == 2
    prune.prune(house.root, 30, MONDAY + world.days(95))
    assert [path.name for path in (house.root / "files").glob("*/*")] != []
    assert not list((house.root / "files" / first.recipient).glob("*/*"))


def damaged(house: House, what: str) -> None:
    folder = manifest.newest(house.root)
    if what == "manifest":
        path = folder / manifest.NAME
        path.write_text(path.read_text().replace('"rows": 3', '"rows": 2'))
        return
    path = {
        "database": folder / manifest.DATABASE,
        "list": folder / manifest.FILES,
        "file": next((house.root / "files").glob("*/*/*")),
    }[what]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("what", ["manifest", "database", "file"])
def test_a_damaged_backup_is_found_damaged_without_restoring_it(house: House, what: str) -> None:
    house.take()
    damaged(house, what)
    assert house.check(private=None) != []


def test_a_damaged_database_is_not_restored_even_in_part(house: House, other: Flask) -> None:
    house.take()
    damaged(house, "database")
    with pytest.raises(Unreadable):
        house.restore(other)
    with other.app_context():
        put_back.refuse_rows(database.engine)  # still empty: another backup may be tried


def test_a_file_that_cannot_be_read_is_named_and_the_others_come_back(house: House, other: Flask) -> None:
    house.take()
    damaged(house, "file")
    found = house.restore(other)
    assert len([line for line in found.faults if "a file can't be read" in line]) == 1
    assert len(list(other.extensions["huiyin"].store.names())) == len(list(house.store.names())) - 1


def test_a_row_slipped_into_the_database_before_the_backup_is_told(house: House, other: Flask) -> None:
    with work() as session:
        session.execute(
            text(
                "insert into event select 900000, case_id, 77, at, kind, actor_id, actor_role, slip_id, "
                "from_state, to_state, facts, mac from event where id = (select min(id) from event)"
            )
        )
    house.take()
    assert any("event" in line for line in house.restore(other).faults)


def test_a_backup_that_breaks_off_leaves_nothing_that_looks_like_one(house: House) -> None:
    class Broken:
        def names(self) -> Iterator[tuple[str, bool]]:
            raise OSError(28, "No space left on device")
            yield ""

    house.store = Broken()  # type: ignore[assignment]  # nothing else is asked of it
    with pytest.raises(OSError, match="No space"):
        house.take()
    assert manifest.all_in(house.root) == []
    with pytest.raises(Refused) as refused:
        house.check()
    assert refused.value.code == "no_backup"


def test_old_backups_go_with_their_files_but_never_the_newest(house: House, db: SQLAlchemy) -> None:
    house.take()
    gone, _ = next(house.store.names())
    house.store.delete(gone)
    house.take(20)
    newest = house.take(21)
    assert prune.prune(house.root, 30, MONDAY + world.days(40)) == (1, 1)
    assert prune.prune(house.root, 0, MONDAY + world.days(400)) == (1, 0)
    assert [folder.name for folder in manifest.all_in(house.root)] == [newest.name]
    assert house.check() == []


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_backup_among_the_data_or_without_a_key_is_refused(house: House) -> None:
    house.root = house.settings.files_dir / "backups"
    assert refusal(house.take) == "backup_inside"
    house.settings = replace(house.settings, places=replace(house.settings.places, backup_key=""))
    assert refusal(house.take) == "no_backup_key"


def test_a_backup_of_a_newer_program_or_another_kind_of_database_is_refused(house: House, other: Flask) -> None:
    path = house.root / house.take().name / manifest.NAME
    said = json.loads(path.read_text())
    for change, code in (({"schema": "9999_later"}, "newer_backup"), ({"engine": "oracle"}, "other_engine")):
        path.write_text(json.dumps({**said, **change}))
        assert refusal(lambda: house.restore(other)) == code
