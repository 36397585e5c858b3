"""What the tests of sealing do as citizens and officers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shared.crypto import Keys
from shared.db import work
from shared.domain.errors import Refused
from shared.models.key_group import KeyGrant
from shared.services import identities, staff, unsealing
from tests.support.world import MONDAY, PASSWORD, World

WHO = {"identity": {"name": "赵守田"}, "contact": {"phone": "13900001234"}}
BECAUSE = "电话约来信人当面核实补贴名单"
SOON = dt.timedelta(minutes=1)


def keys(app: Flask) -> Keys:
    found: Keys = app.extensions["huiyin"].keys
    return found


def sign_in(app: Flask, world: World, role: str, password: str = PASSWORD) -> str:
    return staff.open_session(world.usernames[role], password, keys(app), MONDAY)


def look(app: Flask, world: World, role: str, case_id: int, now: dt.datetime = MONDAY, token: str = "") -> Any:
    token = token or sign_in(app, world, role)
    return identities.open_identity(keys(app), case_id, world.actor(role), now, reason="contact", token=token)


def refusal(call: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*given, **more)
    return refused.value.code


def filed(app: Flask, world: World, mode: str = "named", **more: Any) -> int:
    return world.file_case(app, mode=mode, **{**WHO, **more}).case_id


def ask(world: World, case_id: int, role: str = "intake", **more: Any) -> int:
    return unsealing.ask(case_id, world.actor(role), MONDAY, why="contact", reason=BECAUSE, **more)


def agree(app: Flask, world: World, case_id: int, request_id: int, role: str = "chief", agreed: bool = True) -> None:
    token = sign_in(app, world, role)
    unsealing.decide(keys(app), case_id, request_id, world.actor(role), MONDAY, agreed=agreed, token=token)


def grants(person_id: int | None) -> int:
    with work() as session:
        return len(session.scalars(select(KeyGrant.id).where(KeyGrant.person_id == person_id)).all())
