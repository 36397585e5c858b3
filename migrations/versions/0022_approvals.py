"""Chains of approval, ladders, named days; which post of the rule book a role stands for."""

import sqlalchemy as sa
from alembic import op

revision = "0022_approvals"
down_revision = "0021_rosters"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = {"institution_id": "institution", "case_id": "case", "approval_id": "approval", "laid_by": "person", "by_id": "person"}


def table(name, *columns):
    keys = [
        sa.ForeignKeyConstraint([c.name], [f"{KEYS[c.name]}.id"], name=op.f(f"fk_{name}_{c.name}"))
        for c in columns
        if c.name in KEYS
    ]
    op.create_table(
        name, sa.Column("id", BIG, nullable=False), *columns, *keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    )


def text(name):
    return sa.Column(name, sa.String(), nullable=False)


def moment(name, *, known=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not known)


def number(name, kind=None, *, known=True):
    return sa.Column(name, kind or sa.Integer(), nullable=not known)


def upgrade():
    op.add_column("role_grant", sa.Column("post", sa.String(), server_default="", nullable=False))
    op.add_column("extension", sa.Column("agreed", sa.Boolean(), server_default=sa.false(), nullable=False))
    table(
        "approval",
        number("institution_id"),
        number("case_id", BIG),
        number("round"),
        text("subject"),
        text("way"),
        sa.Column("levels", sa.JSON(), nullable=False),
        text("cause"),
        text("text"),
        text("state"),
        number("laid_by", known=False),
        moment("laid_at"),
        moment("decided_at", known=False),
    )
    asked = sa.text("state = 'asked'")
    op.create_index(op.f("ix_approval_case_id"), "approval", ["case_id"])
    op.create_index(
        "ix_approval_asked", "approval", ["institution_id", "id"], postgresql_where=asked, sqlite_where=asked
    )
    table(
        "approval_level",
        number("approval_id", BIG),
        number("case_id", BIG),
        number("level"),
        text("role"),
        text("verdict"),
        text("comment"),
        number("by_id"),
        moment("at"),
    )
    op.create_index(op.f("ix_approval_level_approval_id"), "approval_level", ["approval_id"])
    table(
        "escalation",
        number("institution_id"),
        number("case_id", BIG),
        text("was"),
        text("rung"),
        text("role"),
        text("reason"),
        number("by_id", known=False),
        moment("at"),
        moment("left_at", known=False),
    )
    here = sa.text("left_at is null")
    op.create_index(op.f("ix_escalation_case_id"), "escalation", ["case_id"])
    op.create_index(
        "ix_escalation_now", "escalation", ["institution_id", "rung"], postgresql_where=here, sqlite_where=here
    )
    table(
        "promise",
        number("case_id", BIG),
        number("round"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        text("measures"),
        text("owner"),
        number("by_id"),
        moment("at"),
    )
    op.create_index(op.f("ix_promise_case_id"), "promise", ["case_id"])


def downgrade():
    for name in ("promise", "escalation", "approval_level", "approval"):
        op.drop_table(name)
    op.drop_column("extension", "agreed")
    op.drop_column("role_grant", "post")
