"""What people wrote about a case: a thief of the database reads none of it, and nothing opens in a foreign place."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import StatementError

from shared import clock, sealed
from shared.db import Base, db, reading, work
from shared.models.case import Case
from shared.models.common_issue import CommonIssue
from shared.models.notice import NoticeAct
from shared.models.outbox import OutboxRow
from shared.models.slip import Slip
from shared.sealed import Sealed
from shared.services import (
    answers,
    common_issues,
    corrective,
    corrective_orders,
    decisions,
    erasing,
    notice_acts,
    quarter_keys,
    queries_case,
    queries_corrective,
    queries_papers,
    replies,
    search,
    slips,
    sweeps,
)
from shared.services.answers import Told
from shared.services.corrective_orders import Order
from shared.services.replies import Proposal
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.office import Office
from tests.support.world import MONDAY, World

CANARY = "金丝雀喙"


def told(app: Flask, world: World) -> int:
    """A case in which everybody has written the mark."""
    case_id, slip_id = w.signed(app, world, story=f"{CANARY}{w.STORY}", wish=CANARY, respondent=f"{CANARY}站")
    intake = world.actor("intake")
    decisions.add_note(case_id, intake, MONDAY, text=CANARY)
    slips.assign_section(slip_id, world.actor("director"), MONDAY, section_id=world.unit["finance"])
    replies.submit(slip_id, world.actor("handler"), MONDAY, Proposal(outcome="solved", solution=CANARY, opinion=CANARY))
    replies.decide(slip_id, world.actor("unit_head"), MONDAY, approved=True, comment=CANARY)
    replies.hand_in(slip_id, world.actor("signer"), MONDAY)
    answers.feed_back(case_id, intake, MONDAY, Told("online", f"{CANARY}已经更新。"))
    answers.rate(case_id, w.CITIZEN, MONDAY, level="bad", comment=CANARY)
    return case_id


def raw() -> str:
    """Every cell of every table, as it lies there."""
    with reading() as session:
        tables = inspect(db.engine).get_table_names()
        return "\n".join(str(row) for t in tables for row in session.execute(text(f'select * from "{t}"')))


def test_a_thief_of_the_database_reads_nothing_that_anybody_wrote(app: Flask, township: World) -> None:
    case_id = told(app, township)
    assert CANARY not in raw()
    assert w.STORY[:4] not in raw()
    if db.engine.dialect.name == "sqlite":
        place = Path(str(db.engine.url.database))
        assert not [p for p in place.parent.glob(f"{place.name}*") if CANARY.encode() in p.read_bytes()]
    view = queries_case.case_view(case_id, township.actor("intake"), MONDAY)
    assert view.case.story == f"{CANARY}{w.STORY}"
    with reading() as session:
        papers = {paper.kind: paper for paper in queries_papers.papers_of(session, case_id)}
    assert (papers["note"].text, papers["rating"].text, papers["answer"].text) == (
        CANARY,
        CANARY,
        f"{CANARY}已经更新。",
    )


def test_whatever_can_be_erased_of_a_case_is_sealed_and_the_other_way_round() -> None:
    words = {(m.__tablename__, c) for m, columns in erasing.WORDS for c in columns}
    marks = {"text_mark"}  # keyed, no words
    words |= {("case", c) for c in set(erasing.OF_CASE) - marks} | {
        ("recalled_copy", c) for c in ("text", "points", "reason")
    }
    words |= {("co_handling", c) for c in ("reason", "comment", "opinion")}
    words |= {("unseal_request", "reason"), ("attachment", "name")}  # their rows go as a whole
    words |= {(table, column) for table, column, _mark in quarter_keys.OWN_WORDS}  # of no case, or of many
    columns = [c for t in Base.metadata.sorted_tables for c in t.c if isinstance(c.type, Sealed)]
    assert {(c.table.name, c.name) for c in columns} == words
    assert all(c.type.place == f"{c.table.name}.{c.name}" for c in columns)


def test_words_that_nobody_closed_never_get_into_a_row(app: Flask, township: World) -> None:
    case_id = township.file_case(app).case_id
    with pytest.raises(StatementError, match="closed"), work() as session:
        session.execute(update(Case).where(Case.id == case_id).values(story="写在外面的话"))


@pytest.fixture
def two(town: Office) -> tuple[int, int]:
    return tuple(town.made(lambda app, world: world.file_case(app).case_id) for _ in range(2))


SWAPS = {
    "other case": 'update "case" set story = (select story from "case" where id = :b) where id = :a',
    "other column": 'update "case" set story = summary where id = :a and :b > 0',
    "other key": 'update "case" set words_key = (select words_key from "case" where id = :b) where id = :a',
    "no key": """update "case" set words_key = '' where id = :a and :b > 0""",
    "plain words": """update "case" set story = 'forged' where id = :a and :b > 0""",
}


@pytest.mark.parametrize("swap", SWAPS)
def test_an_envelope_in_a_foreign_place_is_a_clear_page_and_the_queue_goes_on(
    town: Office, two: tuple[int, int], swap: str
) -> None:
    with town.app.app_context(), work() as session:
        session.execute(text(SWAPS[swap]), {"a": two[0], "b": two[1]})
    assert "这一件的内容打不开" in town.see("intake", f"/office/case/{two[0]}", 409)
    assert w.STORY in town.see("intake", f"/office/case/{two[1]}")
    town.see("intake", "/office/queue")
    town.see("intake", "/office/")
    with town.app.app_context():
        sweeps.watch_clocks(MONDAY + w.days(60))


def test_a_slip_that_holds_another_one_s_words_shows_them_to_nobody(town: Office) -> None:
    (_, one), (_, other) = (town.made(w.transferred) for _ in range(2))
    with town.app.app_context(), work() as session:
        swap = "update slip set text = (select text from slip where id = :b) where id = :a"
        session.execute(text(swap), {"a": one, "b": other})
    assert w.STORY not in town.see("signer", f"/office/slip/{one}", 409)
    assert w.STORY in town.see("signer", f"/office/slip/{other}")


def test_what_is_said_after_the_words_are_erased_has_a_key_of_its_own(app: Flask, township: World) -> None:
    case_id = township.file_case(app).case_id
    with work() as session:
        session.execute(text("""update "case" set words_key = '', story = '' where id = :i"""), {"i": case_id})
    decisions.add_note(case_id, township.actor("intake"), MONDAY, text=CANARY)
    with reading() as session:
        assert [paper.text for paper in queries_papers.papers_of(session, case_id)] == [CANARY]
    assert CANARY not in raw()


def found(world: World, needle: str) -> int:
    with reading() as session:
        where = search.matches(session, world.institution_id, needle)
        return len(session.scalars(select(Case.id).where(where)).all())


def test_the_index_finds_words_it_doesn_t_hold(app: Flask, township: World) -> None:
    case_id = township.file_case(app, story=f"{CANARY}{w.STORY}").case_id
    assert found(township, CANARY) == found(township, w.STORY[:6]) == 1
    assert found(township, "查无此词") == 0
    with reading() as session:
        held = session.execute(text("select * from case_text")).all()
    pairs = search.grams(CANARY)
    assert not [p for p in pairs if p in str(held) or p.encode("utf-16-be").hex() in str(held)]
    with work() as session:
        search.drop(session, session.get_one(Case, case_id))
    assert found(township, CANARY) == 0


def test_institutions_hash_the_same_pair_differently(app: Flask, township: World) -> None:
    other = w.county()
    with reading() as session:
        one, two = (search._key(session, i) for i in (township.institution_id, other.institution_id))
    assert set(search.blind(one, ["公开"])).isdisjoint(search.blind(two, ["公开"]))


def test_a_slip_s_words_change_and_stay_sealed(app: Flask, township: World) -> None:
    _case, slip_id = w.transferred(app, township)
    with work() as session:
        session.get_one(Slip, slip_id).points = CANARY
    assert w.slip_of(slip_id).points == CANARY
    assert CANARY not in raw()
    assert sealed.sealed_columns(inspect(Slip))["points"] == "slip.points"


def lies(table: str) -> str:
    """Everything that a table holds, as it lies there."""
    with work() as session:
        return "".join(str(row) for row in session.execute(text(f'select * from "{table}"')))


def test_a_common_issue_lies_closed_until_it_is_published_and_again_when_it_is_withdrawn(
    app: Flask, township: World
) -> None:
    chief = township.actor("chief")
    said = common_issues.Words(CANARY, f"{CANARY}问题", f"{CANARY}改进")
    issue_id = common_issues.save(None, township.actor("intake"), MONDAY, said, [])
    assert CANARY not in lies("common_issue")
    assert common_issues.view(issue_id, chief).issue.problem == said.problem
    with work() as session:
        session.execute(update(CommonIssue).values(state="approved"))
    assert common_issues.publish(issue_id, MONDAY)
    assert lies("common_issue").count(CANARY) == 3
    common_issues.withdraw(issue_id, chief, MONDAY, comment=f"{CANARY}有误")
    assert CANARY not in lies("common_issue")
    assert common_issues.view(issue_id, chief).issue.comment == f"{CANARY}有误"


def test_what_staff_note_about_a_notice_lies_closed_and_moves_on_to_the_next_quarter(
    app: Flask, township: World
) -> None:
    township.file_case(app)
    with work() as session:
        session.execute(update(OutboxRow).values(state="failed"))
        outbox_id = session.scalars(select(OutboxRow.id)).first() or 0
    notice_acts.drop(outbox_id, township.actor("intake"), f"{CANARY}已当面知道", MONDAY)
    assert CANARY not in lies("notice_act")
    keys, before = app.extensions["huiyin"].keys, lies("notice_act")
    with clock.frozen(clock.now() + w.days(95)):
        assert quarter_keys.renew(keys) > 0
    assert lies("notice_act") != before
    with work() as session:
        assert session.scalars(select(NoticeAct.reason)).all() == [f"{CANARY}已当面知道"]


def test_what_is_put_right_without_a_complaint_lies_closed_is_found_and_moves_on(app: Flask, db) -> None:
    hospital = rw.of("R10")
    head, unit = hospital.actor("desk_head"), hospital.unit()
    order = Order("rectification", unit, f"{CANARY}题目", f"{CANARY}请张贴探视时间", MONDAY.date() + w.days(9))
    alone = corrective_orders.order_alone(head, MONDAY, order)
    of_case = corrective_orders.order_for_case(hospital.signed(app)[0], head, MONDAY, order)
    corrective.report(alone, hospital.actor("dept_head"), MONDAY, text=f"{CANARY}已经张贴", done_day=MONDAY.date())
    assert CANARY not in lies("corrective_action") + lies("action_report")
    with clock.frozen(clock.now() + w.days(95)):
        assert quarter_keys.renew(app.extensions["huiyin"].keys) > 0
    found, _ = queries_corrective.listed(head, queries_corrective.Asked("all", words=f"{CANARY}请张贴"), MONDAY)
    assert [row[0].id for row in found] == [of_case, alone]
    view = queries_corrective.action_view(alone, head, MONDAY)
    assert (view.action.text, view.reports[0].text) == (order.text, f"{CANARY}已经张贴")
