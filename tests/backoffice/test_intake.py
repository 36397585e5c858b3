"""The register: every channel but the web, the receipt once, the name nowhere but sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared.db import reading
from shared.models.case import Case
from shared.models.complainant import Complainant
from tests.support import world as w
from tests.support.office import Office

PAGE = "/office/intake"
SPOKEN = {
    "channel": "phone",
    "mode": "confidential",
    "respondent": "财政所",
    "story": w.STORY,
    "name": "柳小㛃",
    "phone": "138 0013 8000",
}


def only_case(town: Office) -> Case:
    with town.app.app_context(), reading() as session:
        return session.scalars(select(Case)).one()


def taken(town: Office, **more: str):
    return town.desk("intake").send(PAGE, form="//main//form", **{**SPOKEN, **more})


def test_what_was_heard_is_registered_and_its_numbers_are_shown(town: Office):
    answer = taken(town)
    case = only_case(town)
    assert answer.status_code == 200
    assert case.register_no in answer.text
    assert case.receipt_no in answer.text.replace("</span>", "").replace('<span class="nowrap">', "").replace(" ", "")
    assert (case.channel, case.mode, case.state) == ("phone", "confidential", "received")


def test_the_name_is_sealed_and_stands_on_no_list(town: Office):
    taken(town)
    with town.app.app_context(), reading() as session:
        row = session.scalars(select(Complainant)).one()
    assert "柳小㛃".encode() not in row.identity
    for address in ("/office/", "/office/queue/all", f"/office/case/{row.case_id}"):
        assert "柳小㛃" not in town.see("intake", address)


def test_an_anonymous_caller_leaves_no_name_even_if_one_was_typed(town: Office):
    taken(town, mode="anonymous")
    with town.app.app_context(), reading() as session:
        assert session.scalars(select(Complainant)).all() == []


def test_the_same_form_pressed_twice_is_one_case(town: Office):
    client = town.desk("intake")
    page = client.get(PAGE).text
    held = {
        name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in ("csrf_token", "form_key")
    }
    for _ in range(2):
        answer = client.post(PAGE, data={**SPOKEN, **held})
    assert only_case(town)
    assert "查询码" not in answer.text


def test_it_may_have_come_earlier_but_not_later_than_now(town: Office):
    assert taken(town, received_at="2026-09-08T09:00").status_code == 422
    assert taken(town, received_at="2026-09-04T15:30").status_code == 200
    assert only_case(town).received_at.isoformat() == "2026-09-04T07:30:00+00:00"


def test_what_an_upper_body_sent_down_needs_its_name_and_its_day(town: Office):
    assert taken(town, channel="upper").status_code == 422
    facts = {"upper_body": "市监察局", "upper_no": "市监〔2026〕8 号", "upper_due": "2026-09-18"}
    assert taken(town, channel="upper", **facts).status_code == 200
    case = only_case(town)
    assert (case.upper_body, str(case.upper_due)) == ("市监察局", "2026-09-18")


@pytest.mark.parametrize("field", ["story", "respondent", "name"])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(town: Office, field: str):
    answer = taken(town, **{field: "", "wish": "请公开名单"})
    assert answer.status_code == 422
    assert "请公开名单" in answer.text
    assert 'class="errsum"' in answer.text


def test_a_similar_case_is_shown_and_blocks_nothing(town: Office):
    first = town.made(lambda app, world: world.file_case(app)).register_no
    answer = taken(town)
    assert answer.status_code == 200
    assert first in answer.text


@pytest.mark.parametrize("role", ["dispatcher", "chief", "signer"])
def test_only_who_takes_in_registers(town: Office, role: str):
    town.see(role, PAGE, status=403)
