"""Every page that three people of an office reach by its links, on a telephone: nothing sideways, nothing too small."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from shared.db import work
from shared.demo import beside, follow_up
from shared.domain.visibility import Actor
from shared.models.person import Person
from tests.journeys.conftest import Opens
from tests.journeys.window import SCROLLS, Window
from tests.support import axe
from tests.support import regime_world as rw
from tests.support.world import MONDAY, PASSWORD

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.once,
    pytest.mark.parametrize("script", [True], indirect=True, ids=["script"]),
]
ELSEWHERE = re.compile(r"\.(csv|xlsx|pdf|docx|zip)\b|/(csv|pdf|xlsx|evidence-pack|file|print)\b|sign-out")
"""Files to take away, and papers, which have a look of their own."""
LINKS = "all => all.map(a => a.getAttribute('href')).filter(href => href && href.startsWith('/office'))"
WAITS = "() => !document.querySelector('.htmx-request')"
AT_LEAST = {"intake": 20, "signer": 5, "security_admin": 5}
"""So many pages there are for each of them at least: a crawl that stops at the first page proves nothing."""


@pytest.fixture
def office(app: Flask) -> rw.RegimeWorld:
    """A property company under R25: visits, a survey, corrective action, trainings, reports, and complaints."""
    with app.app_context():
        world = rw.of("R25")
        world.answered(app)
        world.file_case(app)
        world.signed(app)
        beside.fill(world.cast, MONDAY)
        follow_up.survey(world.cast, app.extensions["huiyin"].keys, MONDAY)
    return world


def sits_down(phone: Window, app: Flask, who: Actor) -> None:
    with app.app_context(), work() as session:
        username = session.get_one(Person, who.person_id).username
    phone.goes_to("/office/")
    phone.writes("用户名", username)
    phone.writes("密码", PASSWORD)
    phone.presses("登录")


def kind(address: str) -> tuple[str, ...]:
    """Pages that differ in a number or in what was asked look alike."""
    parts = urlsplit(address)
    return (re.sub(r"/\d+\b", "/0", parts.path), *sorted(name for name, _value in parse_qsl(parts.query)))


def walks(phone: Window) -> Iterator[str]:
    """Opens one page of each kind that links lead to, from the desk on."""
    waiting, seen = ["/office/"], set[tuple[str, ...]]()
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        if kind(address) in seen or ELSEWHERE.search(address):
            continue
        seen.add(kind(address))
        answer = phone.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"
        phone.page.wait_for_function(WAITS)
        yield address
        waiting += phone.page.eval_on_selector_all("a[href]", LINKS)


@pytest.mark.parametrize("role", AT_LEAST)
def test_every_page_of_the_office_is_sound_on_a_telephone(
    app: Flask, office: rw.RegimeWorld, opens: Opens, role: str
) -> None:
    phone = opens(Window, width=375, height=812)
    sits_down(phone, app, office.as_(role, 0 if role == "signer" else None))
    wrong: dict[str, list[str]] = {}
    opened = 0
    for address in walks(phone):
        opened += 1
        found = [f"{wide} px too wide"] if (wide := phone.page.evaluate(SCROLLS)) > 0 else []
        found += [f"lower than 44 px: {one}" for one in phone.small_targets(44)]
        found += axe.faults(phone.page)
        if found:
            wrong[address] = found
    assert wrong == {}
    assert opened >= AT_LEAST[role]
