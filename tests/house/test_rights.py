"""Every address × method × visitor answers as docs/rights.toml says; an address that isn't written there fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import clock, rights
from shared.domain.errors import Refused
from shared.domain.lifecycle import Role, Route, SlipState, State, slip_step_of, step_of
from shared.rights import Line
from shared.web.labels import label
from tests.support import rights as r
from tests.support import world as w

LINES = {(line.page, line.method): line for line in rights.lines()}
LAST = ("office.sign_out", "portal.case_leave", "portal.case_withdraw", "portal.leave")
"""What ends a visit or a case comes at the end of the walk."""


PUBLIC = {"nobody", "citizen", "intake", "system_admin"}
"""Who walks the public pages too: a staff session is not sent there, so the others would be nobody."""


@pytest.fixture
def scene(app: Flask) -> Iterator[r.Scene]:
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.frozen(w.MONDAY):
        yield r.scene(app)
    app.config["WTF_CSRF_ENABLED"] = True


def written(line: Line, visitor: str, step: str) -> str:
    """What the matrix says; where it points to the table of steps, what that says."""
    foreign = visitor in r.ROLE_OF
    role = r.ROLE_OF.get(visitor, visitor)
    said = line.answer(role, foreign=foreign)
    if said != "steps":
        return said
    try:
        if line.steps == "case":
            step_of(step, State.HANDLING, [Role(role)], [Route.TRANSFER])
        else:
            slip_step_of(step, SlipState.SIGNED, [Role(role)])
    except Refused as error:
        return "told" if error.code == "not_yours" else "open"
    return "open"


def given(answer: TestResponse) -> str:
    """What was answered, as the matrix calls it."""
    if "/office/sign-in" in answer.headers.get("Location", ""):
        return "sign-in"
    named = {403: "told", 404: "hidden", 410: "gone"}
    return named.get(answer.status_code, "open" if answer.status_code in {200, 303, 409, 422} else answer.status)


def test_every_address_and_method_has_its_line_and_no_line_is_left_over(app: Flask) -> None:
    real = {(r.plain(x.rule), m) for x in app.url_map.iter_rules() for m in (x.methods or set()) & {"GET", "POST"}}
    assert real - set(LINES) == set(), "write them into docs/rights.toml"
    assert set(LINES) - real == set(), "no such address any more"


@pytest.mark.parametrize("visitor", r.VISITORS)
def test_every_address_answers_as_it_is_written(app: Flask, scene: r.Scene, visitor: str) -> None:
    wrong, browser = [], scene.client(visitor)
    for rule in sorted(app.url_map.iter_rules(), key=lambda x: (x.endpoint in LAST, x.rule)):
        if rule.endpoint in LAST:
            browser = scene.client(visitor)  # the one before has ended what the next one needs
        if not rule.rule.startswith("/office") and visitor not in PUBLIC:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            line = LINES[r.plain(rule.rule), method]
            for address, step in r.addresses(rule, scene.values):
                data = scene.fields(rule.endpoint) if method == "POST" else None
                with browser.open(address, method=method, data=data) as answer:
                    seen, said = given(answer), written(line, visitor, step)
                # Whoever is signed in is led from the sign-in's second step and out of the office the same way.
                if seen != said and not (seen == "sign-in" and rule.endpoint in {"office.sign_in_second", LAST[0]}):
                    wrong.append(f"{method} {address}: {seen}, written is {said}")
    assert wrong == []


def test_the_page_for_people_is_made_from_the_matrix(app: Flask) -> None:
    with app.app_context():
        assert rights.PAGE.read_text(encoding="utf-8") == rights.page(label), "python -m shared.cli rights"


def test_no_administrator_takes_part_in_a_case() -> None:
    places = ("/office/case", "/office/slip", "/office/queue", "/office/clusters", "/office/help", "/office/file")
    handling = [line for line in rights.lines() if line.page.startswith(places)]
    admins = {"system_admin", "security_admin", "auditor"}
    assert len(handling) > 15
    assert all(not admins & (line.open | line.seen) for line in handling)
