"""Working through the queue: steps lead back to the list, the next case is marked, nothing leads elsewhere."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.support import world as w
from tests.support.office import Office

ACCEPTED = {"category": "content", "severity": "general"}


def filed(app, world, **more) -> int:
    return world.file_case(app, **more).case_id


def three(town: Office) -> list[int]:
    return [town.made(filed, now=w.MONDAY - dt.timedelta(minutes=3 - n)) for n in range(3)]


def pane(town: Office, case_id: int, beside: str, role: str = "intake") -> str:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{beside}"}
    return town.desk(role).get(f"/office/queue/preview/{case_id}", headers=headers).text


def step(page: str, action: str) -> str:
    return re.search(rf'href="(/office/case/\d+/{action}[^"]*)"', page)[1].replace("&amp;", "&")


def test_the_pane_s_steps_carry_the_page_of_the_queue(town: Office):
    case_id = town.made(filed)
    address = step(pane(town, case_id, "/office/queue/received?category=&sort=received"), "accept")
    assert "queue=received?sort%3Dreceived" in address
    assert "queue=" not in step(town.see("intake", f"/office/queue/preview/{case_id}"), "accept")


@pytest.mark.parametrize(("sort", "expected"), [("due", 2), ("received", 0)])
def test_after_a_step_the_queue_is_shown_with_the_case_that_followed(town: Office, sort: str, expected: int):
    made = three(town)
    done = town.press("intake", f"/office/case/{made[1]}/accept?queue=received%3Fsort%3D{sort}", **ACCEPTED)
    assert done.location == f"/office/queue/received?sort={sort}#case-{made[expected]}"
    page = town.see("intake", done.location.split("#")[0])
    assert f'已办理：受理。 <a href="/office/case/{made[1]}">' in page


def test_after_the_last_case_nothing_is_marked(town: Office):
    made = three(town)
    done = town.press("intake", f"/office/case/{made[2]}/accept?queue=received", **ACCEPTED)
    assert done.location == "/office/queue/received"


def test_a_form_that_is_sent_back_still_knows_its_queue(town: Office):
    made = three(town)
    page = town.press("intake", f"/office/case/{made[0]}/accept?queue=received", status=422, category="").text
    assert f'action="/office/case/{made[0]}/accept?queue=received"' in page
    assert "返回队列" in page


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "../../x", "nowhere", "%00", "?"])
def test_an_address_from_outside_leads_nowhere_but_to_the_case(town: Office, elsewhere: str):
    case_id = town.made(filed)
    done = town.press("intake", f"/office/case/{case_id}/accept?queue={elsewhere}", **ACCEPTED)
    assert done.location == f"/office/case/{case_id}"


def test_only_what_a_queue_understands_is_carried(town: Office):
    case_id = town.made(filed)
    done = town.press("intake", f"/office/case/{case_id}/accept?queue=open%3Fmode%3Dnamed%26next%3Dx", **ACCEPTED)
    assert done.location == "/office/queue/open?mode=named"


def test_who_also_hands_on_goes_on_from_acceptance_in_one_pass(county: Office):
    case_id = county.made(filed)
    address = f"/office/case/{case_id}/accept?queue=received"
    assert "受理并指定承办人" in county.see("intake", address)
    done = county.press("intake", address, category="abuse", act="onward")
    assert done.location == f"/office/case/{case_id}/investigate?queue=received"


def test_who_does_not_hand_on_is_not_offered_it_and_cannot_force_it(town: Office):
    case_id = town.made(filed)
    assert "受理并" not in town.see("intake", f"/office/case/{case_id}/accept")
    done = town.press("intake", f"/office/case/{case_id}/accept", act="onward", **ACCEPTED)
    assert done.location == f"/office/case/{case_id}"
