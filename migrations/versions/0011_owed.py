"""What people do about notices that did not go, morning digests, absences with deputies."""

import sqlalchemy as sa
from alembic import op

revision = '0011_owed'
down_revision = '0010_backup'

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state in ('failed', 'parked', 'held')")
HELD = sa.text("handler_id is not null")


def _fk(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _moment(name, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name):
    return sa.Column(name, sa.String(), nullable=False)


def upgrade():
    # not in a batch: SQLite would make the table anew
    op.add_column("person", sa.Column("notices_at_once", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_outbox_for_a_person", "outbox", ["institution_id", "state", "id"],
                    sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_case_handler", "case", ["handler_id"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        "notice_act",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outbox_id", BIG, nullable=False),
        _moment("at"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _text("kind"),
        _text("code"),
        _text("reason"),
        _moment("called_at", nullable=True),
        _fk("notice_act", "outbox_id", "outbox"),
        _fk("notice_act", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_act")),
    )
    op.create_index(op.f("ix_notice_act_outbox_id"), "notice_act", ["outbox_id"])
    op.create_table(
        "digest",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outbox_id", BIG, nullable=True),
        _fk("digest", "person_id", "person"),
        _fk("digest", "outbox_id", "outbox"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_digest_person_id_day")),
    )
    op.create_index(op.f("ix_digest_outbox_id"), "digest", ["outbox_id"])
    op.create_table(
        "digest_line",
        sa.Column("outbox_id", BIG, nullable=False),
        sa.Column("digest_id", BIG, nullable=False),
        _fk("digest_line", "outbox_id", "outbox"),
        _fk("digest_line", "digest_id", "digest"),
        sa.PrimaryKeyConstraint("outbox_id", "digest_id", name=op.f("pk_digest_line")),
    )
    op.create_index(op.f("ix_digest_line_digest_id"), "digest_line", ["digest_id"])
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        _fk("absence", "person_id", "person"),
        _fk("absence", "deputy_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id_to_day"), "absence", ["person_id", "to_day"])
    op.create_index(op.f("ix_absence_deputy_id"), "absence", ["deputy_id"])


def downgrade():
    for table in ("absence", "digest_line", "digest", "notice_act"):
        op.drop_table(table)
    op.drop_index("ix_case_handler", table_name="case")
    op.drop_index("ix_outbox_for_a_person", table_name="outbox")
    op.drop_column("person", "notices_at_once")  # not in a batch: SQLite would make the table anew
