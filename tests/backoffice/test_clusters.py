"""Common issues (R2.17): enough people, words of one's own, a second person, published once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shared import clock
from shared.db import reading
from shared.models.common_issue import CommonIssue
from shared.models.outbox import OutboxRow
from shared.services import common_issues
from tests.support import world as w
from tests.support.office import Office

WORDS = {
    "title": "公开栏更新不及时",
    "problem": "部分村的公开内容没有按月更新。",
    "improvement": "今后每月五日前更新，并安排专人检查。",
}


def cases(app, world, n: int = 5, **more) -> list[int]:
    """Over more than thirty days, so that they may be published together (promises 1.7)."""
    return [world.file_case(app, w.MONDAY - w.days(31 if one == 0 else 0), **more).case_id for one in range(n)]


def drafted(town: Office, role: str = "intake", n: int = 5, **more: str) -> str:
    ids = town.made(cases, n=n)
    query = "&".join(f"case={i}" for i in ids)
    address = f"/office/clusters/new?{query}"
    held = {"act": "save", "case": [str(i) for i in ids]}
    return town.press(role, address, **(WORDS | more), **held).headers["Location"]


def issue_of(town: Office) -> CommonIssue:
    with town.app.app_context(), reading() as session:
        return session.scalars(select(CommonIssue)).one()


def test_similar_complaints_are_gathered_with_one_press(town: Office):
    ids = town.made(cases)
    page = town.see("intake", "/office/clusters")
    assert "/office/clusters/new?" in page
    assert all(f"/office/case/{i}" in page for i in ids)


def test_a_draft_goes_to_a_second_person_and_is_published_once(town: Office):
    address = drafted(town)
    town.press("intake", address)
    town.press("chief", address)
    issue = issue_of(town)
    assert (issue.state, issue.complainants) == ("approved", 5)
    with town.app.app_context():
        assert common_issues.publish(issue.id, w.MONDAY)
        assert not common_issues.publish(issue.id, w.MONDAY)
        with reading() as session:
            told = session.scalars(
                select(OutboxRow).where(OutboxRow.notice == "issue_published", OutboxRow.case_id.is_(None))
            ).all()
    assert len(told) == 1


def test_four_complaints_are_too_few(town: Office):
    assert "只有 4 位来信人" in town.press("intake", drafted(town, n=4), status=422).text


@pytest.mark.parametrize(
    ("field", "said"), [("problem", w.STORY), ("improvement", "有事请打13800138000。"), ("title", "")]
)
def test_copied_sentences_and_numbers_stop_it(town: Office, field: str, said: str):
    ids = town.made(cases)
    query = "&".join(f"case={i}" for i in ids)
    more = {**WORDS, field: said, "act": "save", "case": [str(i) for i in ids]}
    address = town.press("intake", f"/office/clusters/new?{query}", **more).headers["Location"]
    town.press("intake", address, status=422)
    assert issue_of(town).state == "draft"


def test_nobody_approves_what_they_wrote(town: Office):
    address = drafted(town, role="chief")
    town.press("intake", address)
    page = town.see("chief", address)
    assert "同意并发布" not in page
    assert issue_of(town).state == "submitted"


def test_sending_back_needs_a_reason_and_leads_to_the_draft(town: Office):
    address = drafted(town)
    town.press("intake", address)
    client = town.desk("chief")
    token = client.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{address}/send-back", data={"csrf_token": token, "comment": ""}).status_code == 422
    assert client.post(f"{address}/send-back", data={"csrf_token": token, "comment": "请写改进"}).status_code == 303
    assert "请写改进" in town.see("intake", address)


def test_a_published_notice_can_be_taken_down(town: Office):
    address = drafted(town)
    town.press("intake", address)
    town.press("chief", address)
    with town.app.app_context():
        common_issues.publish(issue_of(town).id, w.MONDAY)
    town.press("chief", address, comment="已经过时")
    assert issue_of(town).state == "withdrawn"


@pytest.mark.parametrize("role", ["signer", "handler", "unit_head"])
def test_units_have_no_part_in_it(town: Office, role: str):
    address = drafted(town)
    town.see(role, "/office/clusters", status=403)
    town.see(role, address, status=404)


def test_cases_of_a_few_days_wait_until_the_last_is_thirty_days_old(town: Office):
    ids = town.made(lambda app, world: [world.file_case(app).case_id for _ in range(5)])
    held = {"act": "save", "case": [str(i) for i in ids]}
    address = f"/office/clusters/new?{'&'.join(f'case={i}' for i in ids)}"
    place = town.press("intake", address, **WORDS, **held).headers["Location"]
    assert "30 天" in town.press("intake", place, 422).text
    town.desks.clear()
    with clock.frozen(w.MONDAY + w.days(30)):
        town.press("intake", place)


def test_no_day_hour_or_house_stands_in_a_notice(town: Office):
    place = drafted(town, problem="9月3日上午，三号楼的公开内容没有更新。")
    said = town.press("intake", place, 422).text
    assert "9月3日" in said
    assert "三号楼" in said or "号楼" in said
