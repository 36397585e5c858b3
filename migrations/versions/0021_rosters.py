"""Duty rosters, visits and calls taken on duty, what the office did that belongs to no case."""

import sqlalchemy as sa
from alembic import op

revision = "0021_rosters"
down_revision = "0020_incidents"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _to(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade():
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("roster", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        _to("duty_shift", "institution_id", "institution"),
        _to("duty_shift", "person_id", "person"),
        _to("duty_shift", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
        sa.UniqueConstraint(
            "institution_id", "day", "part", "person_id", name=op.f("uq_duty_shift_institution_id_day_part_person_id")
        ),
    )
    op.create_table(
        "duty_call",
        sa.Column("id", BIG, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("done_at", AT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        _to("duty_call", "institution_id", "institution"),
        _to("duty_call", "case_id", "case"),
        _to("duty_call", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_call")),
    )
    op.create_index(op.f("ix_duty_call_institution_id_done_at"), "duty_call", ["institution_id", "done_at"])
    op.create_index(op.f("ix_duty_call_case_id"), "duty_call", ["case_id"])
    op.create_table(
        "office_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("others", sa.String(), nullable=False),
        sa.Column("materials", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        _to("office_record", "institution_id", "institution"),
        _to("office_record", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_record")),
    )
    op.create_index(op.f("ix_office_record_institution_id_day"), "office_record", ["institution_id", "day"])


def downgrade():
    for name in ("office_record", "duty_call", "duty_shift"):
        op.drop_table(name)
