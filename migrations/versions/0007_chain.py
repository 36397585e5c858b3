"""Evidence: a MAC on every event, checkpoints, published roots, triggers that refuse to change or delete them."""

import sqlalchemy as sa
from alembic import op

revision = '0007_chain'
down_revision = '0006_scan'

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What nobody may change; an event may get the MAC that it lacks, once.
KEPT = {"event": "old.mac <> ''", "checkpoint": "", "evidence_day": "", "evidence_leaf": ""}
WORDS = "this record is kept as it is"


def upgrade():
    # No batch here or in any later migration of this table: a copied table would lose its triggers.
    op.add_column("event", sa.Column("mac", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_event_at", "event", ["at", "id"])
    op.create_index("ix_event_kind_at", "event", ["kind", "at", "id"])
    op.create_index("ix_event_actor_at", "event", ["actor_id", "at", "id"])
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_event", BIG, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "checkpoint_sent",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint_sent")),
    )
    op.create_table(
        "evidence_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("last_event", BIG, nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_evidence_day_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_day")),
        sa.UniqueConstraint("institution_id", "day", name=op.f("uq_evidence_day_institution_id_day")),
    )
    op.create_table(
        "evidence_leaf",
        sa.Column("case_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_evidence_leaf_case_id")),
        sa.ForeignKeyConstraint(["day_id"], ["evidence_day.id"], name=op.f("fk_evidence_leaf_day_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_evidence_leaf")),
        sa.UniqueConstraint("code", name=op.f("uq_evidence_leaf_code")),
    )
    op.create_table('case_read',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_read_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'day', name=op.f('pk_case_read'))
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create function refuse_change() returns trigger language plpgsql as "
            f"$$ begin raise exception '{WORDS}'; end $$"
        )
    for table, when in KEPT.items():
        for statement in _triggers(table, when):
            op.execute(statement)


def _triggers(table, when):
    """One statement for each way to lose a row or what it says."""
    condition = f"when ({when})" if when else ""
    if op.get_bind().dialect.name == "postgresql":
        call = "execute function refuse_change()"
        yield f"create trigger {table}_no_update before update on {table} for each row {condition} {call}"
        yield f"create trigger {table}_no_delete before delete on {table} for each row {call}"
        yield f"create trigger {table}_no_truncate before truncate on {table} for each statement {call}"
    else:
        act = f"begin select raise(abort, '{WORDS}'); end"
        yield f"create trigger {table}_no_update before update on {table} {condition} {act}"
        yield f"create trigger {table}_no_delete before delete on {table} {act}"


def downgrade():
    engine = op.get_bind().dialect.name
    for table in KEPT:
        for kind in ("update", "delete", "truncate") if engine == "postgresql" else ("update", "delete"):
            op.execute(f"drop trigger {table}_no_{kind}" + (f" on {table}" if engine == "postgresql" else ""))
    if engine == "postgresql":
        op.execute("drop function refuse_change()")
    for table in ("evidence_leaf", "evidence_day", "checkpoint_sent", "checkpoint", "case_read"):
        op.drop_table(table)
    for name in ("ix_event_actor_at", "ix_event_kind_at", "ix_event_at"):
        op.drop_index(name, "event")
    with op.batch_alter_table("event") as batch_op:
        batch_op.drop_column("mac")
