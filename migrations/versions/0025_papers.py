"""Papers that were issued with a code."""

import sqlalchemy as sa
from alembic import op

revision = "0025_papers"
down_revision = "0024_reports"


def upgrade():
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "issued_paper",
        sa.Column("id", number, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("case_id", number, nullable=False),
        sa.Column("slip_id", number, nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_issued_paper_{column}"))
            for column, target in (
                ("institution_id", "institution"),
                ("case_id", "case"),
                ("slip_id", "slip"),
                ("by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_paper")),
        sa.UniqueConstraint("code", name=op.f("uq_issued_paper_code")),
    )
    op.create_index(op.f("ix_issued_paper_case_id_form"), "issued_paper", ["case_id", "form"])


def downgrade():
    op.drop_table("issued_paper")
