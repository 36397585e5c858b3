"""What people do at a served installation, over real HTTP."""

from __future__ import annotations

import re
from typing import Any

from lxml import html

from tests.support import world
from tests.support.http import Answer, Browser
from tests.support.installation import Installation


def draft(browser: Browser, story: str = world.STORY) -> dict[str, Any]:
    """Everything up to the last page; returns what its button sends."""
    answer = browser.send("/submit/what?how=anonymous", respondent="财政所", story=story, wish="")
    assert answer.location == "/submit/check", answer.text[:3000]
    return browser.form("/submit/check")


def file(browser: Browser, story: str = world.STORY) -> tuple[str, str]:
    """Files a complaint; returns receipt number and access code as the page shows them."""
    answer = browser.post("/submit/check", draft(browser, story))
    assert answer.location == "/submit/done", answer.text[:3000]
    page = html.fromstring(browser.get("/submit/done").text)
    number, code = (page.get_element_by_id(name).text_content() for name in ("receipt-no", "access-code"))
    return re.sub(r"\D", "", number), re.sub(r"\D", "", code)


def track(browser: Browser, receipt: tuple[str, str]) -> Answer:
    """Opens the own case with the two numbers."""
    entered = browser.send("/track", receipt_no=receipt[0], code=receipt[1])
    return browser.get("/case") if entered.status == 303 else entered


def sign_in(place: Installation, role: str, ports: list[int] | None = None) -> Browser:
    """The browser of somebody of staff."""
    desk = Browser(ports or place.ports)
    answer = desk.send("/office/sign-in", username=place.world.usernames[role], password=world.PASSWORD)
    assert answer.status == 303, answer.text[:3000]
    return desk


def newest_case(desk: Browser) -> str:
    """The address of the case with the highest number in the queue."""
    links = html.fromstring(desk.get("/office/queue").text).xpath("//main//a/@href")
    numbers = [int(one.rpartition("/")[2]) for one in links if re.fullmatch(r"/office/case/\d+", one)]
    return f"/office/case/{max(numbers)}"
