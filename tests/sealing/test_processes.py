"""What a process holds decides what it can read: the web's keys alone open neither identity nor contact."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from shared import crypto
from shared.config import ROOT, load
from shared.crypto import KeysUnusable
from tests.support import world as worlds
from wsgi import create_app

ATTACK = """
import sys
from sqlalchemy import select
from shared import case_keys, crypto
from shared.db import work
from shared.models.complainant import Complainant
from shared.models.key_group import KeyGrant, OfficerKey
from shared.models.person import StaffSession
from shared.sealing import boxes, envelope, wraps
from shared.sealing.envelope import Unreadable
from shared.services import identities
from shared.config import from_environment
from wsgi import create_app

def inside(who, column):
    # the outer envelope is the quarter's, and the web holds that key
    where = identities.place(who.case_id, column)
    return where, case_keys.inner(keys, where, getattr(who, column))


app = create_app(from_environment())
keys = app.extensions["huiyin"].keys
opened = tried = 0
with app.app_context(), work() as session:
    secrets = [k for ring in keys.rings.values() for k in ring.values()]
    secrets += [row.sealed_key[:32] for row in session.scalars(select(StaffSession)) if row.sealed_key]
    for who in session.scalars(select(Complainant)):
        boxed = {**who.wraps["people"], "notifier": who.wraps["notifier"]}
        for secret in secrets:
            for name, entry in boxed.items():
                tried += 1
                try:
                    wraps.opened(secret, who.case_id, name, entry)
                    opened += 1
                except Unreadable:
                    pass
            for key in (secret, envelope.derive(secret, "identity"), envelope.derive(secret, "contact")):
                for column in ("identity", "contact"):
                    tried += 1
                    try:
                        envelope.open_(key, *inside(who, column))
                        opened += 1
                    except Unreadable:
                        pass
        try:
            identities.contact_for_notice(keys, {}, who)
            opened += 1
        except Unreadable:
            pass
    hidden = identities.names_to_hide(keys, who.case_id)
try:
    crypto.load_notifier(app.extensions["huiyin"].settings.worker_key_dir)
    opened += 1
except crypto.KeysUnusable:
    pass
sys.stdout.write(f"{opened} {tried > 50} {hidden}")
"""


@pytest.fixture
def house(tmp_path: Path, redis_server: str) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An installation with its own files and two complaints; the environment its web process gets."""
    env = {"HUIYIN_ENV": "test", "REDIS_URL": redis_server, "SECRET_KEY": "web" * 12, "KEY_DIR": str(tmp_path / "keys")}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'huiyin.sqlite'}", "FILES_DIR": str(tmp_path / "files")}
    app = create_app(load({**env, "WORKER_KEY_DIR": str(tmp_path / "keys/worker")}, data_dir=tmp_path))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        world = worlds.township()
        for mode in ("confidential", "named"):
            who = {"identity": {"name": "赵守田"}, "contact": {"phone": "13900001234"}}
            world.file_case(app, mode=mode, story="我是赵守田，补贴三个月没有发，问了几次都说再等等。", **who)
        yield app, env


def test_with_the_webs_environment_and_key_files_nothing_opens(house, tmp_path):
    _app, env = house
    shutil.move(tmp_path / "keys" / "worker", tmp_path / "elsewhere")
    done = subprocess.run(
        [sys.executable, "-c", ATTACK], env={**os.environ, **env}, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "0 True ('赵守田',)"


def test_neither_name_nor_phone_stands_in_the_database_nor_the_story(house, tmp_path):
    _app, _env = house
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("huiyin.sqlite*"))
    assert b"13900001234" not in raw
    assert json.dumps("赵守田").encode() not in raw
    assert "赵守田".encode() not in raw


def test_the_worker_says_which_file_is_lost_and_what_to_restore(house, tmp_path):
    (tmp_path / "keys" / "worker" / "notifier").unlink()
    with pytest.raises(KeysUnusable, match=r"worker/notifier: .*restore it from the backup"):
        crypto.load_notifier(tmp_path / "keys" / "worker")


@pytest.mark.parametrize("name", crypto.KEY_NAMES)
def test_a_lost_key_file_stops_the_start_and_is_named(house, tmp_path, name):
    (tmp_path / "keys" / name).unlink()
    with pytest.raises(KeysUnusable, match=rf"{name}: .*restore it from the backup"):
        crypto.load_keys(tmp_path / "keys", create=False)
