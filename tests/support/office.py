"""Staff at their desks: a test world with a signed-in browser for each role."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from shared import clock
from tests.support import world as w
from tests.support.pages import CheckedClient


class Office:
    """An institution's people at work: `world`, a `World` or a `RegimeWorld`, with a browser for each role."""

    def __init__(self, app: Flask, make: Callable[[], Any]) -> None:
        self.app, self.desks = app, dict[str, CheckedClient]()
        with app.app_context():
            self.world = make()

    def desk(self, role: str) -> CheckedClient:
        """The browser in which the person of that role is signed in."""
        if role not in self.desks:
            client = self.app.test_client()
            assert isinstance(client, CheckedClient)
            client.signs_in(self.world.usernames[role])
            self.desks[role] = client
        return self.desks[role]

    def made(self, step: Callable[..., Any], **more: Any) -> Any:
        """What a step of the world gives, taken as the services take it."""
        with self.app.app_context():
            return step(self.app, self.world, **more)

    def see(self, role: str, address: str, status: int = 200) -> str:
        """The page as that role sees it."""
        answer = self.desk(role).get(address)
        assert answer.status_code == status, (address, answer.status_code)
        return str(answer.text)

    def press(self, role: str, address: str, status: int = 303, **fields: object) -> TestResponse:
        """Fills in the form of a page's main part and presses a button, whose name may stand among the fields."""
        client = self.desk(role)
        page = html.fromstring(client.get(address).text, base_url=address)
        forms = page.xpath("//main//form[not(contains(@action, 'add_note'))] | //div[@class='deskbar']//form")
        held: dict[str, list[str]] = {}
        for name, value in forms[0].form_values():  # several boxes may stand under one name
            if name not in fields:
                held.setdefault(name, []).append(value)
        answer = client.post(forms[0].get("action"), data=held | fields)
        assert answer.status_code == status, answer.text
        return answer


def link(page: str, part: str) -> str:
    """The first link of a page whose address holds these words; to a slip, not to the step that takes it back."""
    found = html.fromstring(page).xpath("//main//a/@href")
    return str(next(a for a in found if part in a and not a.endswith("/withdraw_slip")))


@contextmanager
def open_office(app: Flask, make: Callable[[], w.World]) -> Iterator[Office]:
    """An office on a Monday morning."""
    with clock.frozen(w.MONDAY):
        yield Office(app, make)


def steps(page: str) -> list[str]:
    """The steps that a page offers as buttons."""
    return [a.rsplit("/", 1)[1] for a in html.fromstring(page).xpath("//nav[@class='quick']/a/@href")]


def enrol(town: Office, role: str) -> tuple[str, list[str]]:
    """Sets an authenticator app up as the person does; returns its secret and the recovery codes shown."""
    page, form = "/office/me/second-factor", "//form[contains(@action, 'second-factor/app')]"
    secret = "".join(html.fromstring(town.see(role, page)).xpath("//code/text()")[0].split())
    answer = town.desk(role).send(page, form=form, code=pyotp.TOTP(secret).at(clock.now()))
    assert answer.status_code == 200, answer.text
    return secret, html.fromstring(answer.text).xpath("//ul[@class='codes']//code/text()")


@contextmanager
def decided(app: Flask, **more: Any) -> Iterator[None]:
    """The installation with other settings."""
    before = app.extensions["huiyin"]
    app.extensions["huiyin"] = dataclasses.replace(before, settings=dataclasses.replace(before.settings, **more))
    yield
    app.extensions["huiyin"] = before
