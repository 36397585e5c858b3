"""Who keeps an eye on a case until it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0031_tracks"
down_revision = "0030_alone"


def upgrade():
    op.create_table(
        "case_track",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_case_track_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_track_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_track")),
    )
    op.create_index(op.f("ix_case_track_case_id"), "case_track", ["case_id"])
    op.create_index(
        "ix_case_track_now",
        "case_track",
        ["institution_id", "post"],
        postgresql_where=sa.text("left_at is null"),
        sqlite_where=sa.text("left_at is null"),
    )


def downgrade():
    op.drop_table("case_track")
