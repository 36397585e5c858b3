"""Where the last notice goes after an erasure, until it has left."""

import sqlalchemy as sa
from alembic import op

revision = "0032_last_address"
down_revision = "0031_tracks"


def upgrade():
    op.create_table(
        "last_address",
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notify", sa.String(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("wrap", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_last_address_case_id_case")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_last_address_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_last_address")),
    )
    op.create_index(op.f("ix_last_address_until"), "last_address", ["until"])


def downgrade():
    op.drop_table("last_address")
