"""Sealed words: every case gets a key, what people wrote about it is closed, the search index becomes blind."""

import sqlalchemy as sa
from alembic import op

from shared import case_keys, keyring
from shared.services import search

revision = "0008_content"
down_revision = "0007_chain"

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
    _names(bind, lambda row: case_keys.close_name(keys, row.stored, row.name))
    _identities(bind, lambda where, sealed: case_keys.outer(keys, where, sealed))
    _each_case(bind, lambda case: _seal(bind, keys, case, index_keys[case.institution_id]))


def downgrade():
    bind, keys = op.get_bind(), keyring.keys()
    _renew_index()
    _names(bind, lambda row: case_keys.open_name(keys, row.stored, row.name))
    _identities(bind, lambda where, sealed: case_keys.inner(keys, where, sealed))
    _each_case(bind, lambda case: _open(bind, keys, case))
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


def _each_case(bind, change):
    case = _table("case", "institution_id", "register_no", "receipt_no", "words_key", *OF_CASE)
    last = 0
    while rows := bind.execute(sa.select(case).where(case.c.id > last).order_by(case.c.id).limit(AT_ONCE)).all():
        for row in rows:
            change(row)
        last = rows[-1].id


def _seal(bind, keys, case, index_key):
    if not any(getattr(case, name) for name in OF_CASE) and not _has_words(bind, case):
        return  # erased
    key, wrapped = case_keys.new_key(keys, case.receipt_no)
    _change(bind, case, wrapped, lambda place, words: case_keys.close_cell(keys, key, place, words))
    if case.story:
        said = search.grams("\n".join((case.register_no, case.respondent, case.story, case.wish)))
        _index(bind, case.id, search.blind(index_key, said))


def _open(bind, keys, case):
    if not case.words_key:
        return
    key = case_keys.key_of(keys, case.words_key, case.receipt_no)
    plain = {name: case_keys.open_cell(key, f"case.{name}", cell) for name in OF_CASE if (cell := getattr(case, name))}
    _change(bind, case, "", lambda place, cell: case_keys.open_cell(key, place, cell) if cell else "")
    if plain.get("story"):
        words = (case.register_no, plain.get("respondent", ""), plain["story"], plain.get("wish", ""))
        pairs = search.grams("\n".join(words))
        hexed = [pair.encode("utf-16-be").hex() for pair in pairs]  # as 0001 has it
        _index(bind, case.id, pairs if bind.dialect.name == "postgresql" else hexed)


def _has_words(bind, case):
    return any(row[name] for _, columns, row in _rows(bind, case) for name in columns)


def _change(bind, case, words_key, turn):
    table = _table("case", "words_key", *OF_CASE)
    anew = {name: turn(f"case.{name}", getattr(case, name)) for name in OF_CASE}
    bind.execute(table.update().where(table.c.id == case.id).values(words_key=words_key, **anew))
    for table, columns, row in _rows(bind, case):
        anew = {name: turn(f"{table.name}.{name}", row[name]) for name in columns}
        bind.execute(table.update().where(table.c.id == row["id"]).values(**anew))


def _rows(bind, case):
    slip = _table("slip", "case_id")
    own = sa.select(slip.c.id).where(slip.c.case_id == case.id)
    for name, columns in WORDS.items():
        table = _table(name, "slip_id" if name in OVER_SLIP else "case_id", *columns)
        mine = table.c.slip_id.in_(own) if name in OVER_SLIP else table.c.case_id == case.id
        for row in bind.execute(sa.select(table).where(mine)).mappings().all():
            yield table, columns, row


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
