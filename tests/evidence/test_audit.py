"""The auditor finds who saw or did what and when, and reads no complaint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from shared import signing
from shared.crypto import Keys
from shared.services import checkpoints, identities, staff
from tests.support import tamper
from tests.support import world as w
from tests.support.office import Office, open_office

CANARY = "金丝雀村的水井被人填了，问谁都说不知道。"
AUDIT = "/office/audit"


@pytest.fixture
def town(app: Flask) -> Iterator[Office]:
    with open_office(app, w.township) as office:
        yield office


def named(town: Office) -> int:
    return town.made(
        w.accepted, story=CANARY, mode="named", identity={"name": "金丝雀"}, contact={"phone": "13900001234"}
    )


def rows(page: str) -> int:
    return page.count("<time")


def test_the_auditor_sees_every_act_and_no_content(town: Office):
    named(town)
    page = town.see("auditor", AUDIT)
    assert rows(page) == 2
    assert "决定受理" in page
    assert "金丝雀" not in page + town.see("auditor", "/office/audit.csv")


def test_nobody_else_reads_the_audit(town: Office):
    for role in ("intake", "chief", "archivist", "signer"):
        for address in (AUDIT, "/office/audit.csv"):
            assert town.desk(role).get(address).status_code in {403, 404, 409, 422}


def test_the_auditor_opens_no_case(town: Office):
    case_id = named(town)
    assert town.desk("auditor").get(f"/office/case/{case_id}").status_code == 404
    assert town.desk("auditor").get("/office/queue").status_code in {403, 404, 409, 422}


def test_who_opened_an_identity_is_found_with_the_reason(town: Office):
    case_id = named(town)
    with town.app.app_context():
        keys: Keys = town.app.extensions["huiyin"].keys
        token = staff.open_session(town.world.usernames["intake"], w.PASSWORD, keys, w.MONDAY)
        identities.open_identity(keys, case_id, town.world.actor("intake"), w.MONDAY, reason="verify", token=token)
    page = town.see("auditor", f"{AUDIT}?kind=identity_viewed")
    assert rows(page) == 1
    assert "核实情况" in page


def test_each_filter_narrows_the_search(town: Office):
    first = town.made(w.accepted)
    town.made(w.accepted, now=w.MONDAY + w.days(3))
    with town.app.app_context():
        case = w.case_of(first)
    who = town.world.actor("intake").person_id
    asked = {f"who={who}": 2, "who=citizen": 2, "kind=accepted": 2, f"case={case.receipt_no}": 2}
    asked |= {f"case={case.register_no}": 2, "until=2026-09-07": 2, "since=2026-09-10": 2, "since=2026-09-11": 0}
    assert {query: rows(town.see("auditor", f"{AUDIT}?{query}")) for query in asked} == asked


@pytest.mark.parametrize("query", ["who=x&kind=y", "since=0001-01-01", "until=9999-12-31", "after=z", "case=%00=1"])
def test_nonsense_in_the_address_breaks_nothing(town: Office, query: str):
    town.made(w.accepted)
    town.see("auditor", f"{AUDIT}?{query}")


def test_the_list_is_paged_without_losing_or_repeating_an_act(town: Office, count_sql):
    for _ in range(30):
        town.made(w.accepted)
    first = town.see("auditor", AUDIT)
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert (rows(first), rows(town.see("auditor", following))) == (50, 10)
    with count_sql() as sent:
        town.see("auditor", AUDIT)
    assert len(sent) <= 9


def test_another_institutions_acts_stay_its_own(town: Office):
    with town.app.app_context():
        w.accepted(town.app, w.county())
    assert rows(town.see("auditor", AUDIT)) == 0


def test_a_cell_is_never_a_formula(town: Office):
    from shared.web.table_file import harmless

    assert [harmless(cell) for cell in ("=1+1", "+1", "-1", "@x", "南溪投", "")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "南溪投",
        "",
    ]


def test_the_page_checks_the_newest_events_and_tells_what_is_missing(town: Office, tmp_path):
    case_id = named(town)
    with town.app.app_context():
        checkpoints.make(signing.load(tmp_path, create=True), w.MONDAY + dt.timedelta(days=1))
    assert "核对相符" in town.desk("auditor").send(f"{AUDIT}", form="//main//form[@method='post']").text
    with town.app.app_context():
        tamper.run("delete from event where case_id = :case and seq = 2", case=case_id)
    told = town.desk("auditor").send(f"{AUDIT}", form="//main//form[@method='post']").text
    assert "少 1 条" in told


def test_whoever_opens_many_cases_stands_out(town: Office, monkeypatch: pytest.MonkeyPatch):
    from shared.services import reads

    case_id = named(town)
    monkeypatch.setattr(reads, "UNUSUAL", 3)
    for _ in range(2):
        town.see("intake", f"/office/case/{case_id}")
    assert "有人一天打开了很多投诉" not in town.see("auditor", AUDIT)
    town.see("intake", f"/office/case/{case_id}")
    assert "有人一天打开了很多投诉" in town.see("auditor", AUDIT)
