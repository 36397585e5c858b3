"""What is put right without a complaint is closed as all other words of no case are."""

import secrets

import sqlalchemy as sa
from alembic import op

from shared import case_keys, keyring

revision = "0030_alone"
down_revision = "0029_appointments"

WORDS = {"corrective_action": ("title", "text", "owner", "participants"), "action_report": ("text", "comment")}


def upgrade():
    for name in WORDS:
        op.add_column(name, sa.Column("seal_mark", sa.String(), nullable=False, server_default=""))
    bind, keys = op.get_bind(), keyring.keys()
    for name, table, row in _alone(bind):
        mark = secrets.token_hex(16)
        values = {c: case_keys.close_own(keys, f"{name}.{c}", mark, getattr(row, c)) for c in WORDS[name]}
        bind.execute(table.update().where(table.c.id == row.id).values(seal_mark=mark, **values))


def downgrade():
    bind, keys = op.get_bind(), keyring.keys()
    for name, table, row in _alone(bind):
        values = {c: case_keys.open_own(keys, f"{name}.{c}", row.seal_mark, getattr(row, c)) for c in WORDS[name]}
        bind.execute(table.update().where(table.c.id == row.id).values(values))
    for name in WORDS:
        op.drop_column(name, "seal_mark")


def _alone(bind):
    """Each row about no case, with its table."""
    for name, columns in WORDS.items():
        table = sa.table(name, *map(sa.column, ("id", "case_id", "seal_mark", *columns)))
        for row in bind.execute(sa.select(table).where(table.c.case_id.is_(None))).all():
            yield name, table, row
