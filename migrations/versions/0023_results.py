"""What came of a case; numbers that nobody can rename, and what is known of those that are missing."""

import sqlalchemy as sa
from alembic import op

revision = "0023_results"
down_revision = "0022_approvals"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NUMBERED = {"case": "register_no", "slip": "number", "corrective_action": "number", "certificate": "number"}
WORDS = "a number is given once"


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade():
    op.create_table(
        "case_result",
        sa.Column("id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2).with_variant(sa.BigInteger(), "sqlite"), nullable=True),
        sa.Column("ticks", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _fk("case_result", "case_id", "case"),
        _fk("case_result", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_result")),
    )
    op.create_index(op.f("ix_case_result_case_id"), "case_result", ["case_id"])
    op.create_table(
        "number_gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _fk("number_gap", "institution_id", "institution"),
        _fk("number_gap", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_gap")),
        sa.UniqueConstraint(
            "institution_id", "series", "year", "n", name=op.f("uq_number_gap_institution_id_series_year_n")
        ),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "create function refuse_renaming() returns trigger language plpgsql as "
            f"$$ begin raise exception '{WORDS}'; end $$"
        )
    for table, column in NUMBERED.items():
        different = f"old.{column} is distinct from new.{column}" if postgresql else f"old.{column} is not new.{column}"
        head = f'create trigger {table}_one_number before update of {column} on "{table}" for each row when ({different})'
        if postgresql:
            op.execute(f"{head} execute function refuse_renaming()")
        else:
            op.execute(f"{head} begin select raise(abort, '{WORDS}'); end")


def downgrade():
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in NUMBERED:
        op.execute(f"drop trigger {table}_one_number" + (f' on "{table}"' if postgresql else ""))
    if postgresql:
        op.execute("drop function refuse_renaming()")
    op.drop_table("number_gap")
    op.drop_table("case_result")
