"""Which older programs may go on with this schema."""

import sqlalchemy as sa
from alembic import op

revision = '0010_backup'
down_revision = '0009_channels'


def upgrade():
    op.create_table(
        "schema_open",
        sa.Column("revision", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_open")),
    )


def downgrade():
    op.drop_table("schema_open")
