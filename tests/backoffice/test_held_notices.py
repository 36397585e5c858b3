"""Many notices at once wait for the head's yes (W1.03)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from shared.db import work
from shared.models.admin_act import AdminAct
from shared.models.case_bar import CaseBar
from shared.models.outbox import OutboxRow
from shared.services import sending
from tests.support import world as w
from tests.support.office import Office

HELD = "/office/notices?state=held"


@pytest.fixture
def town(town: Office, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    state = app.extensions["huiyin"]
    sms = replace(state.settings.sms, sms_bulk_from=3)
    monkeypatch.setitem(app.extensions, "huiyin", replace(state, settings=replace(state.settings, sms=sms)))
    return town


def accepted(town: Office, how_many: int, notify: str = "sms") -> None:
    """So many complaints accepted in one go."""
    who = {"identity": {"name": "赵守田"}, "contact": {"phone": "13900001234", "email": "a@example.cn"}}
    with town.app.app_context():
        for _ in range(how_many):
            town.world.file_case(town.app, mode="named", notify=notify, **who)
        with work() as session:
            session.execute(update(OutboxRow).values(state="dropped"))
            ids = list(session.scalars(select(OutboxRow.case_id).distinct()))
    asked = "&".join(f"case={one}" for one in ids)
    classes = {f"category-{one}": "content" for one in ids} | {f"severity-{one}": "general" for one in ids}
    town.press("intake", f"/office/bulk/accept?{asked}", **classes)


def counts(town: Office) -> dict[str, int]:
    with town.app.app_context(), work() as session:
        told = select(OutboxRow.state, func.count()).where(OutboxRow.notice == "accepted")
        return dict(session.execute(told.group_by(OutboxRow.state)).all())


@pytest.mark.parametrize(
    ("how_many", "notify", "state"), [(2, "sms", "queued"), (3, "email", "queued"), (3, "sms", "held")]
)
def test_only_many_text_messages_at_once_wait(town: Office, how_many: int, notify: str, state: str):
    accepted(town, how_many, notify)
    assert counts(town) == {state: how_many}


def test_what_waits_is_not_sent(town: Office):
    accepted(town, 3)
    with town.app.app_context():
        taken = set()
        while (row := sending.claim(w.MONDAY + w.days(1))) is not None:
            taken.add(row)
        with work() as session:
            held = set(session.scalars(select(OutboxRow.id).where(OutboxRow.state == "held")))
    assert len(held) == 3
    assert not held & taken


def test_the_head_sees_how_many_and_the_words_and_agrees(town: Office):
    accepted(town, 3)
    page = town.see("chief", HELD)
    assert "3 条通知" in page
    assert "已受理，预计" in page
    town.press("chief", HELD, decision="yes")
    assert counts(town) == {"queued": 3}
    assert "现在没有这样的通知" in town.see("chief", HELD)


def test_a_no_leaves_it_to_a_person_and_is_on_record(town: Office):
    accepted(town, 3)
    town.press("chief", HELD, decision="no")
    assert counts(town) == {"failed": 3}
    with town.app.app_context(), work() as session:
        act = session.scalars(select(AdminAct).where(AdminAct.kind == "notices_refused")).one()
        assert (act.actor_id, act.facts["count"]) == (town.world.actor("chief").person_id, 3)


def test_what_came_after_the_page_was_made_is_not_decided_unseen(town: Office):
    accepted(town, 3)
    with town.app.app_context(), work() as session:
        newest = session.scalars(select(func.max(OutboxRow.id)).where(OutboxRow.state == "held")).one()
    town.press("chief", HELD, decision="yes", heap=f"accepted|citizen|bulk|{newest - 1}")
    assert counts(town)["held"] == 1


@pytest.mark.parametrize("heap", ["", "x", "accepted|citizen|bulk|", "accepted|citizen|bulk|9\x009", "a|b|c|²"])
def test_a_form_that_names_nothing_changes_nothing(town: Office, heap: str):
    accepted(town, 3)
    town.press("chief", HELD, status=409, decision="yes", heap=heap)
    assert counts(town) == {"held": 3}


def test_neither_yes_nor_no_decides_nothing(town: Office):
    accepted(town, 3)
    town.press("chief", HELD, status=422)
    assert counts(town) == {"held": 3}


@pytest.mark.parametrize("role", ["intake", "dispatcher", "handler", "system_admin"])
def test_nobody_but_the_head_agrees(town: Office, role: str):
    accepted(town, 3)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', town.see(role, "/office/me"))[0]
    form = {"csrf_token": token, "heap": "accepted|citizen|bulk|999", "decision": "yes"}
    assert town.desk(role).post("/office/notices/held", data=form).status_code == 403
    assert counts(town) == {"held": 3}


def test_the_desk_sees_what_waits_and_no_button(town: Office):
    accepted(town, 3)
    assert "decision" not in town.see("intake", HELD)
    assert "decision" in town.see("chief", HELD)


def test_a_head_whom_a_case_is_about_neither_counts_nor_releases_its_notice(town: Office):
    accepted(town, 3)
    with town.app.app_context(), work() as session:
        case_id, chief = session.scalars(select(func.min(OutboxRow.case_id))).one(), town.world.actor("chief").person_id
        session.add(CaseBar(case_id=case_id, person_id=chief, named=True, by_id=chief, at=w.MONDAY))
    assert "2 条通知" in town.see("chief", HELD)
    town.press("chief", HELD, decision="yes")
    assert counts(town) == {"queued": 2, "held": 1}
