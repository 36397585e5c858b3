"""Watching and limiting: the security record, which gives up no line before its time; cases set aside; second signatures."""

import sqlalchemy as sa
from alembic import op

revision = '0013_watch'
down_revision = '0012_content'

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = "security_record is kept as it is"
REQUEST_KEYS = {
    "institution_id": "institution",
    "case_id": "case",
    "unit_id": "unit",
    "asked_by": "person",
    "decided_by": "person",
}
PARTIAL = (
    ("ix_case_text_mark", ["received_at"], "text_mark <> ''"),
    ("ix_case_held", ["institution_id", "id"], "held_at is not null"),
)
KEPT_DAYS = 184  # half a year (网络安全法); how much longer is the profile's to say


def upgrade():
    op.create_table(
        "security_record",
        sa.Column("id", BIG, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_security_record_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_security_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_record")),
    )
    op.create_index("ix_security_record_institution_id_at_id", "security_record", ["institution_id", "at", "id"])
    op.create_index("ix_security_record_at", "security_record", ["at"])
    op.create_table(
        "transfer_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("co_units", sa.JSON(), nullable=False),
        sa.Column("points", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_transfer_request_{column}"))
            for column, target in REQUEST_KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_request")),
    )
    op.create_index(op.f("ix_transfer_request_case_id"), "transfer_request", ["case_id"])
    op.create_index(op.f("ix_transfer_request_institution_id_state"), "transfer_request", ["institution_id", "state"])
    op.add_column("case", sa.Column("text_mark", sa.String(), nullable=False, server_default=""))
    op.add_column("case", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    for name, columns, rows in PARTIAL:
        where = sa.text(rows)
        op.create_index(name, "case", columns, postgresql_where=where, sqlite_where=where)
    for statement in _triggers():
        op.execute(statement)


def _triggers():
    """No line changes; none goes before half a year is over."""
    if op.get_bind().dialect.name == "postgresql":
        yield (
            "create function security_record_kept() returns trigger language plpgsql as "
            f"$$ begin raise exception '{WORDS}'; end $$"
        )
        call = "execute function security_record_kept()"
        young = f"old.at > now() - interval '{KEPT_DAYS} days'"
        yield f"create trigger security_record_no_update before update on security_record for each row {call}"
        yield f"create trigger security_record_no_delete before delete on security_record for each row when ({young}) {call}"
        yield f"create trigger security_record_no_truncate before truncate on security_record for each statement {call}"
    else:
        act = f"begin select raise(abort, '{WORDS}'); end"
        young = f"old.at > datetime('now', '-{KEPT_DAYS} days')"
        yield f"create trigger security_record_no_update before update on security_record {act}"
        yield f"create trigger security_record_no_delete before delete on security_record when {young} {act}"


def downgrade():
    op.drop_table("transfer_request")
    for name, _columns, _rows in PARTIAL:
        op.drop_index(name, "case")
    op.drop_column("case", "held_at")
    op.drop_column("case", "text_mark")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop table security_record cascade")
        op.execute("drop function security_record_kept()")
    else:
        op.drop_table("security_record")
