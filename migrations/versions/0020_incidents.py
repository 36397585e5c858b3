"""Emergency plans: the plan's text by version, a plan at work with its steps and team, statements in public."""

import sqlalchemy as sa
from alembic import op

revision = "0020_incidents"
down_revision = "0019_ledger"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _id():
    return sa.Column("id", sa.Integer(), nullable=False)


def _to(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade():
    op.create_table(
        "plan_text",
        _id(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        _to("plan_text", "institution_id", "institution"),
        _to("plan_text", "drafted_by", "person"),
        _to("plan_text", "decided_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_text")),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_plan_text_institution_id_number")),
    )
    op.create_table(
        "incident",
        _id(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("statement_state", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        _to("incident", "institution_id", "institution"),
        _to("incident", "case_id", "case"),
        _to("incident", "plan_id", "plan_text"),
        _to("incident", "started_by", "person"),
        _to("incident", "written_by", "person"),
        _to("incident", "ended_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("case_id", name=op.f("uq_incident_case_id")),
    )
    op.create_index(op.f("ix_incident_institution_id_state"), "incident", ["institution_id", "state"])
    op.create_table(
        "incident_step",
        _id(),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        _to("incident_step", "incident_id", "incident"),
        _to("incident_step", "case_id", "case"),
        _to("incident_step", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_step")),
        sa.UniqueConstraint("incident_id", "code", name=op.f("uq_incident_step_incident_id_code")),
    )
    op.create_index(op.f("ix_incident_step_case_id"), "incident_step", ["case_id"])
    op.create_table(
        "incident_member",
        _id(),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        _to("incident_member", "incident_id", "incident"),
        _to("incident_member", "person_id", "person"),
        _to("incident_member", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_member")),
        sa.UniqueConstraint("incident_id", "group_code", "person_id", name=op.f("uq_incident_member_incident_id_group_code_person_id")),
    )
    op.create_table(
        "public_statement",
        _id(),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.Column("published_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        _to("public_statement", "institution_id", "institution"),
        _to("public_statement", "incident_id", "incident"),
        _to("public_statement", "published_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_statement")),
    )
    statements = ["institution_id", "published_at"]
    op.create_index(op.f("ix_public_statement_institution_id_published_at"), "public_statement", statements)


def downgrade():
    for name in ("public_statement", "incident_member", "incident_step", "incident", "plan_text"):
        op.drop_table(name)
