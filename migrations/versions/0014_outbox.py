"""The outbox as a queue: priorities, leases with a token, counted faults; a row for each periodic duty."""

import sqlalchemy as sa
from alembic import op

revision = "0014_outbox"
down_revision = "0013_watch"

QUEUED = sa.text("state = 'queued'")
URGENT = "('received', 'identity_urgent', 'identity_asked', 'clock_overdue')"


def upgrade():
    op.drop_index("ix_outbox_todo", table_name="outbox")
    # Plain additions: neither engine rewrites the table, and old code can go on inserting.
    op.add_column("outbox", sa.Column("priority", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))
    op.add_column("outbox", sa.Column("faults", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("outbox", sa.Column("lease", sa.String(), nullable=True))
    op.execute(f"update outbox set priority = 0 where state = 'queued' and notice in {URGENT}")
    op.execute("update outbox set priority = 2 where state = 'queued' and notice like 'issue%'")
    todo = ["priority", "not_before", "id"]
    op.create_index("ix_outbox_todo", "outbox", todo, postgresql_where=QUEUED, sqlite_where=QUEUED)
    # Otherwise the question which due dates a newly published year moves reads a million rows every half minute.
    provisional = {
        "postgresql_where": sa.text("provisional and stopped_at is null"),
        "sqlite_where": sa.text("provisional = 1 and stopped_at is null"),
    }
    op.create_index("ix_clock_provisional", "clock", ["due_day"], **provisional)
    op.create_table(
        "duty",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duty")),
    )


def downgrade():
    op.drop_table("duty")
    op.drop_index("ix_clock_provisional", table_name="clock")
    # What older code doesn't know is for a person in its words too: it will never go by itself.
    op.execute("update outbox set state = 'failed', outcome = state where state in ('parked', 'held')")
    op.execute("update outbox set state = 'sent' where state in ('delivered', 'replaced')")
    op.drop_index("ix_outbox_todo", table_name="outbox")
    for name in ("lease", "faults", "priority"):
        op.drop_column("outbox", name)
    op.create_index("ix_outbox_todo", "outbox", ["not_before", "id"], postgresql_where=QUEUED, sqlite_where=QUEUED)
