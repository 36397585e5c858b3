"""Corrective and preventive action: orders with a number of their own, and what is reported of them."""

import sqlalchemy as sa
from alembic import op

revision = "0016_corrective"
down_revision = "0015_case_records"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _columns(kind, *names, nullable=False):
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def upgrade():
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "corrective_action",
        sa.Column("id", BIG, nullable=False),
        *_columns(sa.Integer(), "version", "institution_id", "regime_version_id"),
        sa.Column("case_id", BIG, nullable=True),
        *_columns(sa.String(), "number", "kind", "state"),
        *_columns(sa.Integer(), "round", "unit_id"),
        *_columns(sa.String(), "title", "text", "owner", "participants"),
        sa.Column("planned_day", sa.Date(), nullable=True),
        sa.Column("ordered_by", sa.Integer(), nullable=False),
        sa.Column("ordered_role", sa.String(), nullable=False),
        sa.Column("ordered_at", moment, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        _fk("corrective_action", "institution_id", "institution"),
        _fk("corrective_action", "regime_version_id", "regime_version"),
        _fk("corrective_action", "case_id", "case"),
        _fk("corrective_action", "unit_id", "unit"),
        _fk("corrective_action", "ordered_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_corrective_action_institution_id_number")),
    )
    op.create_index(
        op.f("ix_corrective_action_institution_id_state_planned_day_id"),
        "corrective_action",
        ["institution_id", "state", "planned_day", "id"],
    )
    op.create_index(op.f("ix_corrective_action_unit_id_state"), "corrective_action", ["unit_id", "state"])
    op.create_index(op.f("ix_corrective_action_case_id"), "corrective_action", ["case_id"])
    op.create_table(
        "action_report",
        *_columns(BIG, "id", "action_id"),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("done_day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("effective", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("verified_at", moment, nullable=True),
        _fk("action_report", "action_id", "corrective_action"),
        _fk("action_report", "case_id", "case"),
        _fk("action_report", "by_id", "person"),
        _fk("action_report", "verified_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_report")),
        sa.UniqueConstraint("action_id", "round", name=op.f("uq_action_report_action_id_round")),
    )
    op.create_index(op.f("ix_action_report_case_id"), "action_report", ["case_id"])


def downgrade():
    op.drop_table("action_report")
    op.drop_table("corrective_action")
