"""How many sign-ins of one person stand at once, and what ending one of them takes (ASVS 7.1.2, 7.5.2)."""

from __future__ import annotations

import datetime as dt

import pytest

from shared import clock
from shared.domain.passwords import MLPS3, NIST
from tests.support import world as w
from tests.support.office import Office, decided, enrol

ACCOUNT, OTHERS = "/office/me/account", "//form[contains(@action, 'end-others')]"


def come_in(town: Office, role: str):
    client = town.app.test_client()
    client.send("/office/sign-in", username=town.world.usernames[role], password=w.PASSWORD)
    return client


@pytest.mark.parametrize("profile", [NIST, MLPS3], ids=["nist", "mlps3"])
def test_one_sign_in_too_many_ends_the_one_that_was_idle_longest(town: Office, profile):
    with decided(town.app, password_profile=profile.code):
        first = come_in(town, "intake")
        for n in range(profile.sessions - 1):
            with clock.frozen(w.MONDAY + dt.timedelta(seconds=n + 1)):
                come_in(town, "intake")
        assert first.get(ACCOUNT).status_code == 200
        with clock.frozen(w.MONDAY + dt.timedelta(minutes=1)):
            last = come_in(town, "intake")
        assert (first.get(ACCOUNT).status_code, last.get(ACCOUNT).status_code) == (303, 200)


def test_the_second_factor_counts_the_session_too(town: Office):
    _secret, codes = enrol(town, "intake")
    with decided(town.app, password_profile="mlps3"):
        client = come_in(town, "intake")
        assert town.desk("intake").get(ACCOUNT).status_code == 200, "the password alone ends nothing"
        client.send("/office/sign-in/second", form="//form[.//input[@name='code']]", code=codes[0])
        assert town.desk("intake").get(ACCOUNT).status_code == 303
        assert client.get(ACCOUNT).status_code == 200


def test_ending_other_sign_ins_asks_for_the_password_again(town: Office):
    town.desk("intake")
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=20)):
        other = come_in(town, "intake")
        asked = town.desk("intake").send(ACCOUNT, form=OTHERS)
        assert asked.headers["Location"] == "/office/confirm?next=/office/me/account"
        assert other.get(ACCOUNT).status_code == 200
        answers = [
            town.desk("intake").send(asked.headers["Location"], form="//main//form", old=word)
            for word in ("not the password", w.PASSWORD)
        ]
        assert [a.status_code for a in answers] == [422, 303]
        assert answers[1].headers["Location"] == ACCOUNT
        town.desk("intake").send(ACCOUNT, form=OTHERS)
        assert other.get(ACCOUNT).status_code == 303


def test_ending_one_sign_in_asks_for_the_second_factor_again(town: Office):
    _secret, codes = enrol(town, "intake")
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=20)):
        other = come_in(town, "intake")
        other.send("/office/sign-in/second", form="//form[.//input[@name='code']]", code=codes[0])
        asked = town.desk("intake").send(ACCOUNT, form="//form[contains(@action, '/end')]")
        assert asked.headers["Location"].startswith("/office/confirm")
        assert 'name="code"' in town.see("intake", asked.headers["Location"])
        assert other.get(ACCOUNT).status_code == 200
