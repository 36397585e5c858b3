"""Return visits after a case is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0017_return_visits"
down_revision = "0016_corrective"


def upgrade():
    op.create_table(
        "return_visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("still", sa.Boolean(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_return_visit_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_return_visit_case_id_case")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_return_visit_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_visit")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_return_visit_case_id_round")),
    )
    op.create_index("ix_return_visit_due", "return_visit", ["institution_id", "state", "due_day", "id"])
    op.create_index("ix_return_visit_done", "return_visit", ["institution_id", "done_at"])


def downgrade():
    op.drop_table("return_visit")
