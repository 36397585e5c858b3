"""How far the counting anew has come after a change of the calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0028_recount"
down_revision = "0027_drafts"

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "recount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("last_case", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )


def downgrade():
    op.drop_table("recount")
