"""What everybody may read: published common issues, and figures that tell nobody about a single person."""

import datetime as dt
from collections.abc import Iterator
from itertools import product
from xml.etree import ElementTree

import pytest
from flask import Flask

from shared import clock
from shared.db import work
from shared.domain.small_numbers import LEAST, safe
from shared.models.common_issue import CommonIssue
from shared.services import queries_figures
from tests.support import world
from tests.support.pages import CheckedClient

NOW = world.MONDAY
NEXT_MONTH = dt.datetime(2026, 10, 9, 2, 0, tzinfo=dt.UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def town(app: Flask) -> Iterator[world.World]:
    queries_figures.forget()
    with app.app_context():
        made = world.township()
    with clock.frozen(NEXT_MONTH):
        yield made
    queries_figures.forget()


def publish(town: world.World, title: str, *, state: str = "published", day: int = 1) -> int:
    at = NOW + dt.timedelta(days=day)
    person = town.actor("chief").person_id
    with work() as session:
        issue = CommonIssue(
            institution_id=town.institution_id,
            state=state,
            title=title,
            problem=f"{title}：公开栏 100% 的内容没有按月更新。",
            improvement="每月五日前更新，并有人检查。",
            complainants=12,
            drafted_by=person,
            drafted_at=at,
            published_at=at,
        )
        issue.show(public=state == "published")
        session.add(issue)
        session.flush()
        return issue.id


def test_only_published_issues_are_seen(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        known, draft = publish(town, "公开栏不更新"), publish(town, "还在起草", state="draft")
    text = client.get("/notices").text
    assert "公开栏不更新" in text
    assert "还在起草" not in text
    assert "每月五日前更新" in client.get(f"/notices/{known}").text
    assert client.get(f"/notices/{draft}").status_code == 404


def test_search_takes_every_character_as_it_is_and_keeps_the_word(
    app: Flask, client: CheckedClient, town: world.World
) -> None:
    with app.app_context():
        publish(town, "公开栏不更新")
    assert "公开栏不更新" in client.get("/notices?q=100%25").text
    nothing = client.get("/notices?q=_%25_").text
    assert "没有找到含“_%_”的公告" in nothing
    assert 'value="_%_"' in nothing


def test_pages_are_numbered_and_any_number_leads_to_one(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        for n in range(11):
            publish(town, f"第{n}个问题", day=n)
    assert "第10个问题" in client.get("/notices").text
    for number in ("2", "9999"):
        text = client.get(f"/notices?page={number}").text
        assert "第0个问题" in text
        assert "第10个问题" not in text
    assert client.get("/notices?page=²&q=\x00").status_code == 200


def test_list_is_answered_alone_where_htmx_asks(app: Flask, client: CheckedClient, town: world.World) -> None:
    part = client.get("/notices", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="notices"' in part


def test_feed_holds_the_newest_with_lasting_addresses(app: Flask, client: CheckedClient, town: world.World) -> None:
    with app.app_context():
        publish(town, "收费 < 公示 & 解释")
        publish(town, "新的", day=3)
    answer = client.get("/notices.atom")
    feed = ElementTree.fromstring(answer.data)
    assert answer.mimetype == "application/atom+xml"
    assert [e.findtext(f"{ATOM}title") for e in feed.iter(f"{ATOM}entry")] == ["新的", "收费 < 公示 & 解释"]
    assert all(e.findtext(f"{ATOM}id", "").startswith("http") for e in feed.iter(f"{ATOM}entry"))


@pytest.mark.parametrize(("cells", "most"), [(1, 30), (2, 20), (3, 13), (4, 8)])
def test_no_small_number_can_be_worked_out_by_somebody_who_knows_the_rule_and_the_total(cells: int, most: int) -> None:
    worlds: dict[tuple, list[tuple[int, ...]]] = {}
    for values in product(range(most + 1), repeat=cells):
        shown = safe({str(at): n for at, n in enumerate(values)})
        total = sum(values) if sum(values) >= LEAST else None
        worlds.setdefault((total, *shown.values()), []).append(values)
    for (_, *shown), alike in worlds.items():
        for at in (at for at, n in enumerate(shown) if n is None):
            possible = {values[at] for values in alike}
            assert len(possible) > 1 or min(possible) >= LEAST, (shown, alike)
    assert all(n is None or n == 0 or n >= LEAST for key in worlds for n in key[1:])
