"""Migrations lead up and down, and up to what the models say."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from shared.db import Base, db, reading
from shared.models.case import Case
from shared.models.corrective import CorrectiveAction
from shared.services import corrective_orders, search
from shared.services.corrective_orders import Order
from tests.support import regime_world, world

FOLDER = str(Path(__file__).resolve().parents[2] / "migrations")


def _ours(_object: object, name: str | None, kind: str, *_more: object) -> bool:
    return not (kind == "table" and (name or "").startswith("case_text"))


def test_the_models_are_what_the_migrations_make(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again_with_data(app: Flask) -> None:
    with app.app_context():
        world.township()
        db.session.remove()
        downgrade(directory=FOLDER, revision="base")
        try:
            left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
            assert not left
        finally:
            upgrade(directory=FOLDER)
        assert "case" in inspect(db.engine).get_table_names()


def test_words_are_sealed_on_the_way_up_and_plain_again_on_the_way_down(app: Flask) -> None:
    with app.app_context():
        town = world.township()
        case_id, slip_id = world.transferred(app, town, mode="named", identity={"name": "赵守田"})
        db.session.remove()
        try:
            downgrade(directory=FOLDER, revision="0011_owed")
            assert world.STORY in str(_cells())
            db.session.remove()
        finally:
            upgrade(directory=FOLDER)
        assert world.STORY not in str(_cells())
        assert (world.case_of(case_id).story, world.slip_of(slip_id).text) == (world.STORY, world.STORY)
        with reading() as session:
            where = search.matches(session, town.institution_id, world.STORY[:6])
            assert list(session.scalars(select(Case.id).where(where))) == [case_id]


def test_what_is_put_right_without_a_complaint_is_plain_again_on_the_way_down(app: Flask) -> None:
    with app.app_context():
        hospital, said = regime_world.of("R10"), "请在病区门口张贴探视时间"
        head, day = hospital.actor("desk_head"), world.MONDAY.date() + world.days(9)
        order = Order("rectification", hospital.unit(), "改进探视管理", said, day)
        action_id = corrective_orders.order_alone(head, world.MONDAY, order)
        db.session.remove()
        try:
            downgrade(directory=FOLDER, revision="0029_appointments")
            assert said in str(_cells("corrective_action"))
            db.session.remove()
        finally:
            upgrade(directory=FOLDER)
        assert said not in str(_cells("corrective_action"))
        with reading() as session:
            assert session.get_one(CorrectiveAction, action_id).text == said


def _cells(*tables: str) -> list[object]:
    with reading() as session:
        asked = [text(f'select * from "{table}"') for table in tables or ("case", "slip")]
        found: list[object] = [row for one in asked for row in session.execute(one)]
        session.rollback()
    return found
