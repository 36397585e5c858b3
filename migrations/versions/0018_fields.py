"""The rule book's own fields of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0018_fields"
down_revision = "0017_return_visits"


def upgrade():
    op.create_table(
        "case_field",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slip_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_field_case_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_case_field_slip_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_case_field_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_field")),
    )
    op.create_index(op.f("ix_case_field_case_id"), "case_field", ["case_id"])


def downgrade():
    op.drop_table("case_field")
