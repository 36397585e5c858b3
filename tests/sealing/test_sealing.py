"""Facts about envelopes, boxes, a case's keys and officers' pairs."""

from __future__ import annotations

import secrets

import pytest

from shared import crypto
from shared.crypto import Keys
from shared.sealing import boxes, envelope, officers, wraps
from shared.sealing.envelope import Unreadable

KEY, PROFILES = secrets.token_bytes(32), ["international", "sm"]
RINGS = {name: {"0": secrets.token_bytes(32)} for name in crypto.KEY_NAMES}
KEYS = Keys(RINGS)
HOLDER, WATCHER, POST = (boxes.new_private() for _ in range(3))
GROUPS = {"intake": boxes.public_of(HOLDER), "approver": boxes.public_of(WATCHER)}


@pytest.mark.parametrize("profile", PROFILES)
def test_an_envelope_opens_at_its_place_with_its_key(profile: str) -> None:
    sealed = envelope.close(KEY, "case|story|1", "赵守田".encode(), profile)
    assert envelope.open_(KEY, "case|story|1", sealed).decode() == "赵守田"
    assert envelope.profile_of(sealed) == profile
    with pytest.raises(Unreadable):
        envelope.open_(KEY, "case|story|2", sealed)
    with pytest.raises(Unreadable):
        envelope.open_(secrets.token_bytes(32), "case|story|1", sealed)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_envelope_with_any_byte_changed_stays_closed(profile: str) -> None:
    sealed = envelope.close(KEY, "case|story|1", b"abc", profile)
    for at in range(len(sealed)):
        with pytest.raises(Unreadable):
            envelope.open_(KEY, "case|story|1", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])


def test_two_profiles_share_no_cipher_key() -> None:
    assert envelope.derive(KEY, "x", "sm") != envelope.derive(KEY, "x")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_box_opens_with_the_private_key_alone(profile: str) -> None:
    box = boxes.close(boxes.public_of(HOLDER), "here", KEY, profile)
    assert boxes.open_(HOLDER, "here", box) == KEY
    for private, place in ((WATCHER, "here"), (HOLDER, "there")):
        with pytest.raises(Unreadable):
            boxes.open_(private, place, box)


@pytest.mark.parametrize("box", [b"", b"\0" * 32, b"\0" * 100, bytes(range(98))])
def test_what_is_no_box_is_unreadable(box: bytes) -> None:
    with pytest.raises(Unreadable):
        boxes.open_(HOLDER, "here", box)


def test_either_group_opens_a_named_case_alone() -> None:
    made, keys = wraps.make(7, GROUPS, boxes.public_of(POST), split=False)
    for private, name in ((HOLDER, "intake"), (WATCHER, "approver")):
        secret = wraps.opened(private, 7, name, made["people"][name])
        assert wraps.keys_of(secret, "international") == keys


def test_a_confidential_case_needs_both_halves() -> None:
    made, keys = wraps.make(7, GROUPS, boxes.public_of(POST), split=True)
    one = wraps.opened(HOLDER, 7, "intake", made["people"]["intake"])
    two = wraps.opened(WATCHER, 7, "approver", made["people"]["approver"])
    assert wraps.keys_of(wraps.xor(one, two), "international") == keys
    assert keys not in (wraps.keys_of(one, "international"), wraps.keys_of(two, "international"))


def test_the_notifier_opens_the_contact_and_not_the_identity() -> None:
    made, keys = wraps.make(7, GROUPS, boxes.public_of(POST), split=False)
    assert wraps.opened(POST, 7, "notifier", made["notifier"]) == keys.contact
    for name in GROUPS:
        with pytest.raises(Unreadable):
            wraps.opened(POST, 7, name, made["people"][name])


def test_the_boxes_of_one_case_do_not_open_another() -> None:
    made, _keys = wraps.make(7, GROUPS, boxes.public_of(POST), split=False)
    with pytest.raises(Unreadable):
        wraps.opened(HOLDER, 8, "intake", made["people"]["intake"])


def test_an_officers_key_opens_with_the_password_and_survives_a_new_one() -> None:
    first = officers.make(KEYS, "horse 电池")
    again = officers.wrap(KEYS, first.private, "another 电池")
    opened = officers.unwrap(KEYS, "another 电池", again.public, again.salt, again.wrapped, again.pepper_id)
    assert opened == first.private
    with pytest.raises(Unreadable):
        officers.unwrap(KEYS, "horse 电池", again.public, again.salt, again.wrapped, again.pepper_id)


def test_an_officers_key_needs_the_pepper_too() -> None:
    pair = officers.make(KEYS, "horse 电池")
    other = Keys({**RINGS, "pepper": {"0": secrets.token_bytes(32)}})
    with pytest.raises(Unreadable):
        officers.unwrap(other, "horse 电池", pair.public, pair.salt, pair.wrapped, pair.pepper_id)


def test_a_session_gives_the_key_to_its_own_token_alone() -> None:
    row = officers.for_session(HOLDER, "token")
    assert officers.from_session(row, "token") == HOLDER
    assert officers.from_session(officers.moved(row, "token", "new"), "new") == HOLDER
    for sealed, token in ((row, "other"), (None, "token")):
        with pytest.raises(Unreadable):
            officers.from_session(sealed, token)
