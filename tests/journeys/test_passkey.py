"""A passkey in a real browser: set up, shown at the sign-in, shown again before a precious page."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from shared import clock
from tests.support import world as w

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
