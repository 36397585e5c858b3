"""Every page of every shipped rule book opens, in both languages, and speaks in words instead of codes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml import html

from shared import clock
from shared.db import work
from shared.demo.filled import answer
from shared.domain import fields, regimes
from shared.domain.lifecycle import Role
from shared.domain.regimes.vocabulary import EVENTS, SPOKEN_OF
from shared.models.person import Person
from shared.services import cases
from shared.services.intake import Receipt
from shared.web.labels import label
from tests.support import regime_world as rw
from tests.support import samples
from tests.support import world as w
from tests.support.crawl import links
from tests.support.pages import CheckedClient
from tests.support.raw_words import CODE, raw_words

ROLES = ("intake", "archivist", "signer")


def opened(client: CheckedClient, address: str, lang: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, f"{address} ({lang}): {answer.status_code} {answer.location or ''}"
    found = raw_words(answer.text, lang) if answer.mimetype == "text/html" else CODE.findall(answer.text)
    assert found == [], f"{address} ({lang}): {found}"
    return str(answer.text)


def asked(book: regimes.Regime, *, person: bool) -> dict[str, str]:
    """Answers to what the rule book itself asks of a citizen, by the names of the form's fields."""
    wanted = fields.asked(book, "file", channel="web", category="")
    return {fields.name_of(one): answer(one, w.MONDAY.date()) for one in wanted if fields.of_person(one) == person}


def public_pages(client: CheckedClient, book: regimes.Regime) -> Iterator[str]:
    yield from ("/", "/rules", "/help", "/submit/how", f"/submit/what?how={book.modes[0]}")
    first = "anonymous" if "anonymous" in book.modes else book.modes[0]
    told = {"respondent": "某单位", "story": rw.STORY, **asked(book, person=False)}
    if fields.needs_files(book, "file"):
        token = html.fromstring(client.get(f"/submit/what?how={first}").text).xpath(
            "//input[@name='csrf_token']/@value"
        )
        sent = {"how": first, "csrf_token": token[0], "act": "upload", "files": (io.BytesIO(samples.jpeg()), "a.jpg")}
        client.post("/submit/evidence", data={**told, **sent})
    client.send(f"/submit/what?how={first}", **told)
    if first != "anonymous":
        yield "/submit/contact"
        client.send("/submit/contact", name="阮望舒", phone="13900001234", **asked(book, person=True))
    yield "/submit/check"
    client.send("/submit/check")
    yield from ("/submit/done", "/submit/receipt.txt")


def tell(world: rw.RegimeWorld | w.World, case_id: int) -> None:
    """All that features beside the case may record, so that timelines and clocks show it."""
    actor = world.actor("intake") if isinstance(world, w.World) else world.as_("intake")
    with work() as session:
        case = cases.lock(session, case_id)
        for kind in sorted(SPOKEN_OF):
            cases.record(session, case, kind, actor, w.MONDAY, role="intake", facts={"until": "2026-09-11"})


def made(code: str) -> rw.RegimeWorld | w.World:
    if code == "R2":
        return w.township()
    return w.county() if code == "R5" else rw.of(code)


def under_way(app: Flask, world: rw.RegimeWorld | w.World) -> tuple[int, int | None]:
    """A case as far as a unit's signature, where its way leads to a unit."""
    if isinstance(world, w.World):
        return w.signed(app, world) if "finance" in world.unit else (w.accepted(app, world), None)
    return world.signed(app) if "transfer" in world.book.routes else (world.accepted(app), None)


def names_of(world: rw.RegimeWorld | w.World) -> dict[str, str]:
    """Who signs in: the office's clerk, the archivist, a unit's signer where there is one."""
    if isinstance(world, w.World):
        return {role: world.usernames[role] for role in ROLES if role in world.usernames}
    found = {}
    with work() as session:
        for role in ROLES:
            who = next(iter(world.cast.everybody(Role(role))), None)
            if who is not None:
                found[role] = session.get_one(Person, who.person_id).username
    return found


def world_of(app: Flask, code: str) -> tuple[Receipt, dict[str, str], list[int], int | None]:
    """A fresh case, one under way, and who may see them."""
    with app.app_context():
        world = made(code)
        fresh = world.file_case(app)
        case_id, slip = under_way(app, world)
        tell(world, case_id)
        return fresh, names_of(world), [fresh.case_id, case_id], slip


def printed(address: str) -> bool:
    return "/print" in urlsplit(address).path


def staff_pages(client: CheckedClient, case_ids: list[int], slip: int | None, role: str, lang: str) -> None:
    fresh, under_way = (f"/office/case/{one}" for one in case_ids)
    starts = [fresh, under_way]
    if role == "signer":
        starts = [f"/office/slip/{slip}"] if slip else []
    if role == "intake":
        starts += [f"{fresh}/accept", f"{fresh}/refuse", f"{under_way}/classify"]
        starts += [f"{under_way}/print/{paper}" for paper in ("register", "limits", "archive")]
    for start in starts:
        page = client.get(start)
        opened(client, start, lang)
        for address in sorted({one for one in links(start, page) if printed(one)}):
            opened(client, address, lang)


def signed_in(app: Flask, name: str) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    client.send("/office/sign-in", username=name, password=w.PASSWORD)
    return client


@pytest.mark.parametrize("code", regimes.codes())
def test_every_page_of_a_rule_book_opens_and_shows_no_codes(app: Flask, code: str):
    fresh, names, case_ids, slip = world_of(app, code)
    book = regimes.of_text(regimes.shipped(code))
    with clock.frozen(w.MONDAY):
        staff = {role: signed_in(app, name) for role, name in names.items()}
        for lang in ("zh", "en"):
            citizen = app.test_client()
            citizen.get(f"/language?lang={lang}&back=/")
            for address in public_pages(citizen, book):
                opened(citizen, address, lang)
            citizen.send("/track", receipt_no=fresh.receipt_no, code=fresh.code)
            opened(citizen, "/case", lang)
            for role, client in staff.items():
                client.get(f"/language?lang={lang}&back=/")
                staff_pages(client, case_ids, slip, role, lang)


def test_every_event_of_the_vocabulary_has_words(app: Flask):
    with app.test_request_context("/"):
        assert [one for one in sorted(EVENTS) if label("event", one) == one] == []
