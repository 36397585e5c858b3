"""What is written of a common issue before it is published, and what staff note about a notice, is closed."""

import secrets

import sqlalchemy as sa
from alembic import op

from shared import case_keys, keyring

revision = "0027_drafts"
down_revision = "0026_surveys"

DRAFT = ("title", "problem", "improvement")
MARKED = ("common_issue", "notice_act")


def upgrade():
    for table in MARKED:
        op.add_column(table, sa.Column("seal_mark", sa.String(), nullable=False, server_default=""))
    for name in DRAFT:
        op.add_column("common_issue", sa.Column(f"draft_{name}", sa.String(), nullable=False, server_default=""))
    bind, keys = op.get_bind(), keyring.keys()
    issue, act = _table("common_issue", "state", "comment", *DRAFT, *map("draft_{}".format, DRAFT)), _table("notice_act", "reason")
    for row in bind.execute(sa.select(issue)).all():
        mark = secrets.token_hex(16)
        closed = {f"draft_{name}": getattr(row, name) for name in DRAFT} | {"comment": row.comment}
        values = {c: case_keys.close_own(keys, f"common_issue.{c}", mark, words) for c, words in closed.items()}
        values |= {} if row.state == "published" else dict.fromkeys(DRAFT, "")
        bind.execute(issue.update().where(issue.c.id == row.id).values(seal_mark=mark, **values))
    for row in bind.execute(sa.select(act).where(act.c.reason != "")).all():
        mark = secrets.token_hex(16)
        words = case_keys.close_own(keys, "notice_act.reason", mark, row.reason)
        bind.execute(act.update().where(act.c.id == row.id).values(seal_mark=mark, reason=words))


def downgrade():
    bind, keys = op.get_bind(), keyring.keys()
    issue, act = _table("common_issue", "comment", *DRAFT, *map("draft_{}".format, DRAFT)), _table("notice_act", "reason")
    for row in bind.execute(sa.select(issue)).all():
        at = {c: case_keys.open_own(keys, f"common_issue.{c}", row.seal_mark, getattr(row, c)) for c in ("comment", *map("draft_{}".format, DRAFT))}
        bind.execute(issue.update().where(issue.c.id == row.id).values({c.removeprefix("draft_"): words for c, words in at.items()}))
    for row in bind.execute(sa.select(act).where(act.c.reason != "")).all():
        words = case_keys.open_own(keys, "notice_act.reason", row.seal_mark, row.reason)
        bind.execute(act.update().where(act.c.id == row.id).values(reason=words))
    for name in DRAFT:
        op.drop_column("common_issue", f"draft_{name}")
    for table in MARKED:
        op.drop_column(table, "seal_mark")


def _table(name, *columns):
    return sa.table(name, sa.column("id"), sa.column("seal_mark"), *map(sa.column, columns))
