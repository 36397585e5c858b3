"""The deposit: two of three shares restore, a wrong one says so and changes nothing."""

from __future__ import annotations

import io
import itertools
import secrets
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from shared import cli_keys, crypto
from shared.crypto import Keys
from shared.db import work
from shared.models.key_group import KeyGrant
from shared.sealing import boxes, escrow
from shared.sealing.escrow import BadShare
from shared.services import escrow as deposit
from shared.services import officer_keys
from tests.sealing.people import filed, grants, keys, look, sign_in
from tests.support.world import MONDAY, World

SECRET = secrets.token_bytes(32)
SHARES = escrow.split(SECRET)


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(range(3), 2)))
def test_any_two_shares_restore(one: int, other: int) -> None:
    assert escrow.join(SHARES[one], SHARES[other]) == SECRET


def test_one_share_says_nothing_of_the_secret() -> None:
    bodies = [escrow._read(escrow.split(bytes(32))[0])[1][2:] for _ in range(50)]
    assert len(set(bodies)) == 50


def test_a_share_may_be_typed_in_small_letters_without_hyphens() -> None:
    sloppy = SHARES[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert escrow.join(sloppy, SHARES[2]) == SECRET


def test_any_letter_mistyped_is_noticed() -> None:
    for at, letter in enumerate(SHARES[0]):
        if letter != "-" and at < len(SHARES[0]) - 1:
            wrong = SHARES[0][:at] + ("2" if letter != "2" else "3") + SHARES[0][at + 1 :]
            with pytest.raises(BadShare, match="typed"):
                escrow.check(wrong)


@pytest.mark.parametrize("other", [0, "foreign", ""])
def test_the_same_share_twice_or_one_of_another_set_is_refused(other: object) -> None:
    second = {0: SHARES[0], "foreign": escrow.split(SECRET)[1], "": ""}[other]
    with pytest.raises(BadShare):
        escrow.join(SHARES[0], second)


def deposited(app: Flask, world: World) -> tuple[Keys, list[str]]:
    """The world's groups deposited with a pair made for this test."""
    private = boxes.new_private()
    public = boxes.public_of(private)
    held = Keys({**keys(app).rings, "escrow.pub": {crypto.envelope.key_id(public): public}})
    for role in ("intake", "chief"):
        person_id = world.actor(role).person_id
        with work() as session:
            private_of = officer_keys.private_of(session, person_id, sign_in(app, world, role))
            officer_keys.settle(session, held, person_id, private_of, MONDAY)
    return held, escrow.split(private)


def test_when_every_officer_is_lost_two_shares_open_old_cases(app, township):
    case_id = filed(app, township)
    held, shares = deposited(app, township)
    with work() as session:
        session.execute(delete(KeyGrant).where(KeyGrant.person_id.is_not(None)))
    username = township.usernames["intake"]
    assert deposit.restore(held, shares[0], shares[2], username) == 1
    assert deposit.restore(held, shares[1], shares[2], username) == 0
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}


def test_shares_of_another_installation_grant_nothing(app, township):
    held, _shares = deposited(app, township)
    with work() as session:
        session.execute(delete(KeyGrant).where(KeyGrant.person_id.is_not(None)))
    with pytest.raises(BadShare, match="foreign"):
        deposit.restore(held, SHARES[0], SHARES[1], township.usernames["intake"])
    assert grants(township.actor("intake").person_id) == 0


def test_the_command_prints_three_shares_once(app, db, capsys, monkeypatch):
    assert cli_keys.make_escrow(Namespace()) == 0
    printed = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.strip()[:1].isdigit()]
    try:
        assert len(printed) == 3
        held = crypto.load_keys(Path(app.extensions["huiyin"].settings.key_dir), create=False)
        private = escrow.join(printed[0], printed[1])
        assert crypto.envelope.key_id(boxes.public_of(private)) in held.rings["escrow.pub"]
        assert cli_keys.make_escrow(Namespace()) == 1
        monkeypatch.setattr(sys, "stdin", io.StringIO("somebody\nwrong\nshares\n"))
        assert cli_keys.restore(Namespace()) == 1
        assert "什么都没有改变" in capsys.readouterr().out
    finally:
        (app.extensions["huiyin"].settings.key_dir / "escrow.pub").unlink()


def test_the_deposit_is_filled_at_the_next_sign_in(app, township):
    deposited(app, township)
    with work() as session:
        assert len(session.scalars(select(KeyGrant).where(KeyGrant.person_id.is_(None))).all()) == 2
