"""Files are looked at before staff open them: what each state shows, and that a find is never handed out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from shared import antivirus, cron, files
from shared.db import db, work
from shared.models.attachment import Attachment
from shared.services import case_files, scanning
from shared.web import state
from tests.support import clamd, samples
from tests.support import world as w
from tests.support.office import Office, open_office


@pytest.fixture(scope="module", params=sorted(clamd.SERVICES))
def service(request: pytest.FixtureRequest) -> Iterator[str]:
    with clamd.SERVICES[request.param]() as place:
        yield place


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    known = app.extensions["huiyin"]
    with open_office(app, w.township) as office:
        yield office
    app.extensions["huiyin"] = known


def use(app: Flask, place: str) -> None:
    known = app.extensions["huiyin"]
    app.extensions["huiyin"] = replace(known, settings=replace(known.settings, clamd_socket=place))


def sent(town: Office, data: bytes, name: str = "说明.txt") -> tuple[int, int]:
    """A case with one file, as it comes from a citizen; the ids of both."""
    with town.app.app_context():
        case_id = town.world.file_case(town.app).case_id
        kept = files.take_in(io.BytesIO(data), name, state.limits(), state.store())
        case_files.attach_by_citizen(case_id, w.MONDAY, [kept], 9)
        return case_id, db.session.scalars(select(Attachment.id).where(Attachment.case_id == case_id)).one()


def test_the_service_says_clean_found_and_too_large(service: str) -> None:
    assert antivirus.verdict(service, io.BytesIO(samples.jpeg())) == "clean"
    assert antivirus.verdict(service, io.BytesIO(clamd.EICAR)) == "found"
    assert antivirus.verdict(service, io.BytesIO(bytes(clamd.LONGEST + 1024 * 1024))) == "failed"


def test_a_service_that_is_away_is_a_failure_and_no_verdict() -> None:
    assert antivirus.verdict("/nowhere/socket", io.BytesIO(b"x")) == "failed"
    assert antivirus.verdict("127.0.0.1:1", io.BytesIO(b"x")) == "failed"


def test_a_file_with_a_virus_is_locked_away_and_never_served(town: Office, service: str) -> None:
    case_id, file_id = sent(town, clamd.EICAR)
    use(town.app, service)
    with town.app.app_context():
        cron._look_for_viruses()
        stored = db.session.get_one(Attachment, file_id).stored
        assert state.store().locked_away(stored)
        with pytest.raises(FileNotFoundError):
            state.store().open(stored)
    assert "隔离" in town.see("intake", f"/office/file/{file_id}", 422)
    assert "发现病毒，已隔离" in town.see("intake", f"/office/case/{case_id}")


def test_a_find_stays_locked_where_the_service_is_taken_away_again(town: Office, service: str) -> None:
    _, file_id = sent(town, clamd.EICAR)
    use(town.app, service)
    with town.app.app_context():
        cron._look_for_viruses()
    use(town.app, "")
    town.see("intake", f"/office/file/{file_id}", 422)


def test_a_clean_file_is_handed_out_only_after_it_was_looked_at(town: Office, service: str) -> None:
    case_id, file_id = sent(town, samples.jpeg(), "现场.jpg")
    use(town.app, service)
    assert "还没有查完病毒" in town.see("intake", f"/office/file/{file_id}", 422)
    with town.app.app_context():
        assert scanning.sweep(state.store(), lambda data: antivirus.verdict(service, data)) == 1
        assert scanning.sweep(state.store(), lambda data: antivirus.verdict(service, data)) == 0
    assert town.desk("intake").get(f"/office/file/{file_id}", buffered=True).status_code == 200
    assert "没有发现病毒" in town.see("intake", f"/office/case/{case_id}")


def test_what_could_not_be_looked_at_is_said_and_tried_again(town: Office, service: str) -> None:
    case_id, file_id = sent(town, samples.jpeg(), "现场.jpg")
    use(town.app, "/nowhere/socket")
    with town.app.app_context():
        cron._look_for_viruses()
    assert "病毒检查没有成功" in town.see("intake", f"/office/case/{case_id}")
    town.see("intake", f"/office/file/{file_id}", 422)
    use(town.app, service)
    with town.app.app_context():
        cron._look_for_viruses()
    assert "没有发现病毒" in town.see("intake", f"/office/case/{case_id}")


def test_a_sweep_killed_after_locking_away_is_made_good(town: Office) -> None:
    _, file_id = sent(town, clamd.EICAR)
    with town.app.app_context():
        state.store().lock_away(db.session.get_one(Attachment, file_id).stored)
        with work() as session:
            session.execute(update(Attachment).values(scan="checking"))
        scanning.sweep(state.store(), lambda _data: "clean")
        assert db.session.get_one(Attachment, file_id, populate_existing=True).scan == "found"


def test_without_a_service_files_are_handed_out_and_marked_unchecked(town: Office) -> None:
    case_id, file_id = sent(town, samples.jpeg(), "现场.jpg")
    assert "未检查病毒" in town.see("intake", f"/office/case/{case_id}")
    assert town.desk("intake").get(f"/office/file/{file_id}", buffered=True).status_code == 200
