"""The second factor: asked for after the password, each code once, a way back when the phone is lost."""

from __future__ import annotations

import datetime as dt
import math
import re

import pyotp

from shared import clock
from shared.services import second_factor
from shared.services.second_factor import _LETTERS, RECOVERY_LETTERS
from tests.support import world as w
from tests.support.office import Office, enrol
from tests.support.pages import CheckedClient


def at_the_door(app, town: Office, role: str) -> CheckedClient:
    """A browser in which the password was right."""
    client = app.test_client()
    answer = client.send("/office/sign-in", username=town.world.usernames[role], password=w.PASSWORD)
    assert answer.headers["Location"] == "/office/sign-in/second"
    return client


def give(client: CheckedClient, code: str) -> int:
    return client.send("/office/sign-in/second", form="//form[.//input[@name='code']]", code=code).status_code


def test_the_password_alone_opens_nothing_once_there_is_a_second_factor(app, town: Office):
    enrol(town, "intake")
    client = at_the_door(app, town, "intake")
    assert client.get("/office/queue").status_code == 303
    assert client.get("/office/me").status_code == 303


def test_a_code_of_the_app_opens_the_office_and_works_once(app, town: Office):
    secret, _ = enrol(town, "intake")
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=2)):
        code = pyotp.TOTP(secret).at(clock.now())
        client, other = at_the_door(app, town, "intake"), at_the_door(app, town, "intake")
        assert give(client, code) == 303
        assert client.get("/office/queue").status_code == 200
        assert give(other, code) == 422
        assert other.get("/office/queue").status_code == 303


def test_the_very_code_of_the_setting_up_is_spent_too(app, town: Office):
    secret, _ = enrol(town, "intake")
    assert give(at_the_door(app, town, "intake"), pyotp.TOTP(secret).at(clock.now())) == 422


def test_each_of_ten_recovery_codes_works_once(app, town: Office):
    _, codes = enrol(town, "intake")
    assert len(set(codes)) == 10
    letters = {len(code.replace("-", "")) for code in codes}
    assert letters == {RECOVERY_LETTERS}
    assert RECOVERY_LETTERS * math.log2(len(_LETTERS)) >= 112  # enough that no slow hash is needed (ASVS 6.5.2)
    assert give(at_the_door(app, town, "intake"), codes[3].upper()) == 303
    assert give(at_the_door(app, town, "intake"), codes[3]) == 422
    assert give(at_the_door(app, town, "intake"), codes[4].replace("-", " ")) == 303


def test_after_five_wrong_codes_even_a_right_one_waits(app, town: Office):
    _, codes = enrol(town, "intake")
    client = at_the_door(app, town, "intake")
    assert [give(client, "000000") for _ in range(7)] == [422] * 6 + [429]
    assert give(client, codes[0]) == 429


def test_the_token_changes_when_the_second_factor_is_shown(app, town: Office):
    _, codes = enrol(town, "intake")
    client = at_the_door(app, town, "intake")
    before = client.get_cookie("huiyin_office", path="/office").value
    assert give(client, codes[0]) == 303
    assert client.get("/office/").status_code == 200
    client.set_cookie("huiyin_office", before, path="/office")
    assert client.get("/office/").status_code == 303


def test_setting_it_up_ends_the_other_sessions(app, town: Office):
    other = app.test_client()
    other.send("/office/sign-in", username=town.world.usernames["intake"], password=w.PASSWORD)
    enrol(town, "intake")
    assert other.get("/office/").status_code == 303
    town.see("intake", "/office/")


def test_the_secret_in_the_database_is_sealed_and_bound_to_its_owner(app, town: Office):
    from shared.db import work
    from shared.models.person import Person

    secret, codes = enrol(town, "intake")
    with app.app_context(), work() as session:
        row = session.get_one(Person, town.world.actor("intake").person_id)
        other = session.get_one(Person, town.world.actor("chief").person_id)
        assert secret.encode() not in row.second_factor
        other.second_factor = row.second_factor
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=2)):
        assert give(at_the_door(app, town, "chief"), pyotp.TOTP(secret).at(clock.now())) == 422
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){5}", codes[0])


def test_a_precious_page_asks_again_after_a_quarter_of_an_hour(app, town: Office):
    case_id = town.made(w.accepted, mode="named", identity={"name": "甲"}, contact={"phone": "13900000001"})
    secret, _ = enrol(town, "intake")
    page = f"/office/case/{case_id}/identity"
    town.see("intake", page)
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=16)):
        asked = town.desk("intake").get(page)
        assert asked.headers["Location"].startswith("/office/confirm?next=")
        code = pyotp.TOTP(secret).at(clock.now())
        form = "//form[.//input[@name='code']]"
        back = town.desk("intake").send(asked.headers["Location"], form=form, code=code)
        assert back.headers["Location"] == page
        town.see("intake", page)


def test_whoever_has_none_is_not_asked_where_it_is_optional(town: Office):
    case_id = town.made(w.accepted, mode="named", identity={"name": "甲"}, contact={"phone": "13900000001"})
    town.desk("intake")
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=20)):
        town.see("intake", f"/office/case/{case_id}/identity")


def test_codes_of_neighbouring_steps_are_taken_for_clocks_that_are_off():
    secret, now = pyotp.random_base32(), w.MONDAY
    code = pyotp.TOTP(secret).at(now)
    steps = [second_factor._step_of(secret, code, now + dt.timedelta(seconds=30 * n)) for n in (-2, -1, 0, 1, 2)]
    assert [s is not None for s in steps] == [False, True, True, True, False]
