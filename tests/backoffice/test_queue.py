"""The queue and the desk: who sees what, in what order, page by page, in few statements."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from shared import clock
from tests.support import world as w
from tests.support.office import Office

NUMBER = re.compile(r"南溪投\S*?\d{4}\S*?\d+\S?")


def filed(app, world, **more) -> int:
    return world.file_case(app, **more).case_id


def listed(page: str) -> list[str]:
    """The cases of a page, in order."""
    return re.findall(r'<a href="/office/case/(\d+)" hx-get', page)


def many(town: Office, n: int) -> list[str]:
    return [str(town.made(filed, now=w.MONDAY - dt.timedelta(minutes=n - i))) for i in range(n)]


@pytest.mark.parametrize("role", ["signer", "director", "handler", "unit_head"])
def test_a_unit_has_no_queue(town: Office, role: str):
    case_id = town.made(filed)
    town.see(role, "/office/queue", status=403)
    town.see(role, f"/office/queue/preview/{case_id}", status=404)


def test_another_institution_s_cases_are_not_listed(app, town: Office):
    case_id = town.made(filed)
    other = Office(app, w.county)
    assert listed(other.see("intake", "/office/queue/all")) == []
    other.see("intake", f"/office/queue/preview/{case_id}", status=404)


@pytest.mark.parametrize("sort", ["due", "received"])
def test_pages_forward_and_back_hold_every_case_once(town: Office, sort: str):
    made = many(town, 27)
    first = town.see("intake", f"/office/queue/open?sort={sort}")
    onward = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = town.see("intake", onward)
    assert sorted([*listed(first), *listed(second)]) == sorted(made)
    back = re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&")
    assert listed(town.see("intake", back)) == listed(first)


def test_search_finds_words_of_the_story_and_the_number(town: Office):
    one = str(town.made(filed, story="食堂收费以后一直不给开发票，问了三次。"))
    town.made(filed)
    assert listed(town.see("intake", "/office/queue/all?q=开发票")) == [one]
    number = NUMBER.search(town.see("intake", f"/office/case/{one}"))[0]
    assert listed(town.see("intake", f"/office/queue/all?q={number}")) == [one]


def test_filters_narrow_the_list_and_are_said_when_nothing_is_left(town: Office):
    one = str(town.made(filed, mode="named", identity={"name": "柳小㛃"}))
    town.made(filed)
    assert listed(town.see("intake", "/office/queue/open?mode=named")) == [one]
    page = town.see("intake", "/office/queue/open?mode=behalf")
    assert "清除条件" in page
    assert "柳小㛃" not in page


def test_what_is_overdue_stands_in_its_view(town: Office):
    made = str(town.made(w.accepted))
    assert listed(town.see("intake", "/office/queue/overdue")) == []
    with clock.frozen(w.MONDAY + w.days(10)):
        town.desks.clear()
        assert listed(town.see("intake", "/office/queue/overdue")) == [made]


def test_what_is_due_today_stands_in_its_view_until_midnight(town: Office):
    made = str(town.made(w.accepted))
    morning = dt.datetime(2026, 9, 8, 1, tzinfo=dt.UTC)  # to be transferred by 17:30 of the next working day
    for at, expected in ((w.MONDAY + w.days(0.5), []), (morning, [made]), (morning + w.days(1), [])):
        town.desks.clear()
        with clock.frozen(at):
            assert listed(town.see("dispatcher", "/office/queue/today")) == expected


def test_the_preview_is_a_fragment_for_htmx_and_a_page_for_everybody_else(town: Office):
    case_id = town.made(filed)
    whole = town.see("intake", f"/office/queue/preview/{case_id}")
    part = town.desk("intake").get(f"/office/queue/preview/{case_id}", headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    assert w.STORY in part


@pytest.mark.parametrize("number", [2, 30])
def test_the_queue_costs_the_same_however_long_it_is(town: Office, count_sql, number: int):
    many(town, number)
    town.see("intake", "/office/queue/open")
    with count_sql() as sent:
        town.see("intake", "/office/queue/open")
    assert len(sent) <= 6, sent


def test_a_desk_shows_what_the_role_has_to_do(town: Office):
    _case, slip_id = town.made(w.transferred)
    assert f"/office/slip/{slip_id}" in town.see("signer", "/office/")
    for role in ("handler", "unit_head", "director", "other_signer", "archivist"):
        assert f"/office/slip/{slip_id}" not in town.see(role, "/office/")


def test_the_office_s_desk_leads_to_the_case(town: Office):
    case_id = town.made(filed)
    assert f"/office/case/{case_id}" in town.see("intake", "/office/")
    assert f"/office/case/{case_id}" not in town.see("signer", "/office/")


@pytest.mark.parametrize("asked", ["?after=x", "?after=2026-01-01~1", "?unit=x", "?before=~", "?q=%00", "?sort=x"])
def test_a_damaged_address_is_no_failure(town: Office, asked: str):
    town.see("intake", f"/office/queue/open{asked}")
