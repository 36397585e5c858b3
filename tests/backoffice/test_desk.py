"""The desk: how much waits, what comes first, and nothing where nothing waits."""

from __future__ import annotations

import re

import pytest

from shared import clock
from shared.services import slips
from tests.support import world as w
from tests.support.office import Office


def filed(app, world, **more) -> int:
    return world.file_case(app, **more).case_id


def tiles(page: str) -> dict[str, str]:
    return dict(re.findall(r'<a href="#heap-(\w+)"[^>]*><b>([^<]+)</b>', page))


def first(page: str) -> str | None:
    found = re.search(r'<a class="btn primary" href="([^"]+)" data-key="O"', page)
    return found[1] if found else None


def test_each_heap_has_its_tile_with_its_number(town: Office):
    for _ in range(2):
        town.made(filed)
    town.made(w.replied)
    assert tiles(town.see("intake", "/office/")) == {"accept": "2", "feed_back": "1"}


def test_a_long_heap_tells_how_many_it_holds_in_all(town: Office):
    for _ in range(15):
        town.made(filed)
    assert tiles(town.see("intake", "/office/")) == {"accept": "15"}


def test_a_long_heap_that_nobody_counts_says_that_there_are_more(town: Office):
    for _ in range(13):
        town.made(w.transferred)
    assert tiles(town.see("signer", "/office/")) == {"sign": "12+"}


def test_the_number_of_what_is_overdue_comes_from_the_queue(town: Office):
    for _ in range(14):
        town.made(w.accepted)
    with clock.frozen(w.MONDAY + w.days(10)):
        found = tiles(town.see("dispatcher", "/office/"))
    assert (found["overdue"], found["transfer"]) == ("14", "14")


def test_the_most_urgent_piece_of_work_is_one_press_away(town: Office):
    town.made(w.accepted, now=w.MONDAY)
    urgent = town.made(w.accepted, now=w.MONDAY - w.days(3))
    page = town.see("dispatcher", "/office/")
    assert first(page) == f"/office/case/{urgent}"
    assert "打开最急的一件" in page


def test_what_one_does_oneself_comes_before_what_one_only_watches(town: Office):
    town.made(w.accepted, now=w.MONDAY - w.days(20))
    mine = town.made(filed)
    page = town.see("intake", "/office/")
    assert "overdue" in tiles(page)
    assert first(page) == f"/office/case/{mine}"


def test_a_unit_is_led_to_its_slip(town: Office):
    _case, slip_id = town.made(w.transferred)
    assert first(town.see("signer", "/office/")) == f"/office/slip/{slip_id}"


@pytest.mark.parametrize("role", ["archivist", "handler"])
def test_where_nothing_waits_there_is_no_button(town: Office, role: str):
    page = town.see(role, "/office/")
    assert (tiles(page), first(page)) == ({}, None)
    assert "现在没有等您办理的事项" in page


def test_a_withdrawn_slip_is_the_dispatcher_s_again(town: Office):
    case_id, slip_id = town.made(w.transferred)
    with town.app.app_context():
        slips.withdraw(slip_id, town.world.actor("dispatcher"), w.MONDAY)
    assert first(town.see("dispatcher", "/office/")) == f"/office/case/{case_id}"
