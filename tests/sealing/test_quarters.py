"""Keys of quarters: live rows move on, so that a destroyed key takes nothing but old copies with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from shared import case_keys, cli_keys, clock, crypto
from shared.crypto import Keys, KeysUnusable
from shared.db import reading
from shared.files import Kept
from shared.models.attachment import Attachment
from shared.models.case import Case
from shared.models.complainant import Complainant
from shared.sealing import quarters
from shared.sealing.envelope import Unreadable
from shared.services import case_files, identities, quarter_keys
from tests.sealing.people import filed, keys, look
from tests.support import world as w
from tests.support.rows import refusal as refused_for
from tests.support.world import MONDAY, World


def later(app: Flask, number: int = 2) -> dt.datetime:
    """A moment so many quarters after the one for which the newest keys were made first."""
    year, quarter = map(int, list(quarter_keys.held(keys(app)))[number].split("Q"))
    return dt.datetime(year, 3 * quarter - 2, 9, tzinfo=dt.UTC)


def without(app: Flask, name: str) -> Keys:
    """The keys once a quarter's is destroyed and the program was started again."""
    held = keys(app)
    rings = {n: ring for n, ring in held.rings.items() if n != f"{quarters.FOLDER}/{name}"}
    gone = quarter_keys.held(held)[name]
    return replace(held, rings={**rings, quarters.RING: {i: k for i, k in rings[quarters.RING].items() if i != gone}})


def first(app: Flask) -> str:
    return next(iter(quarter_keys.held(keys(app))))


def wrapped(case_id: int) -> tuple[str, str]:
    with reading() as session:
        return tuple(session.execute(select(Case.words_key, Case.receipt_no).where(Case.id == case_id)).one())


def with_file(case_id: int, world: World) -> None:
    facts = {"stored": "a" * 32, "media_type": "image/jpeg", "size": 3, "sha256": "0" * 64, "removed": ()}
    case_files.attach(case_id, world.actor("intake"), MONDAY, [Kept(name="我的照片.jpg", **facts)])


def test_a_destroyed_quarter_takes_old_copies_with_it_and_no_live_case(app: Flask, township: World) -> None:
    case_id = filed(app, township)
    with_file(case_id, township)
    old, name = wrapped(case_id), first(app)
    with reading() as session:
        sealed = session.scalars(select(Complainant.identity)).one()
    with clock.frozen(later(app)):
        assert quarter_keys.renew(keys(app)) == 3
        assert quarter_keys.renew(keys(app)) == 0
    left = without(app, name)
    with pytest.raises(Unreadable):
        case_keys.key_of(left, *old)
    at = identities.place(case_id, "identity")
    assert case_keys.inner(left, at, sealed) == sealed  # nothing takes the outer envelope off any more
    assert case_keys.key_of(left, *wrapped(case_id))
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}
    with reading() as session:
        assert session.scalars(select(Attachment.name)).one() == "我的照片.jpg"
    assert w.case_of(case_id).story == w.STORY


@pytest.mark.parametrize("most", [0, 1, 2])
def test_moving_on_may_be_cut_short_and_goes_on(app: Flask, township: World, most: int) -> None:
    cases = [filed(app, township) for _ in range(2)]
    version = w.case_of(cases[0]).version
    with clock.frozen(later(app)):
        assert quarter_keys.renew(keys(app), most=most) == most
        assert quarter_keys.renew(keys(app)) == 4 - most
    assert [w.case_of(i).story for i in cases] == [w.STORY] * 2
    assert w.case_of(cases[0]).version == version


def test_a_key_is_destroyed_only_when_no_backup_and_no_row_needs_it(app: Flask, township: World) -> None:
    filed(app, township)
    name, held = first(app), keys(app)
    end = quarters.over(name)
    assert refused_for(quarter_keys.check, held, "1999Q1", end) == "no_such_quarter"
    assert refused_for(quarter_keys.check, held, name, end + dt.timedelta(days=34)) == "too_early"
    assert refused_for(quarter_keys.check, held, name, end + dt.timedelta(days=35)) == "still_needed"
    with clock.frozen(later(app)):
        quarter_keys.renew(held)
    quarter_keys.check(held, name, end + dt.timedelta(days=35))


def test_the_round_moves_everything_on_and_then_looks_no_more(app: Flask, township: World, count_sql) -> None:
    filed(app, township)
    with clock.frozen(later(app, 3)):
        assert quarter_keys.keep(keys(app)) == 2
        assert quarter_keys.keep(keys(app)) == 0
        with count_sql() as sent:
            assert quarter_keys.keep(keys(app)) == 0
    assert sent == []


def test_the_command_destroys_the_file(app: Flask, township: World, monkeypatch, tmp_path: Path, capsys) -> None:
    name, state = first(app), app.extensions["huiyin"]
    crypto.load_keys(tmp_path, create=True)
    assert (tmp_path / quarters.FOLDER / name).exists()
    monkeypatch.setitem(app.extensions, "huiyin", replace(state, settings=replace(state.settings, key_dir=tmp_path)))
    monkeypatch.setattr("sys.stdin", _Typed(f"{name}\n"))
    with clock.frozen(later(app)):
        cli_keys.quarters_of_keys(None)
    assert not (tmp_path / quarters.FOLDER / name).exists()


class _Typed:
    def __init__(self, line: str) -> None:
        self.line = line

    def readline(self) -> str:
        return self.line


def test_a_start_without_any_quarter_s_key_is_refused(tmp_path: Path) -> None:
    crypto.load_keys(tmp_path / "keys", create=True)
    for path in (tmp_path / "keys" / quarters.FOLDER).iterdir():
        path.unlink()
    with pytest.raises(KeysUnusable, match="quarters"):
        crypto.load_keys(tmp_path / "keys", create=False)


def test_a_program_that_has_outlived_its_keys_goes_on_with_the_newest(app: Flask, township: World) -> None:
    last = list(quarter_keys.held(keys(app)).values())[-1]
    with clock.frozen(later(app) + dt.timedelta(days=4000)):
        assert quarters.current(keys(app).rings, clock.now().date())[0] == last
        case_id = township.file_case(app).case_id
    assert w.case_of(case_id).story == w.STORY


@pytest.mark.parametrize(
    ("day", "name", "end"), [((2026, 1, 1), "2026Q1", (2026, 4, 1)), ((2026, 12, 31), "2026Q4", (2027, 1, 1))]
)
def test_quarters_are_those_of_the_calendar(day, name, end) -> None:
    assert quarters.name_of(dt.date(*day)) == name
    assert quarters.over(name) == dt.date(*end)
    assert quarters.from_(dt.date(*day), 2)[0] == name
