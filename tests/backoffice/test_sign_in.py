"""Signing in: one message for every failure, a wait that grows, the way back, sessions that end."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from backoffice.sign_in import way_back
from shared import clock
from tests.support import world as w
from tests.support.office import Office, decided

PAGE = "/office/sign-in"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app, town: Office):
    answers = [
        app.test_client().send(PAGE, username=name, password="wrong") for name in (town.world.usernames["intake"], "xy")
    ]
    assert {a.status_code for a in answers} == {422}
    assert all("用户名或者密码不对" in a.text for a in answers)
    assert not any(a.headers.get("Location") for a in answers)


def test_after_five_failures_even_the_right_password_waits(app, town: Office):
    client, name = app.test_client(), town.world.usernames["intake"]
    for _ in range(6):
        client.send(PAGE, username=name, password="wrong")
    assert client.send(PAGE, username=name, password=w.PASSWORD).status_code == 429
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=1)):
        assert client.send(PAGE, username=name, password=w.PASSWORD).status_code == 303


def test_whoever_signs_in_comes_to_the_page_that_was_wanted(app, town: Office):
    client = app.test_client()
    asked = client.get("/office/queue/received?sort=received").headers["Location"]
    answer = client.send(asked, username=town.world.usernames["intake"], password=w.PASSWORD)
    assert answer.headers["Location"] == "/office/queue/received?sort=received"


@pytest.mark.parametrize(
    "asked", ["https://example.com/office/", "//example.com/office/", "/office", "/", "/office/\\example", "/office/\n"]
)
def test_nobody_is_led_out_of_the_office(asked: str):
    assert way_back(asked) is None


def test_an_idle_session_ends(town: Office):
    town.see("intake", "/office/")
    with clock.frozen(w.MONDAY + dt.timedelta(minutes=31)):
        town.see("intake", "/office/", status=303)


def test_a_busy_session_goes_on_but_not_past_the_day(town: Office):
    town.desk("intake")
    for n in range(1, 37):
        with clock.frozen(w.MONDAY + dt.timedelta(minutes=20 * n)):
            town.see("intake", "/office/me", status=200 if n < 36 else 303)


def test_signing_out_ends_the_session_in_the_database(town: Office):
    cookie = town.desk("intake").get_cookie("huiyin_office", path="/office")
    town.desk("intake").send("/office/", form="//form[contains(@action, 'sign-out')]")
    town.desk("intake").set_cookie("huiyin_office", cookie.value, path="/office")
    town.see("intake", "/office/", status=303)


def test_a_new_password_ends_the_other_sessions(app, town: Office):
    other = app.test_client()
    other.send(PAGE, username=town.world.usernames["chief"], password=w.PASSWORD)
    fields = {"old": w.PASSWORD, "new": "a quite new sentence", "again": "a quite new sentence"}
    assert town.desk("chief").send("/office/me", form="//form[contains(@action, 'password')]", **fields)
    town.see("chief", "/office/")
    assert other.get("/office/").status_code == 303


def test_a_wrong_present_password_changes_nothing(town: Office):
    fields = {"old": "not mine at all", "new": "a quite new sentence", "again": "a quite new sentence"}
    answer = town.desk("chief").send("/office/me", form="//form[contains(@action, 'password')]", **fields)
    assert answer.status_code == 422
    assert "现在的密码不对" in answer.text


def test_shortcuts_can_be_turned_off(town: Office):
    assert 'data-keys="off"' not in town.see("intake", "/office/me")
    page = town.desk("intake").get("/office/me")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    town.desk("intake").post("/office/me", data={"csrf_token": token, "theme": "dark"})
    text = town.see("intake", "/office/me")
    assert 'data-keys="off"' in text
    assert 'data-theme="dark"' in text


def test_the_list_of_accounts_is_for_the_demo_alone(app, town: Office):
    assert town.world.usernames["intake"] not in app.test_client().get(PAGE).text


def test_a_password_that_has_leaked_is_refused(app, town: Office, tmp_path):
    new = "kiwi-laterne-nordwind"
    (tmp_path / "leaked").write_text(hashlib.sha1(new.encode()).hexdigest().upper() + ":3\n")
    fields = {"old": w.PASSWORD, "new": new, "again": new}
    with decided(app, breached_passwords=tmp_path / "leaked"):
        answer = town.desk("chief").send("/office/me", form="//form[contains(@action, 'password')]", **fields)
    assert answer.status_code == 422
