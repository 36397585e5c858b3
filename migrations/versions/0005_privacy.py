"""Privacy law and public figures: notices, consents, requests, legal holds, certificates, frozen releases."""

import sqlalchemy as sa
from alembic import op

revision = '0005_privacy'
down_revision = '0004_transfer'


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name):
    return sa.Column(name, sa.String(), nullable=False)


def _big(name, nullable=False):
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _number(name, nullable=False):
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _pk(table):
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def upgrade():
    op.create_table(
        "privacy_notice",
        _number("id"),
        _number("institution_id"),
        _number("number"),
        _text("sha256"),
        _text("text"),
        _moment("created_at"),
        _fk("privacy_notice", "institution_id", "institution"),
        _pk("privacy_notice"),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_privacy_notice_institution_id_number")),
    )
    op.create_table(
        "consent",
        _big("id"),
        _big("case_id"),
        _text("purpose"),
        _text("recipient"),
        _number("notice_no"),
        _text("how"),
        _number("asked_by", nullable=True),
        _moment("asked_at", nullable=True),
        _moment("given_at", nullable=True),
        _moment("refused_at", nullable=True),
        _moment("withdrawn_at", nullable=True),
        _fk("consent", "case_id", "case"),
        _fk("consent", "asked_by", "person"),
        _pk("consent"),
    )
    op.create_index(op.f("ix_consent_case_id"), "consent", ["case_id"])
    op.create_table(
        "privacy_request",
        _big("id"),
        _big("case_id"),
        _text("kind"),
        _text("text"),
        _text("state"),
        _moment("asked_at"),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        _text("reason"),
        _number("decided_by", nullable=True),
        _moment("decided_at", nullable=True),
        _fk("privacy_request", "case_id", "case"),
        _fk("privacy_request", "decided_by", "person"),
        _pk("privacy_request"),
    )
    op.create_index(op.f("ix_privacy_request_case_id"), "privacy_request", ["case_id"])
    op.create_index(op.f("ix_privacy_request_state_due_day"), "privacy_request", ["state", "due_day"])
    op.create_table(
        "legal_hold",
        _big("id"),
        _big("case_id"),
        _text("reason"),
        _number("set_by"),
        _moment("set_at"),
        _text("lift_reason"),
        _number("lifted_by", nullable=True),
        _moment("lifted_at", nullable=True),
        _fk("legal_hold", "case_id", "case"),
        _fk("legal_hold", "set_by", "person"),
        _fk("legal_hold", "lifted_by", "person"),
        _pk("legal_hold"),
    )
    op.create_index(op.f("ix_legal_hold_case_id"), "legal_hold", ["case_id"])
    op.create_table(
        "certificate",
        _number("id"),
        _number("institution_id"),
        _text("number"),
        _text("cause"),
        _number("notice_no"),
        sa.Column("rules", sa.JSON(), nullable=False),
        _number("by_id", nullable=True),
        _moment("at"),
        _fk("certificate", "institution_id", "institution"),
        _fk("certificate", "by_id", "person"),
        _pk("certificate"),
        sa.UniqueConstraint("institution_id", "number", name=op.f("uq_certificate_institution_id_number")),
    )
    op.create_table(
        "erasure",
        _big("id"),
        _number("certificate_id"),
        _big("case_id"),
        _text("part"),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        _fk("erasure", "certificate_id", "certificate"),
        _fk("erasure", "case_id", "case"),
        _pk("erasure"),
        sa.UniqueConstraint("case_id", "part", name=op.f("uq_erasure_case_id_part")),
    )
    op.create_index(op.f("ix_erasure_certificate_id"), "erasure", ["certificate_id"])
    op.create_table(
        "release",
        _number("id"),
        _number("institution_id"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        _moment("made_at"),
        _fk("release", "institution_id", "institution"),
        _pk("release"),
        sa.UniqueConstraint("institution_id", "month", name=op.f("uq_release_institution_id_month")),
    )


def downgrade():
    for table in ("release", "erasure", "certificate", "legal_hold", "privacy_request", "consent", "privacy_notice"):
        op.drop_table(table)
