"""Reports with their calendar: figures as handed in, corrections, records, settings; places above the units."""

import sqlalchemy as sa
from alembic import op

revision = "0024_reports"
down_revision = "0023_results"

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("regime_version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=True),
        sa.Column("drafted_at", MOMENT, nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_report_institution_id")),
        sa.ForeignKeyConstraint(["regime_version_id"], ["regime_version.id"], name=op.f("fk_report_regime_version_id")),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name=op.f("fk_report_drafted_by")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_report_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "institution_id",
            "code",
            "period_from",
            "period_to",
            name=op.f("uq_report_institution_id_code_period_from_period_to"),
        ),
    )
    op.create_index(op.f("ix_report_institution_id_state_due_day"), "report", ["institution_id", "state", "due_day"])
    op.create_table(
        "report_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_correction_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_correction")),
    )
    op.create_index(op.f("ix_report_correction_report_id"), "report_correction", ["report_id"])
    op.create_table(
        "report_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("takers", sa.String(), nullable=False),
        sa.Column("conclusions", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_record_report_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_report_record_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_record")),
    )
    op.create_index(op.f("ix_report_record_report_id"), "report_record", ["report_id"])
    op.create_table(
        "report_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_report_setting_institution_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_report_setting_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_setting")),
        sa.UniqueConstraint("institution_id", "key", name=op.f("uq_report_setting_institution_id_key")),
    )
    op.create_table(
        "tier_node",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_tier_node_institution_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["tier_node.id"], name=op.f("fk_tier_node_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_node")),
    )
    op.create_index(op.f("ix_tier_node_institution_id"), "tier_node", ["institution_id"])
    op.create_table(
        "tier_member",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tier_member_unit_id")),
        sa.ForeignKeyConstraint(["node_id"], ["tier_node.id"], name=op.f("fk_tier_member_node_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_tier_member")),
    )


def downgrade():
    for table in ("tier_member", "tier_node", "report_setting", "report_record", "report_correction", "report"):
        op.drop_table(table)
