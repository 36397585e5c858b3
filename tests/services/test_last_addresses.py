"""Where somebody is told that the identity is gone: nobody else opens the address, and it is gone soon."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from shared import crypto
from shared.db import db, reading
from shared.models.last_address import LastAddress
from shared.sealing.envelope import Unreadable
from shared.senders import Outcome, Result
from shared.services import identities, last_addresses, privacy_requests
from tests.services.test_sending import Outside
from tests.support import world as w
from tests.support.privacy import NAMED, dump, one

REACHED = NAMED | {"contact": {"email": "shimin@example.cn"}, "notify": "email"}


@pytest.fixture
def town(app: Flask):
    with app.app_context():
        yield w.township()
        db.session.remove()


def erased(app: Flask, town: w.World) -> int:
    """Somebody who wants to be told has asked for erasure, and the chief has granted it."""
    case_id = town.file_case(app, **REACHED).case_id
    Outside(app).run(w.MONDAY)
    row = privacy_requests.ask(case_id, w.MONDAY, kind="erase", text="删去我的邮箱。")
    said = {"granted": True, "reason": "照办。", "parts": ["identity"]}
    privacy_requests.decide(row, town.actor("chief"), w.MONDAY, app.extensions["huiyin"].store, **said)
    return case_id


def test_whoever_asked_for_erasure_is_told_before_the_address_goes(app: Flask, town: w.World) -> None:
    erased(app, town)
    assert "shimin" not in dump()
    outside = Outside(app)
    outside.run(w.MONDAY)
    assert ["您的请求已答复" in one.subject for one in outside.left if one.to == "shimin@example.cn"] == [True]
    with reading() as session:
        assert session.scalars(select(LastAddress)).all() == []


def test_a_last_address_that_nobody_could_write_to_goes_after_three_days(app: Flask, town: w.World) -> None:
    erased(app, town)
    Outside(app, Result(Outcome.RETRY, "timeout")).run(w.MONDAY)
    assert last_addresses.forget(w.MONDAY + w.days(3) - dt.timedelta(minutes=1)) == 0
    assert last_addresses.forget(w.MONDAY + w.days(3)) == 1
    outside = Outside(app)
    outside.run(w.MONDAY + w.days(4))
    assert "shimin@example.cn" not in outside.addresses


def test_whoever_wanted_no_notice_leaves_no_address(app: Flask, town: w.World) -> None:
    case_id = town.file_case(app, **NAMED).case_id
    row = privacy_requests.ask(case_id, w.MONDAY, kind="erase", text="删去我的电话。")
    said = {"granted": True, "reason": "照办。", "parts": ["identity"]}
    privacy_requests.decide(row, town.actor("chief"), w.MONDAY, app.extensions["huiyin"].store, **said)
    with reading() as session:
        assert session.scalars(select(LastAddress)).all() == []


def test_no_key_but_the_notifier_s_opens_a_last_address(app: Flask, town: w.World) -> None:
    erased(app, town)
    keys = app.extensions["huiyin"].keys
    with pytest.raises(Unreadable):
        identities.contact_for_notice(keys, {}, one(LastAddress))
    notifier = crypto.load_notifier(app.extensions["huiyin"].settings.worker_key_dir)
    assert identities.contact_for_notice(keys, notifier, one(LastAddress)) == {"email": "shimin@example.cn"}
