"""Every page that a person can walk to reads as English: the standing rules see each, and none is broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html

from shared import clock
from tests.support import world as w
from tests.support.office import Office
from tests.support.pages import CheckedClient

pytestmark = pytest.mark.once
APART = ("/leave", "/language", "/sign-out", "/file/", ".csv", ".txt", "/notices.atom", "/feed", "/receipt")
WHO = {"mode": "confidential", "identity": {"name": "柳小㛃"}, "contact": {"phone": "13800138000"}}


def walk(client: CheckedClient, start: str, most: int = 120) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, address and text; the client checks each."""
    ahead, seen = [start], {start}
    while ahead and len(seen) < most:
        address = ahead.pop(0)
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            continue
        yield address, answer.text
        links = {str(a).partition("#")[0] for a in html.fromstring(answer.text).xpath("//a/@href")}
        fresh = sorted(a for a in links - seen if a.startswith("/") and not any(part in a for part in APART))
        seen.update(fresh)
        ahead += fresh


@pytest.fixture(params=[w.township, w.county], ids=["R2", "R5"])
def office(app: Flask, request: pytest.FixtureRequest) -> Iterator[Office]:
    with clock.frozen(w.MONDAY):
        yield Office(app, request.param)


def in_english(client: CheckedClient) -> CheckedClient:
    client.set_cookie("huiyin_lang", "en")
    return client


def fill(office: Office) -> None:
    """A complaint that has come far, one that is just there."""
    office.made(w.replied if "finance" in office.world.unit else w.accepted, **WHO)
    office.made(lambda app, world: world.file_case(app))


def test_public_pages_read_as_english(office: Office) -> None:
    client = in_english(office.app.test_client())  # type: ignore[arg-type]  # the app makes checked clients
    pages = dict(walk(client, "/"))
    assert len(pages) > 10
    assert all('<html lang="en"' in text and "Skip to main content" in text for text in pages.values())


def test_staff_pages_read_as_english_for_every_role(office: Office) -> None:
    fill(office)
    for role in [role for role in office.world.people if not role.startswith("other_")]:
        pages = dict(walk(in_english(office.desk(role)), "/office/"))
        assert len(pages) > 1, role
        assert all('<html lang="en"' in text for text in pages.values())


def test_filing_and_following_ones_own_case_reads_as_english(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        town = Office(app, w.township)
        client = in_english(app.test_client())  # type: ignore[arg-type]  # the app makes checked clients
        assert "for you to add or correct" in client.send("/submit/what?how=anonymous", respondent="").text
        client.send("/submit/what?how=anonymous", respondent="财政所", story=w.STORY)
        assert client.send("/submit/check").location.endswith("/done")
        assert "Receipt number" in client.get("/submit/done").text
        assert "Receipt: we have received" in client.get("/submit/receipt.txt").text
        receipt = town.made(lambda app, world: world.file_case(app))
        town.press("intake", f"/office/case/{receipt.case_id}/ask_question", text="哪一天？")
        assert client.send("/track", receipt_no=receipt.receipt_no, code=receipt.code).status_code == 303
        pages = dict(walk(client, "/case"))
        assert "We asked you a question" in pages["/case"]
        assert {"/case", "/case/answer", "/case/withdraw"} <= pages.keys()


def test_a_case_that_is_answered_and_heard_again_reads_as_english(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        town = Office(app, w.township)
        case_id, _slip = town.made(w.replied)
        town.press("intake", f"/office/case/{case_id}/feed_back", act="send", means="online")
        town.press("intake", f"/office/case/{case_id}/rate", level="bad")
        town.press("intake", f"/office/case/{case_id}/rehandle", reason="没有更新")
        page = in_english(town.desk("chief")).get(f"/office/case/{case_id}").text
        assert "To handle again" in page
        assert "Handling started again" in page
        assert "Rating by the complainant: Dissatisfied" in page
