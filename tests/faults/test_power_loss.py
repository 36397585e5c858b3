"""Killed at any moment (R1, R18): whoever saw a receipt is in the database, and the database is whole."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text

from shared import schema
from shared.config import ROOT, Settings
from shared.db import db
from shared.models.case import Case
from shared.models.event import Event
from shared.services import verification
from tests.conftest import ENGINE
from tests.support import elsewhere, samples, strace, world
from tests.support.elsewhere import environment
from tests.support.serving import Visitor, serving

KILLS = 30
LONGEST_LIFE = 0.25  # seconds


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    with elsewhere.township(settings, tmp_path) as app:
        yield app


def acknowledged(app: Flask, seed: int) -> list[str]:
    """Receipts that a writer was told of, in as many lives as it had until it was killed."""
    dice = random.Random(seed)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "tests.support.writer"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(app), **pipes) as writer:
        told = [receipt for life in range(KILLS) for receipt in killed(writer, dice, after_one=life % 2 == 0)]
        writer.communicate("")
    return told


def killed(writer: subprocess.Popen[str], dice: random.Random, *, after_one: bool) -> Iterator[str]:
    """One life: the receipts it told; half of the lives end soon after they began, half after their first receipt."""
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write("again\n")
    writer.stdin.flush()
    pid = int(writer.stdout.readline().removeprefix("pid "))
    end = threading.Timer(dice.uniform(0, LONGEST_LIFE), os.kill, (pid, signal.SIGKILL))
    if not after_one:
        end.start()
    while (line := writer.stdout.readline()) != "over\n":
        if not end.is_alive() and after_one:
            end.start()
            after_one = False
        yield line.strip()


def test_every_receipt_that_was_told_is_there_after_thirty_kills(place: Flask) -> None:
    told = acknowledged(place, seed := random.randrange(10**6))
    with place.app_context():
        kept = set(db.session.scalars(select(Case.receipt_no)))
        assert told, "killed too early to file anything"
        assert not set(told) - kept, f"lost, seed {seed}"
        begun = set(db.session.scalars(select(Event.case_id).where(Event.seq == 1)))
        assert begun == set(db.session.scalars(select(Case.id))), "a case without its first event"
        assert verification.verify(place.extensions["huiyin"].keys).faults == 0
        db.session.remove()
    if path := schema.db_path(engine_of(place)):
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert database.execute("pragma foreign_key_check").fetchall() == []


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def test_no_answer_of_yes_leaves_before_the_disk_has_what_it_speaks_of(place: Flask, tmp_path: Path) -> None:
    log = tmp_path / "writes"
    with serving(place, *strace.writes(log)) as web:
        for _ in range(3):
            visitor, files = Visitor(web.address), {"files": (io.BytesIO(samples.jpeg()), "现场.jpg")}
            visitor.send("/submit/what?how=anonymous", files, respondent="财政所", story=world.STORY, act="upload")
            visitor.send("/submit/what?how=anonymous", respondent="财政所", story=world.STORY)
            assert visitor.send("/submit/check")[0] == 200
    text = log.read_text("utf-8", "replace")
    assert text.count("HTTP/1.1 30") >= 6
    assert re.search(r"write\(.*\.part>", text)
    assert ("-wal>" in text) is (ENGINE == "sqlite")  # PostgreSQL's log is its server's
    assert strace.answered_too_soon(log, re.compile(r"-wal$|\.part$")) == []


def test_the_order_of_writes_is_looked_at(tmp_path: Path) -> None:
    lines = [
        "7 pwrite64(3</x-wal>, x, 9) = 9",
        "7 fdatasync(3</x-wal>) = 0",
        '7 sendto(4<socket:[1]>, "HTTP/1.1 303 S"',
    ]
    (tmp_path / "log").write_text("\n".join(lines))
    assert strace.answered_too_soon(tmp_path / "log", re.compile("wal$")) == []
    (tmp_path / "log").write_text("\n".join([lines[0], lines[1].replace("= 0", "= -1 EIO"), lines[2]]))
    assert len(strace.answered_too_soon(tmp_path / "log", re.compile("wal$"))) == 1


def test_what_is_said_to_be_kept_is_on_the_disk(place: Flask) -> None:
    with place.app_context():
        if db.engine.dialect.name == "sqlite":
            found = [db.session.execute(text(f"pragma {name}")).scalar() for name in ("synchronous", "journal_mode")]
            assert found == [2, "wal"]  # 2 is FULL: every commit waits for the disk
        else:
            query = "select source from pg_settings where name in ('synchronous_commit', 'fsync')"
            assert not set(db.session.execute(text(query)).scalars()) & {"session", "client"}  # the server decides
        db.session.remove()
