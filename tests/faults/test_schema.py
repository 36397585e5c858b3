"""The schema and the programs (R13): none is upgraded under a running one, none runs on another one's schema."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from shared import cli_backup, schema
from shared.config import ROOT, Settings
from shared.db import db
from shared.domain.errors import Refused
from shared.schema import WrongSchema
from tests.support import elsewhere, world
from tests.support.elsewhere import environment

BEFORE = "0009_channels"
RUNNING = """
import sys
from wsgi import create_app
from shared.db import db
with create_app().app_context():
    db.session.execute(db.text("select 1 from alembic_version"))
    db.session.rollback()
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A real installation: its connections ask whether they may use the database."""
    with elsewhere.installation(settings, tmp_path, env="demo") as app:
        yield app


def to(revision: str) -> None:
    upgrade(directory=str(ROOT / "migrations"), revision=revision)


@contextmanager
def running_program(app: Flask) -> Iterator[None]:
    """Another process that has used the database and keeps its connection, as a web server does."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", RUNNING]
    with subprocess.Popen(command, cwd=ROOT, env=environment(app), **pipes) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield
        process.communicate("")


def command(app: Flask, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    line, given = [sys.executable, "-m", "shared.cli", *words], {**environment(app), **more}
    return subprocess.run(line, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120)


def stamp(revision: str) -> None:
    """Another program's schema, as far as the number tells."""
    with schema.together(), db.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :now"), {"now": revision})
    db.engine.dispose()


def test_an_upgrade_under_a_running_program_is_refused_with_what_to_do(place: Flask) -> None:
    with place.app_context():
        schema.upgrade()
        with running_program(place):
            stamp(BEFORE)
            answer = command(place, "upgrade")
        assert schema.current(db.engine) == BEFORE
        assert (answer.returncode, "stop web, worker and scheduler first" in answer.stdout) == (1, True)
        with schema.alone(db.engine):  # it has ended: now the way is free
            stamp(schema.newest())


def test_a_restore_under_a_running_program_is_refused(place: Flask, tmp_path: Path) -> None:
    key = tmp_path / "private"
    with place.app_context():
        schema.upgrade()
    own = {"BACKUP_KEY": command(place, "backup-key", str(key)).stdout.split("：")[-1].strip()}
    apart = {"CHECKPOINT_DIR": str(tmp_path / "checkpoints")}
    assert command(place, "backup", str(tmp_path / "backups"), **own).returncode == 0
    with running_program(place):
        answer = command(place, "restore", str(tmp_path / "backups"), "--private", str(key), **apart)
    assert (answer.returncode, "stop web, worker and scheduler first" in answer.stdout) == (1, True)
    answer = command(place, "restore", str(tmp_path / "backups"), "--private", str(key), **apart)
    assert (answer.returncode, "whole and sound" in answer.stdout) == (0, True), answer.stdout


@pytest.mark.parametrize(("found", "why"), [("", "empty"), (BEFORE, "older"), ("9999_later", "newer")])
def test_a_program_refuses_to_start_on_another_schema(place: Flask, found: str, why: str) -> None:
    with place.app_context():
        if found:
            schema.upgrade()
            stamp(found)
        with pytest.raises(WrongSchema) as wrong:
            schema.check(db.engine)
    assert wrong.value.why == why


def test_the_scheduler_says_why_it_does_not_start(place: Flask) -> None:
    answer = command(place, "scheduler")
    assert (answer.returncode, schema.WHY["empty"] in answer.stdout) == (2, True)


def test_nobody_comes_in_while_the_schema_is_changed(place: Flask) -> None:
    with place.app_context():
        schema.upgrade()
        with schema.alone(db.engine):
            answer = command(place, "scheduler")
    assert (answer.returncode, schema.WHY["being_changed"] in answer.stdout) == (2, True)


def test_an_upgrade_that_old_programs_can_bear_leaves_them_in(place: Flask) -> None:
    with place.app_context():
        to(BEFORE)
        schema.upgrade(while_running=True)
        with schema.together():
            assert db.session.execute(text("select revision from schema_open")).scalars().all() == [BEFORE]
            db.session.remove()
        schema.check(db.engine)


def test_an_old_program_goes_on_where_the_newer_schema_says_so(place: Flask) -> None:
    with place.app_context():
        schema.upgrade()
        stamp("9999_later")
        with pytest.raises(WrongSchema):
            schema.check(db.engine)
        with schema.together(), db.engine.begin() as connection:
            connection.execute(text("insert into schema_open (revision) values (:mine)"), {"mine": schema.newest()})
        db.engine.dispose()
        schema.check(db.engine)


def test_a_page_over_a_schema_that_is_being_changed_says_come_back_later(place: Flask) -> None:
    with place.app_context():
        schema.upgrade()
        stamp(BEFORE)
    answer = place.test_client().get("/")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


def test_before_an_upgrade_of_a_filled_database_a_backup_is_asked_for(place: Flask) -> None:
    with place.app_context():
        schema.upgrade()
        cli_backup.refuse_without_backup()  # nothing to lose yet
        world.township()
        db.session.remove()
        with pytest.raises(Refused) as refused:
            cli_backup.refuse_without_backup()
    assert refused.value.code == "backup_first"
