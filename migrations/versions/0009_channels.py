"""Channels: what a provider calls a message, its receipt, the register of templates, tallies, hours for text messages."""

import sqlalchemy as sa
from alembic import op

revision = '0009_channels'
down_revision = '0008_regimes'

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.add_column(sa.Column("provider", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("provider_ref", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("failed_by", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_delivery_provider_ref", "delivery", ["provider_ref"],
                    sqlite_where=sa.text("provider_ref <> ''"), postgresql_where=sa.text("provider_ref <> ''"))
    op.create_index("ix_delivery_awaited", "delivery", ["at"],
                    sqlite_where=sa.text("state = 'sent' and provider_ref <> ''"),
                    postgresql_where=sa.text("state = 'sent' and provider_ref <> ''"))
    op.add_column("institution", sa.Column("sms_hours", sa.String(), nullable=False, server_default="08:00-21:00"))
    op.create_table(
        "sms_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_sms_template_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_template")),
    )
    op.create_index("ix_sms_template_institution_id_notice_provider", "sms_template",
                    ["institution_id", "notice", "provider"], unique=True)
    op.create_table(
        "sms_tally",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sms_tally")),
    )
    op.create_index("ix_sms_tally_day", "sms_tally", ["day"])


def downgrade():
    op.drop_table("sms_tally")
    op.drop_table("sms_template")
    op.drop_column("institution", "sms_hours")
    op.drop_index("ix_delivery_awaited", table_name="delivery")
    op.drop_index("ix_delivery_provider_ref", table_name="delivery")
    with op.batch_alter_table("delivery") as batch_op:
        for name in ("asked_at", "failed_by", "provider_ref", "provider"):
            batch_op.drop_column(name)
