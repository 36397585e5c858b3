"""Sealed words: every case gets a key, what people wrote about it is closed, the search index becomes blind."""

import sqlalchemy as sa
from alembic import op

from shared import case_keys, keyring
from shared.services import search

revision = "0012_content"
down_revision = "0011_owed"

OF_CASE = ("summary", "respondent", "story", "wish", "happened", "upper_body", "upper_no")
WORDS = {
    "decision": ("reason", "basis", "redirect"),
    "answer": ("text", "record"),
    "note": ("text",),
    "question": ("text", "answer"),
    "rating": ("comment", "rehandle"),
    "extension": ("reason", "comment"),
    "slip": ("text", "points", "return_reason", "return_comment"),
    "co_handling": ("reason", "comment", "opinion"),
    "reply": ("solution", "opinion", "plan", "reason", "comment"),
    "evidence_request": ("wanted", "given"),
    "recalled_copy": ("text", "points", "reason"),
    "consent": ("recipient",),
    "privacy_request": ("text", "reason"),
    "legal_hold": ("reason", "lift_reason"),
    "unseal_request": ("reason",),
}
OVER_SLIP = ("co_handling", "recalled_copy")
AT_ONCE = 500


def upgrade():
    op.add_column("case", sa.Column("words_key", sa.String(), nullable=False, server_default=""))
    op.add_column("institution", sa.Column("search_key", sa.String(), nullable=False, server_default=""))
    _renew_index()
    bind, keys = op.get_bind(), keyring.keys()
    house = _table("institution", "slug", "search_key")
    index_keys = {}
    for row in bind.execute(sa.select(house.c.id, house.c.slug)).all():
        wrapped = case_keys.new_search_key(keys, row.slug)
        bind.execute(house.update().where(house.c.id == row.id).values(search_key=wrapped))
        index_keys[row.id] = case_keys.search_key(keys, row.slug, wrapped)
    _names(bind, lambda row: case_keys.close_own(keys, "attachment.name", row.stored, row.name))
    _identities(bind, lambda where, sealed: case_keys.outer(keys, where, sealed))
    for cases in _batches(bind):
        held = {case.id: case_keys.new_key(keys, case.receipt_no) for case in cases}
        _change(bind, cases, lambda i, place, words: case_keys.close_cell(keys, held[i][0], place, words))
        case = _table("case", "words_key")
        _put(bind, case, [{"at": i, "words_key": wrapped} for i, (_key, wrapped) in held.items()])
        for one in cases:
            if one.story:  # else it is erased
                said = "\n".join((one.register_no, one.respondent, one.story, one.wish))
                _index(bind, one.id, search.blind(index_keys[one.institution_id], search.grams(said)))


def downgrade():
    bind, keys = op.get_bind(), keyring.keys()
    _renew_index()
    _names(bind, lambda row: case_keys.open_own(keys, "attachment.name", row.stored, row.name))
    _identities(bind, lambda where, sealed: case_keys.inner(keys, where, sealed))
    for cases in _batches(bind):
        held = {c.id: case_keys.key_of(keys, c.words_key, c.receipt_no) for c in cases if c.words_key}
        plain = _change(bind, cases, lambda i, at, cell: case_keys.open_cell(held[i], at, cell) if cell else "")
        for one in (case for case in plain if case["story"]):
            pairs = search.grams("\n".join((one["register_no"], one["respondent"], one["story"], one["wish"])))
            hexed = [pair.encode("utf-16-be").hex() for pair in pairs]  # as 0001 has it
            _index(bind, one["id"], pairs if bind.dialect.name == "postgresql" else hexed)
    op.drop_column("institution", "search_key")
    op.drop_column("case", "words_key")


def _names(bind, turn):
    file = _table("attachment", "stored", "name")
    last = 0
    while rows := bind.execute(sa.select(file).where(file.c.id > last).order_by(file.c.id).limit(AT_ONCE)).all():
        for row in rows:
            bind.execute(file.update().where(file.c.id == row.id).values(name=turn(row)))
        last = rows[-1].id


def _identities(bind, turn):
    """Those that are closed for groups; older ones are closed with keys that the web has put away."""
    who = sa.table("complainant", *map(sa.column, ("case_id", "identity", "contact", "wraps")))
    for case_id in bind.scalars(sa.select(who.c.case_id).where(who.c.wraps.is_not(None))).all():
        mine = who.c.case_id == case_id
        row = bind.execute(sa.select(who.c.identity, who.c.contact).where(mine)).one()
        anew = {name: turn(f"complainant|{name}|{case_id}", getattr(row, name)) for name in ("identity", "contact")}
        bind.execute(who.update().where(mine).values(**anew))


def _batches(bind):
    case = _table("case", "institution_id", "register_no", "receipt_no", "words_key", *OF_CASE)
    last = 0
    while rows := bind.execute(sa.select(case).where(case.c.id > last).order_by(case.c.id).limit(AT_ONCE)).all():
        yield rows
        last = rows[-1].id


def _change(bind, cases, turn):
    """Turns every cell of these cases; returns the cases with their cells turned."""
    turned = [dict(c._mapping) | {n: turn(c.id, f"case.{n}", getattr(c, n)) for n in OF_CASE} for c in cases]
    _put(bind, _table("case", *OF_CASE), [{"at": c["id"], **{n: c[n] for n in OF_CASE}} for c in turned])
    slip, first, last = _table("slip", "case_id"), cases[0].id, cases[-1].id
    for name, columns in WORDS.items():
        table = _table(name, "slip_id" if name in OVER_SLIP else "case_id", *columns)
        if name in OVER_SLIP:
            of, query = slip.c.case_id, sa.select(table, slip.c.case_id).join(slip, slip.c.id == table.c.slip_id)
        else:
            of, query = table.c.case_id, sa.select(table)
        rows = bind.execute(query.where(of.between(first, last))).mappings().all()
        _put(
            bind,
            table,
            [{"at": r["id"], **{c: turn(r["case_id"], f"{name}.{c}", r[c]) for c in columns}} for r in rows],
        )
    return turned


def _put(bind, table, rows):
    """All rows at once; `at` says which."""
    if rows:
        bind.execute(table.update().where(table.c.id == sa.bindparam("at")), rows)


def _table(name, *columns):
    return sa.table(name, sa.column("id"), *(sa.column(c) for c in columns))


def _renew_index():
    """Made anew, not emptied: FTS5 keeps deleted words in its segments."""
    op.execute("drop table case_text")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            'create table case_text (case_id bigint primary key references "case" (id) on delete cascade, '
            "grams text[] not null)"
        )
        op.execute("create index ix_case_text_grams on case_text using gin (grams)")
    else:
        op.execute("create virtual table case_text using fts5 (grams, content='', tokenize='ascii')")


def _index(bind, case_id, pairs):
    on_postgresql = bind.dialect.name == "postgresql"
    column, kind = ("case_id", sa.ARRAY(sa.Text())) if on_postgresql else ("rowid", sa.Text())
    index = sa.table("case_text", sa.column(column), sa.column("grams", kind))
    bind.execute(index.insert().values({column: case_id, "grams": list(pairs) if on_postgresql else " ".join(pairs)}))
