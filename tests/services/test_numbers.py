"""The numbering law in the database: given once, never renamed, never twice, every gap explained (R1.04, R6.04)."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import cli
from shared.db import work
from shared.models.case import Case
from shared.models.case_bar import CaseBar
from shared.models.corrective import CorrectiveAction
from shared.models.slip import Slip
from shared.services import corrective_orders, numbers
from shared.services.corrective_orders import Order
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.rows import refusal

COLUMNS = [("case", "register_no"), ("slip", "number"), ("corrective_action", "number")]


@pytest.fixture
def company(db) -> rw.RegimeWorld:
    return rw.of("R1")


def filled(app, company: rw.RegimeWorld) -> tuple[int, int]:
    case_id, slip_id = company.signed(app)
    order = Order("corrective", company.unit(), "检查", "每月检查。", w.MONDAY.date())
    corrective_orders.order_for_case(case_id, company.actor("desk"), w.MONDAY, order)
    return case_id, slip_id


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_r1_04_r6_04_no_row_can_be_renamed(app, company, table, column):
    filled(app, company)
    with pytest.raises(DBAPIError, match="a number is given once"), work() as session:
        session.execute(text(f"update \"{table}\" set {column} = {column} || 'x'"))
    with work() as session:  # the same number again is no renaming
        session.execute(text(f'update "{table}" set {column} = {column}'))


@pytest.mark.parametrize(("model", "column"), [(Case, "register_no"), (Slip, "number"), (CorrectiveAction, "number")])
def test_r1_04_r6_04_no_row_can_be_renamed_by_the_program_either(app, company, model, column):
    filled(app, company)
    with pytest.raises(DBAPIError, match="a number is given once"), work() as session:
        setattr(session.query(model).first(), column, "另一个编号")


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_r1_04_r6_04_no_number_is_given_twice(app, company, table, column):
    filled(app, company)
    with work() as session:
        row = dict(session.execute(text(f'select * from "{table}"')).mappings().first() or {})
    row |= {"id": row["id"] + 1000} | ({"receipt_no": "00000000000"} if "receipt_no" in row else {})
    names = ", ".join(f'"{name}"' for name in row)
    copied = ", ".join(":id" if name == "id" else f'"{name}"' for name in row)
    if "receipt_no" in row:
        copied = copied.replace('"receipt_no"', "'00000000000'")
    with pytest.raises(DBAPIError, match=r"(?i)unique"), work() as session:
        session.execute(
            text(f'insert into "{table}" ({names}) select {copied} from "{table}" limit 1'), {"id": row["id"]}
        )


def seen(company: rw.RegimeWorld, role: str = "desk") -> dict[str, list[tuple[int, int, str]]]:
    found = numbers.of_year(company.actor(role), 2026)
    return {one.series: [(s.first, s.last, s.fate) for s in one.stretches] for one in found}


def lose(case_id: int) -> None:
    """A case that was never there: what a gap in the sequence looks like."""
    with work() as session:
        for table in ("clock", "outbox", "case_text", "complainant"):
            column = "rowid" if table == "case_text" and session.get_bind().dialect.name == "sqlite" else "case_id"
            if column == "rowid":
                continue
            session.execute(text(f"delete from {table} where {column} = :i"), {"i": case_id})
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("drop trigger event_no_delete"))
        else:
            session.execute(text("alter table event disable trigger event_no_delete"))
        session.execute(text("delete from event where case_id = :i"), {"i": case_id})
        if session.get_bind().dialect.name != "sqlite":
            session.execute(text("alter table event enable trigger event_no_delete"))
        for table in ("visit", "evidence_leaf"):
            session.execute(text(f"delete from {table} where case_id = :i"), {"i": case_id})
        session.execute(text('delete from "case" where id = :i'), {"i": case_id})


def test_r1_04_r6_04_every_number_of_the_year_is_accounted_for(app, company):
    filled(app, company)
    company.file_case(app)
    assert seen(company) == {"register": [(1, 2, "kept")], "slip": [(1, 1, "kept")], "action": [(1, 1, "kept")]}
    assert numbers.of_year(company.actor("desk"), 2025)[0].stretches == []


def test_r1_04_r6_04_a_gap_shows_and_is_explained_once(app, company):
    gone = company.file_case(app).case_id
    company.file_case(app)
    lose(gone)
    assert seen(company)["register"] == [(1, 1, "missing"), (2, 2, "kept")]
    desk = company.actor("desk")
    say = dict(series="register", year=2026, reason="登记时停电，没有写成。")
    assert refusal(numbers.explain, desk, w.MONDAY, n=2, **say) == "not_a_gap"
    assert refusal(numbers.explain, desk, w.MONDAY, n=3, **say) == "not_a_gap"
    assert refusal(numbers.explain, desk, w.MONDAY, n=1, **(say | {"reason": " "})) == "reason"
    assert refusal(numbers.explain, desk, w.MONDAY, n=1, **(say | {"series": "x"})) == "not_a_gap"
    assert cli.account_for(cli.parser().parse_args(["numbers", "2026"])) == 1
    numbers.explain(desk, w.MONDAY, n=1, **say)
    assert seen(company)["register"] == [(1, 1, "explained"), (2, 2, "kept")]
    assert refusal(numbers.explain, desk, w.MONDAY, n=1, **say) == "explained_before"
    assert cli.account_for(cli.parser().parse_args(["numbers", "2026"])) == 0


def test_units_neither_see_nor_explain_the_sequences(app, company):
    team = company.actor("team")
    assert refusal(numbers.of_year, team, 2026) == "not_yours"
    assert refusal(numbers.explain, team, w.MONDAY, series="register", year=2026, n=1, reason="x") == "not_yours"


def test_a_case_that_is_kept_from_the_reader_is_a_number_like_any_other(app, company):
    case_id = company.file_case(app).case_id
    company.file_case(app)
    with work() as session:
        who = company.actor("desk").person_id
        session.add(CaseBar(case_id=case_id, person_id=who, named=True, by_id=who, at=w.MONDAY))
    assert seen(company)["register"] == [(1, 2, "kept")]


def test_institutions_count_for_themselves(app, company):
    other = rw.of("R6")
    company.file_case(app)
    assert {one.series: one.last for one in numbers.of_year(other.as_("archivist"), 2026)} == {
        "register": 0,
        "slip": 0,
        "action": 0,
    }
