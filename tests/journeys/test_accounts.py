"""Accounts in a real browser: a passkey from its setting up to a precious page, and pages that all can read."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from shared import clock
from tests.support import world as w
from tests.support.axe import faults

pytestmark = pytest.mark.e2e
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_a_key(browser: Browser) -> Page:
    """A window with a security key in it."""
    page = browser.new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return page


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/office/sign-in")
    page.fill("#username", username)
    page.fill("#password", w.PASSWORD)
    page.click("button[type=submit]")


def test_a_passkey_is_set_up_and_opens_the_office_and_a_precious_page(app: Flask, live: str, chromium: Browser) -> None:
    site = live.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    with clock.frozen(w.MONDAY), app.app_context():
        world = w.township()
        case_id, name = w.accepted(app, world), world.usernames["chief"]
        page = with_a_key(chromium)
        sign_in(page, site, name)
        page.goto(f"{site}/office/me/second-factor")
        page.click("form[action='/office/me/passkeys'] button")
        page.wait_for_selector("ul.codes")
        page.click(".self button")
        sign_in(page, site, name)
        page.wait_for_url("**/sign-in/second")
        page.click("form[data-passkey] button")
        page.wait_for_url("**/office/")
        with clock.frozen(w.MONDAY + dt.timedelta(minutes=20)):
            page.goto(f"{site}/office/case/{case_id}/identity")
            page.click("form[data-passkey] button")
            page.wait_for_url("**/identity")
        page.close()


PAGES = {
    "system_admin": ["admin/people", "admin/people/new", "admin/people/1", "admin/people/5/close", "admin/units"],
    "security_admin": ["admin/people/1"],
    "auditor": ["admin/acts"],
    "chief": ["me/account", "me/second-factor"],
}


@pytest.mark.parametrize("role", PAGES)
def test_the_pages_of_accounts_can_be_read_and_used_by_all(app: Flask, live: str, chromium: Browser, role: str) -> None:
    with clock.frozen(w.MONDAY), app.app_context():
        world = w.township()
        page = chromium.new_page(viewport={"width": 360, "height": 740})
        sign_in(page, live, world.usernames[role])
        page.wait_for_url(lambda address: "sign-in" not in address)
        for place in PAGES[role]:
            page.goto(f"{live}/office/{place}")
            assert faults(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
        page.close()
