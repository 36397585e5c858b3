"""Keys change row by row: cut short, every case opens; finished, no row knows the old key."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from flask import Flask
from sqlalchemy import select

from shared import crypto
from shared.crypto import Keys
from shared.db import work
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.key_group import KeyGrant, KeyGroup, OfficerKey
from shared.sealing import boxes, envelope
from shared.services import identities, officer_keys, rotation, seals
from tests.sealing.people import agree, ask, filed, keys, look, sign_in
from tests.support.world import MONDAY, World

LATER = MONDAY + dt.timedelta(hours=2)
CASES = 5


def officer(app: Flask, world: World, role: str = "intake") -> tuple[int, bytes]:
    person_id = world.actor(role).person_id
    with work() as session:
        return person_id, officer_keys.private_of(session, person_id, sign_in(app, world, role))


def key_ids() -> str:
    with work() as session:
        return json.dumps([boxed for boxed in session.scalars(select(Complainant.wraps))])


def current(world: World, name: str = "intake") -> str:
    with work() as session:
        return envelope.key_id(bytes.fromhex(session.get_one(Institution, world.institution_id).seals[name][0]))


@pytest.mark.parametrize("done", [0, 1, 3, CASES])
def test_a_change_cut_short_leaves_every_case_open_and_goes_on_where_it_stopped(app, township, done):
    cases = [filed(app, township) for _ in range(CASES)]
    old, (person_id, private) = current(township), officer(app, township)
    rotation.renew_group(keys(app), person_id, private, MONDAY)
    assert rotation.rewrap_group(keys(app), person_id, private, LATER, most=done) == done
    cases.append(filed(app, township))
    assert {look(app, township, "intake", c).identity["name"] for c in cases[:: max(1, CASES - 1)]} == {"赵守田"}
    assert rotation.rewrap_group(keys(app), person_id, private, LATER) == CASES - done
    assert rotation.rewrap_group(keys(app), person_id, private, LATER) == 0
    assert old not in key_ids()
    assert look(app, township, "intake", cases[0]).identity == {"name": "赵守田"}


def test_the_old_key_is_destroyed_after_the_last_row_and_not_within_the_hour(app, township):
    filed(app, township)
    old, (person_id, private) = current(township), officer(app, township)
    rotation.renew_group(keys(app), person_id, private, MONDAY)
    rotation.rewrap_group(keys(app), person_id, private, MONDAY)
    assert held(old)
    rotation.rewrap_group(keys(app), person_id, private, LATER)
    assert not held(old)
    assert held(current(township))


def held(key_id: str) -> list[int]:
    with work() as session:
        query = select(KeyGrant.id).join(KeyGroup, KeyGroup.id == KeyGrant.group_id).where(KeyGroup.key_id == key_id)
        return list(session.scalars(query))


def test_a_confidential_case_opens_by_two_after_both_keys_changed(app, township):
    case_id = filed(app, township, "confidential")
    for role in ("intake", "chief"):
        person_id, private = officer(app, township, role)
        rotation.renew_group(keys(app), person_id, private, MONDAY)
        assert rotation.rewrap_group(keys(app), person_id, private, LATER) == 1
    agree(app, township, case_id, ask(township, case_id))
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}


def newer(app: Flask, name: str, key: bytes) -> Keys:
    """The same keys with a new one at the head of a ring."""
    rings = dict(keys(app).rings)
    return Keys({**rings, name: {envelope.key_id(key): key, **rings[name]}})


def test_the_webs_content_key_changes_and_names_stay_hidden(app, township):
    case_id = filed(app, township, story="我是赵守田，补贴三个月没有发，问了几次都说再等等。")
    fresh = newer(app, "content", b"n" * 32)
    assert rotation.rewrap_content(fresh) == 1
    assert rotation.rewrap_content(fresh) == 0
    only_new = Keys({**fresh.rings, "content": {envelope.key_id(b"n" * 32): b"n" * 32}})
    with work() as session:
        place = session.get_one(Institution, township.institution_id)
        assert set(seals.publics(only_new, place)) == {"intake", "approver"}
        assert all(seals.genuine(only_new, row) for row in session.scalars(select(OfficerKey)))
    assert identities.names_to_hide(only_new, case_id) == ("赵守田",)


def test_the_notifiers_key_changes_and_notices_still_find_their_way(app, township):
    case_id, private = filed(app, township, "confidential"), boxes.new_private()
    fresh, public = newer(app, "notifier.pub", boxes.public_of(private)), boxes.public_of(private)
    ring = {envelope.key_id(public): private}
    old = crypto.load_notifier(app.extensions["huiyin"].settings.worker_key_dir)
    assert rotation.rewrap_notifier(fresh, {**ring, **old}) == 1
    with work() as session:
        who = session.get_one(Complainant, case_id)
        assert identities.contact_for_notice(fresh, ring, who) == {"phone": "13900001234"}


def test_what_came_in_before_the_first_officer_is_handed_over(app, township):
    with work() as session:
        place = session.get_one(Institution, township.institution_id)
        seals_of_later, place.seals = place.seals, None
    case_id = filed(app, township, "confidential")
    with work() as session:
        assert session.get_one(Complainant, case_id).waits
        session.get_one(Institution, township.institution_id).seals = seals_of_later
    notifier = crypto.load_notifier(app.extensions["huiyin"].settings.worker_key_dir)
    assert rotation.adopt(keys(app), notifier) == 1
    assert rotation.adopt(keys(app), notifier) == 0
    agree(app, township, case_id, ask(township, case_id))
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}


def test_rows_from_before_are_sealed_to_the_groups(app, township):
    case_id = filed(app, township)
    one, two = b"1" * 32, b"2" * 32
    old = Keys({**keys(app).rings, "identity": {envelope.key_id(one): one}, "contact": {envelope.key_id(two): two}})
    with work() as session:
        who = session.get_one(Complainant, case_id)
        who.wraps = who.spans = None
        who.identity = crypto.seal(old, "identity", f"complainant|{case_id}", '{"name": "赵守田"}'.encode())
        who.contact = crypto.seal(old, "contact", f"complainant|{case_id}", b"{}")
    assert rotation.renew_old(old) == 1
    assert rotation.renew_old(old) == 0
    assert look(app, township, "intake", case_id).identity == {"name": "赵守田"}
