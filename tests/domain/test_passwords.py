"""Two profiles of password rules: length and known words, or what 等保三级 asks for."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import replace

import pytest

from shared.domain import passwords
from shared.domain.errors import Refused
from shared.domain.passwords import MLPS3, NIST, easily_guessed
from shared.domain.throttle import may_try, still_counted

NOW = dt.datetime(2026, 9, 7, tzinfo=dt.UTC)


def fault(profile: passwords.Profile, password: str, *, strong: bool = False) -> str:
    try:
        passwords.check(profile, password, strong=strong, about=("shenqh", "沈青荷"))
    except Refused as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("correct horse battery", ""),
        ("村务公开要按时张贴在公示栏里", "password_short"),
        ("村务公开要按时张贴在公示栏里面", ""),
        ("x" * 201, "password_long"),
        ("Password12345678", "password_known"),
        ("shenqh2026090712345", "password_known"),
        ("abcdefghijklmnopqr", "password_known"),
        ("qwertyuiop1234567", "password_known"),
        ("abcabcabcabcabcabc", "password_known"),
        ("aaaaaaaaaabbbbbbbb", "password_known"),
    ],
)
def test_nist_asks_for_length_and_nothing_that_is_guessed_first(password: str, code: str) -> None:
    assert fault(NIST, password) == code


def test_a_second_factor_allows_a_shorter_password() -> None:
    assert fault(NIST, "kiwi-laterne") == "password_short"
    assert fault(NIST, "kiwi-laterne", strong=True) == ""


@pytest.mark.parametrize(
    ("password", "code"),
    [("kiwilaternenbaum", "password_kinds"), ("Kiwilaternenbaum7", ""), ("Kiwi-lat7", "password_short")],
)
def test_mlps3_asks_for_three_kinds_of_characters(password: str, code: str) -> None:
    assert fault(MLPS3, password) == code


def test_only_mlps3_asks_for_a_new_password_and_after_ninety_days() -> None:
    assert not NIST.too_old(NOW - dt.timedelta(days=9999), NOW)
    assert not MLPS3.too_old(NOW - dt.timedelta(days=89), NOW)
    assert MLPS3.too_old(NOW - dt.timedelta(days=90), NOW)


def test_mlps3_locks_for_half_an_hour_after_five_failures_then_counts_anew() -> None:
    assert not may_try(4, NOW, NOW, MLPS3.lock)
    assert may_try(5, NOW, NOW, MLPS3.lock) == dt.timedelta(minutes=30)
    later = NOW + dt.timedelta(minutes=30)
    assert not may_try(5, NOW, later, MLPS3.lock)
    assert still_counted(5, NOW, later, MLPS3.lock) == 0


def test_full_width_letters_are_the_letters_they_look_like() -> None:
    assert easily_guessed("password123")
    assert fault(NIST, "ｐａｓｓｗｏｒｄ１２３４５６７８") == "password_known"


def test_thousands_of_common_passwords_are_refused_for_each_profile() -> None:
    """ASVS 6.2.4: of those that a profile's length lets in, at least 3000 where there are so many."""
    assert sum(len(word) >= NIST.shortest_with for word in passwords.common()) > 3000
    assert sum(len(word) >= MLPS3.shortest_with for word in passwords.common()) > 2000
    for password in ("manchesterunited", "ManchesterUnited2026!", "ｍａｎｃｈｅｓｔｅｒｕｎｉｔｅｄ"):
        assert easily_guessed(unicodedata.normalize("NFKC", password)), password
    assert not easily_guessed("kiwi-laterne-nordwind")


def test_what_has_leaked_is_refused_whatever_it_looks_like() -> None:
    profile = replace(NIST, leaked=lambda password: password == "kiwi-laterne-nordwind")
    assert fault(profile, "kiwi-laterne-nordwind") == "password_known"
    assert fault(profile, "kiwi-laterne-nordwest") == ""
