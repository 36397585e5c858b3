"""The commands as an operator types them: a drill, keys apart, and refusals that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import inspect, text

from shared import cli_backup
from shared.backup import keyring, take
from shared.config import Settings
from shared.domain.errors import Refused
from shared.sealing import boxes, keyfiles
from shared.sealing.envelope import Unreadable
from tests.support import world
from tests.support.world import MONDAY

DATA, KEYS = boxes.new_private(), boxes.new_private()


@pytest.fixture
def own(settings: Settings) -> Settings:
    """The installation with public keys for its backups."""
    keys = {"backup_key": boxes.public_of(DATA).hex(), "backup_keys_key": boxes.public_of(KEYS).hex()}
    return replace(settings, places=replace(settings.places, **keys))


@pytest.fixture
def typed(own: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Types a command and returns its exit code."""
    from shared import cli

    monkeypatch.setattr(cli_backup, "from_environment", lambda: own)
    return lambda *words: cli.main([str(word) for word in words])


@pytest.fixture
def private(tmp_path: Path) -> Path:
    keyfiles.write_once(tmp_path / "private", keyfiles.line(DATA))
    return tmp_path / "private"


def test_a_drill_finds_the_backup_whole_and_leaves_nothing(
    db: SQLAlchemy,
    app: Flask,
    typed: Callable[..., int],
    private: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world.township().file_case(app)
    db.session.remove()
    assert typed("backup", tmp_path / "b") == 0
    assert typed("drill", tmp_path / "b", "--private", private) == 0
    told = capsys.readouterr().out
    assert "whole and sound" in told
    assert "the drill took" in told
    if db.engine.dialect.name == "postgresql":
        query = text("select count(*) from pg_database where datname like 'huiyin_drill%'")
        assert db.session.execute(query).scalar() == 0


def test_the_drill_touches_no_row_of_the_running_office(
    db: SQLAlchemy, app: Flask, typed: Callable[..., int], private: Path, tmp_path: Path
) -> None:
    world.township().file_case(app)
    typed("backup", tmp_path / "b")
    typed("drill", tmp_path / "b", "--private", private)
    states = set(db.session.execute(text("select state from outbox")).scalars())
    assert states == {"queued"}


def test_a_restore_over_the_running_office_is_refused_with_what_to_do(
    db: SQLAlchemy,
    app: Flask,
    typed: Callable[..., int],
    private: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world.township()
    db.session.remove()
    typed("backup", tmp_path / "b")
    assert typed("restore", tmp_path / "b", "--private", private) == 1
    assert "give an empty database" in capsys.readouterr().out
    assert inspect(db.engine).has_table("case")


def test_a_damaged_backup_ends_the_check_with_a_code(
    db: SQLAlchemy, app: Flask, typed: Callable[..., int], private: Path, tmp_path: Path
) -> None:
    world.township()
    db.session.remove()
    typed("backup", tmp_path / "b")
    assert typed("verify-backup", tmp_path / "b", "--private", private) == 0
    next((tmp_path / "b").glob("*/database.sealed")).write_bytes(b"")
    assert typed("verify-backup", tmp_path / "b") == 1
    assert typed("drill", tmp_path / "b", "--private", private) == 1


def test_keys_go_to_another_place_for_another_key_and_come_back(own: Settings, tmp_path: Path) -> None:
    made = keyring.take(own, tmp_path / "data", tmp_path / "keys", MONDAY, "international")
    text_ = made.read_bytes()
    for path in (path for path in own.key_dir.rglob("*") if path.is_file()):
        assert path.read_bytes() not in text_
    keyring.put_back(made, KEYS, tmp_path / "restored")
    names = {path.name for path in own.key_dir.glob("[!.]*") if path.is_file()}
    assert {path.name for path in (tmp_path / "restored").iterdir()} == {*names, "worker"}
    for name in names:
        assert (tmp_path / "restored" / name).read_bytes() == (own.key_dir / name).read_bytes()
        assert (tmp_path / "restored" / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", ["data", "data/keys", "."])
def test_keys_never_lie_with_the_data(own: Settings, tmp_path: Path, place: str) -> None:
    with pytest.raises(Refused) as refused:
        keyring.take(own, tmp_path / "data", tmp_path / place, MONDAY, "international")
    assert refused.value.code == "keys_beside_data"


def test_keys_are_restored_whole_or_not_at_all(own: Settings, tmp_path: Path) -> None:
    made = keyring.take(own, tmp_path / "data", tmp_path / "keys", MONDAY, "international")
    made.write_bytes(made.read_bytes()[:-1])
    with pytest.raises(Unreadable):
        keyring.put_back(made, KEYS, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "pepper").touch()
    with pytest.raises(Refused):
        keyring.put_back(made, KEYS, tmp_path / "taken")


def test_every_refusal_of_these_commands_says_what_to_do() -> None:
    places = (Path(take.__file__).parent.glob("*.py"), [Path(cli_backup.__file__)])
    code = "".join(path.read_text(encoding="utf-8") for group in places for path in group)
    import re

    assert set(re.findall(r'raise Refused\(\s*"(\w+)"', code)) <= cli_backup.WHY.keys()
