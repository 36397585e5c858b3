"""Checkpoints leave the host, the key is guarded, and the database's own rights hold."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from shared import cli, cli_verify, cron, signing
from shared.config import ROOT, Settings
from shared.crypto import KeysUnusable
from shared.db import db as database
from shared.senders import SENT, Email, Outcome, Result
from shared.services import checkpoints
from tests.support import tamper
from tests.support import world as w

NOW = w.MONDAY + dt.timedelta(days=1)


@pytest.fixture
def filled(app: Flask, db: object, tmp_path: Path) -> signing.Signer:
    town = w.township()
    w.transferred(app, town)
    made = signing.load(tmp_path / "keys", create=True)
    checkpoints.make(made, NOW)
    w.accepted(app, town)
    checkpoints.make(made, NOW + dt.timedelta(minutes=15))
    return made


def test_each_checkpoint_is_written_once_and_never_over_another(filled: signing.Signer, tmp_path: Path):
    folder = tmp_path / "kept"
    assert (checkpoints.write_out(folder), checkpoints.write_out(folder)) == (2, 0)
    kept = checkpoints.outside(folder)
    assert sorted(kept) == [1, 2]
    assert all(signing.is_signed(filled.public, one.body, one.signature) for one in kept.values())


def test_the_auditor_gets_every_checkpoint_by_mail_even_after_a_bad_day(filled: signing.Signer):
    letters: list[Email] = []

    def away(_letter: Email) -> Result:
        return Result(Outcome.RETRY, "away")

    def sent(letter: Email) -> Result:
        letters.append(letter)
        return SENT

    assert checkpoints.mail_out("audit@example.cn", away, NOW) == 0
    assert checkpoints.mail_out("audit@example.cn", sent, NOW) == 2
    assert checkpoints.mail_out("audit@example.cn", sent, NOW) == 0
    assert [filled.public in letter.text for letter in letters] == [True]


def test_a_round_of_the_scheduler_makes_and_writes_them(app: Flask, db: object, settings: Settings):
    w.transferred(app, w.township())
    cron.checkpoint_now()
    newest = max(checkpoints.outside(settings.checkpoint_dir))
    assert newest == 1
    (settings.checkpoint_dir / "checkpoint-00000001.txt").unlink()


def run(*words: object) -> int:
    return cli.main(["verify", *map(str, words)])


def test_checkpoint_files_are_checked_without_a_database(filled: signing.Signer, tmp_path: Path):
    folder = tmp_path / "kept"
    checkpoints.write_out(folder)
    assert run("checkpoints", folder, "--key", filled.public) == 0
    assert run("checkpoints", folder, "--key", "00" * 32) == 1
    first = folder / "checkpoint-00000001.txt"
    first.chmod(0o600)
    first.write_text(first.read_text().replace('"count":3', '"count":2'))
    assert run("checkpoints", folder) == 1
    first.unlink()
    assert run("checkpoints", tmp_path / "nothing") == 1


def test_the_whole_chain_is_checked_by_the_command(filled: signing.Signer, tmp_path: Path):
    checkpoints.write_out(tmp_path / "kept")
    given = argparse.Namespace(outside=tmp_path / "kept", key=filled.public)
    assert cli_verify.chain(given) == 0
    tamper.run("delete from event where seq = 2 and case_id = (select max(case_id) from event)")
    assert cli_verify.chain(given) == 1
    assert cli_verify.chain(argparse.Namespace(outside=None, key="")) == 1


def test_the_signing_key_is_never_made_anew_where_it_must_be_restored(tmp_path: Path):
    with pytest.raises(KeysUnusable, match="restore"):
        signing.load(tmp_path, create=False)
    made = signing.load(tmp_path, create=True)
    assert signing.load(tmp_path, create=False).public == made.public
    (tmp_path / "checkpoint").chmod(0o644)
    with pytest.raises(KeysUnusable, match="600"):
        signing.load(tmp_path, create=False)


def test_an_unfinished_or_foreign_key_file_stops_the_start(tmp_path: Path):
    (tmp_path / "checkpoint").write_text("abc")
    (tmp_path / "checkpoint").chmod(0o600)
    with pytest.raises(KeysUnusable, match="damaged"):
        signing.load(tmp_path, create=True)


FORBIDDEN = (
    "update event set mac = 'x'",
    "delete from event",
    "truncate event",
    "update checkpoint set body = 'x'",
    "delete from checkpoint",
    "delete from evidence_day",
    "update evidence_leaf set code = 'x'",
    "alter table event disable trigger all",
    "drop trigger event_no_delete on event",
    "set session_replication_role = replica",
)


if os.environ.get("HUIYIN_TEST_DATABASE") == "postgresql":  # SQLite has no roles

    def test_the_role_of_the_handbook_can_work_but_not_change_what_happened(filled: signing.Signer):
        book = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
        grants = re.search(r"```sql\n(create role .*?)```", book, re.DOTALL)
        assert grants
        role = f"huiyin_app_{os.getpid()}"
        engine = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as owner:
            try:
                for statement in grants[1].replace("huiyin_app", role).split(";")[:-1]:
                    owner.execute(text(statement))
                owner.execute(text(f"set role {role}"))
                assert owner.scalar(text("select count(*) from event")) == 5
                owner.execute(
                    text(
                        "insert into event (case_id, seq, at, kind, actor_role, from_state, to_state, facts) "
                        "select case_id, 99, at, kind, actor_role, '', '', '{}' from event limit 1"
                    )
                )
                for statement in FORBIDDEN:
                    with pytest.raises(DBAPIError, match="permission denied|must be owner"):
                        owner.execute(text(statement))
            finally:
                owner.execute(text("reset role"))
                owner.execute(text(f"drop owned by {role}"))
                owner.execute(text(f"drop role {role}"))
        engine.dispose()
