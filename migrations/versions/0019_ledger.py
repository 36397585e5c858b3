"""The accountability ledger: findings, penalties with their approvals and parts, supervision cases."""

import sqlalchemy as sa
from alembic import op

revision = "0019_ledger"
down_revision = "0018_fields"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
YUAN = sa.Numeric(14, 2).with_variant(sa.BigInteger(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade():
    _table(
        "finding",
        {"case_id": "case!", "unit_id": "unit", "person_id": "person", "by_id": "person"},
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    _index("finding", "case_id")
    _index("finding", "unit_id")
    _table(
        "penalty",
        {
            "institution_id": "institution!",
            "case_id": "case",
            "regime_version_id": "regime_version!",
            "person_id": "person",
            "unit_id": "unit",
            "proposed_by": "person!",
            "declined_by": "person",
            "appealed_by": "person",
            "answered_by": "person",
        },
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("number", "rule", "item", "formula", "state")),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("amount", YUAN, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("reason", "comment", "appeal", "answer")),
        sa.Column("proposed_at", TIME, nullable=False),
        *(sa.Column(name, TIME, nullable=True) for name in ("noticed_at", "appealed_at", "answered_at", "paid_at")),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.UniqueConstraint(
            "institution_id", "rule", "period", "unit_id", name=op.f("uq_penalty_institution_id_rule_period_unit_id")
        ),
    )
    _index("penalty", "institution_id", "state", "id")
    _index("penalty", "institution_id", "proposed_at", "id")
    for column in ("case_id", "person_id", "unit_id"):
        _index("penalty", column)
    _table(
        "penalty_yes",
        {"penalty_id": "penalty!", "by_id": "person!"},
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.UniqueConstraint("penalty_id", "level", name=op.f("uq_penalty_yes_penalty_id_level")),
    )
    _table(
        "instalment",
        {"penalty_id": "penalty!", "taken_by": "person"},
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("amount", YUAN, nullable=False),
        sa.Column("paid_at", TIME, nullable=True),
        sa.UniqueConstraint("penalty_id", "no", name=op.f("uq_instalment_penalty_id_no")),
    )
    _index("instalment", "due_day")
    _table(
        "supervision",
        {
            "institution_id": "institution!",
            "case_id": "case!",
            "unit_id": "unit",
            "person_id": "person",
            "raised_by": "person",
            "answered_by": "person",
            "concluded_by": "person",
        },
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("misconduct", "state", "limit_id", "wanted", "answer", "conclusion")
        ),
        sa.Column("due_day", sa.Date(), nullable=True),
        sa.Column("raised_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("concluded_at", TIME, nullable=True),
    )
    _index("supervision", "institution_id", "state", "id")
    for column in ("case_id", "unit_id", "person_id"):
        _index("supervision", column)


def _table(name, keys, *columns):
    """A table with its number and its foreign keys; `case!` may not be empty."""
    big = {"case", "penalty"}
    op.create_table(
        name,
        sa.Column("id", BIG, nullable=False),
        *(
            sa.Column(column, BIG if to.strip("!") in big else sa.Integer(), nullable=not to.endswith("!"))
            for column, to in keys.items()
        ),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f"{to.strip('!')}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, to in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _index(table, *columns):
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade():
    for name in ("supervision", "instalment", "penalty_yes", "penalty", "finding"):
        op.drop_table(name)
