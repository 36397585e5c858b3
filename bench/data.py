"""N complaints in the real schema: a dozen are taken through the real services, then multiplied in SQL.

Every copy has its own numbers, words and dates (moved by whole weeks, so that working days stay working days), with
all that belongs to it: events, clocks, slips, replies, answers, ratings, sent notices, the search index, the tallies.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, String, Table, func, insert, select, text
from sqlalchemy.orm import Session

from shared import case_keys, clock, crypto, sealed
from shared.config import ROOT
from shared.db import Base, UtcDateTime, db, work
from shared.domain import receipts
from shared.domain.numbering import paper_no, summary_of
from shared.domain.visibility import CITIZEN
from shared.models.case import Case
from shared.models.counter import Counter
from shared.models.institution import Institution
from shared.services import answers, cases, decisions, search
from shared.services.answers import Told
from tests.support import world as worlds

STRIDE = 1000
"""Row k of a copy has the number STRIDE × copy + k, so that what points to it needs no looking up."""
CHUNK = 5000
WORDS = ("receipt_no", "register_no", "access_hash", "words_key", "respondent", "summary", "story")
COPY = Table(
    "bench_copy",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("proto", Integer),
    Column("days", Integer),
    Column("minutes", Integer),
    *(Column(name, String) for name in (*WORDS, "copy")),
)
OWN = {
    "case": {name: f"c.{name}" for name in WORDS} | {"form_key": "null"},
    "slip": {"number": "c.n || '-' || t.number", "text": "c.copy"},
    "outbox": {"state": "'sent'", "done_at": "t.created_at"},
}
PLACES = ("东门村", "西河村", "南溪社区", "北坡村", "柳树湾", "石桥镇", "红旗路", "建设街", "老粮站", "新市场")
MATTERS = ("村务公开栏没有更新", "低保名单没有公示", "修路款项说不清楚", "办证窗口没有人", "垃圾站气味很大")
DETAILS = ("问了几次都说过几天再办", "电话一直打不通", "墙上的通知是去年的", "排队两个小时后被告知改天再来")
OFFICES = ("财政所", "村镇建设办", "便民服务中心", "水务站", "综合执法队")


@dataclass
class Filled:
    """What a visitor needs to know of the filled database."""

    slug: str
    username: str
    password: str
    receipts: list[tuple[str, str]]
    rare: str
    common: str


def fill(app: Flask, n: int, *, running: bool = False) -> Filled:
    """Migrates the app's empty database and fills it with n complaints; with `running`, none of them at its end."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        world = worlds.township()
        protos = [one for one in _protos(app, world) if not running or _is_open(one[0])]
        copies = _copies(app, world.institution_id, protos, n)
        _multiply([copy for copy, *_ in copies], [said for *_, said in copies], world.institution_id)
        with work() as session:
            slug = session.get_one(Institution, world.institution_id).slug
        known = [(copy["receipt_no"], code) for copy, code, _ in copies[:: max(1, len(copies) // 200)]]
        db.session.remove()
        db.engine.dispose()
    return Filled(slug, world.usernames["intake"], worlds.PASSWORD, known, rare="第4217号", common="公开")


def _protos(app: Flask, world: worlds.World) -> list[tuple[int, int]]:
    """One case at each stage, as (id, how many in a hundred stand there); a third is open."""
    now = clock.now()
    monday = (now - dt.timedelta(days=now.weekday() + 7)).replace(hour=1, minute=0)

    def answered() -> int:
        case_id, _ = worlds.replied(app, world, monday)
        answers.feed_back(case_id, world.actor("intake"), monday, Told("online", "公开栏已更新，谢谢您。"))
        return case_id

    def rated() -> int:
        case_id = answered()
        answers.rate(case_id, CITIZEN, monday, level="good")
        return case_id

    def closed() -> int:
        case_id = rated()
        answers.close(case_id, world.actor("intake"), monday)
        return case_id

    def archived() -> int:
        case_id = closed()
        answers.archive(case_id, world.actor("archivist"), monday)
        return case_id

    def refused() -> int:
        case_id = world.file_case(app, monday).case_id
        decisions.refuse(
            case_id,
            world.actor("intake"),
            monday,
            ground="scope",
            reason="不属于受理范围。",
            basis="办法第三条",
            redirect="县信访局",
        )
        return case_id

    return [
        (world.file_case(app, monday).case_id, 4),
        (worlds.accepted(app, world, monday), 4),
        (worlds.transferred(app, world, monday)[0], 5),
        (worlds.signed(app, world, monday)[0], 8),
        (worlds.approved(app, world, monday)[0], 4),
        (worlds.replied(app, world, monday)[0], 6),
        (answered(), 8),
        (rated(), 6),
        (closed(), 5),
        (archived(), 44),
        (refused(), 6),
    ]


def _is_open(case_id: int) -> bool:
    with work() as session:
        return session.get_one(Case, case_id).is_open


def _copies(
    app: Flask, institution_id: int, protos: list[tuple[int, int]], n: int
) -> list[tuple[dict[str, Any], str, str]]:
    """What is each copy's own, with its access code and the words for the index, oldest first.

    A copy has the key of its first case under its own number, for the envelopes beside it are copied as they are.
    """
    rng, keys, year = random.Random(n), app.extensions["huiyin"].keys, clock.now().year
    with work() as session:
        prefix = session.get_one(Institution, institution_id).register_prefix
        still_open = set(session.scalars(select(Case.id).where(Case.is_open)))
        rows = session.execute(select(Case.id, Case.words_key, Case.receipt_no))
        held = {i: case_keys.key_of(keys, wrapped, receipt_no) for i, wrapped, receipt_no in rows}
    drawn = rng.choices([p for p, _ in protos], [weight for _, weight in protos], k=n - len(protos))
    weeks = sorted(((rng.randrange(5 if p in still_open else 156), p) for p in drawn), reverse=True)
    made: list[tuple[dict[str, Any], str, str]] = []
    given, draw = set[str](), partial(receipts.new_receipt_no, rng.randrange)
    for number, (back, proto) in enumerate(weeks, 1):
        receipt_no = next(n for n in iter(draw, "") if n not in given)  # of 200 000, some are drawn twice
        given.add(receipt_no)
        code = receipts.new_access_code(rng.randrange)
        story = _story(rng, number)
        own = {"n": number, "proto": proto, "days": 7 * back, "minutes": rng.randrange(400), "receipt_no": receipt_no}
        own |= {
            "register_no": paper_no(prefix, year, number + STRIDE),
            "access_hash": crypto.hash_quickly(keys, receipt_no, code),
        }
        words = {"respondent": rng.choice(OFFICES), "summary": summary_of(story), "story": story}
        own |= {k: case_keys.close_cell(keys, held[proto], f"case.{k}", said) for k, said in words.items()}
        own |= {"copy": case_keys.close_cell(keys, held[proto], "slip.text", story)}
        own |= {"words_key": case_keys.wrap(keys, held[proto], receipt_no)}
        made.append((own, code, "\n".join((str(own["register_no"]), words["respondent"], story))))
    return made


def _story(rng: random.Random, number: int) -> str:
    parts = [rng.choice(PLACES), rng.choice(MATTERS), "，", rng.choice(DETAILS), "，", rng.choice(DETAILS), "。"]
    return f"我住在{''.join(parts)}门牌是第{number}号，请把结果公开，并告诉我们什么时候能办好。"


def _multiply(copies: list[dict[str, Any]], said: list[str], institution_id: int) -> None:
    with work() as session:
        COPY.create(session.connection())
        for at in range(0, len(copies), CHUNK):
            session.execute(insert(COPY), copies[at : at + CHUNK])
        copied = [t for t in _numbered() if t.name == "case" or _to(t, "case")]
        for table in copied:
            _copy_rows(session, table, {t.name for t in copied})
        _index_words(session, copies, said, institution_id)
        _tally(session, institution_id, len(copies))
        COPY.drop(session.connection())
    _settle()


def _numbered() -> list[Table]:
    return [t for t in Base.metadata.sorted_tables if "id" in t.c and isinstance(t.c.id.type, (Integer, BigInteger))]


def _to(table: Table, target: str) -> bool:
    return any(key.column.table.name == target for key in table.foreign_keys)


def _copy_rows(session: Session, table: Table, copied: set[str]) -> None:
    """insert … select: every row of a first case, once for each copy of that case."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    own = OWN.get(table.name, {})
    taken = [own.get(c.name) or _moved(c, copied, sqlite=sqlite) for c in table.columns]
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    joined = "t.id" if table.name == "case" else "t.case_id"
    session.execute(
        text(
            f'insert into "{table.name}" ({names}) select {", ".join(taken)} '
            f'from bench_copy c join "{table.name}" t on {joined} = c.proto where t.id < {STRIDE} order by c.n, t.id'
        )
    )


def _moved(column: Column[Any], copied: set[str], *, sqlite: bool) -> str:
    """The value in the copy: numbers of rows by the stride, moments by weeks and minutes, due dates by weeks alone."""
    name = f't."{column.name}"'
    if column.primary_key or any(key.column.table.name in copied for key in column.foreign_keys):
        return f"c.n * {STRIDE} + {name}"
    if isinstance(column.type, Date):
        return f"date({name}, '-' || c.days || ' days')" if sqlite else f"{name} - c.days"
    if not isinstance(column.type, UtcDateTime):
        return name
    exact = column.name.startswith(("due", "look"))
    if sqlite:
        minutes = "" if exact else ", '-' || c.minutes || ' minutes'"
        moved = f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-' || c.days || ' days'{minutes})"
    else:
        moved = f"{name} - make_interval(days => c.days, mins => {0 if exact else 'c.minutes'})"
    return f"case when {name} > '9000-01-01' then {name} else {moved} end"


def _index_words(session: Session, copies: list[dict[str, Any]], said: list[str], institution_id: int) -> None:
    key = sealed.search_key(session.get_one(Institution, institution_id))
    sqlite = session.get_bind().dialect.name == "sqlite"
    statement = text(f"insert into case_text ({'rowid' if sqlite else 'case_id'}, grams) values (:id, :grams)")
    for at in range(0, len(copies), CHUNK):
        rows = []
        for copy, words in zip(copies[at : at + CHUNK], said[at : at + CHUNK], strict=True):
            pairs = search.blind(key, search.grams(words))
            case_id = copy["n"] * STRIDE + copy["proto"]
            rows.append({"id": case_id, "grams": " ".join(pairs) if sqlite else pairs})
        session.execute(statement, rows)


def _tally(session: Session, institution_id: int, copies: int) -> None:
    """The counters as the services would have left them."""
    tallies: dict[str, int] = {f"register:{clock.now().year}": copies + 2 * STRIDE}
    rows = session.execute(select(Case.state, Case.unit_id, func.count()).group_by(Case.state, Case.unit_id))
    for state, unit_id, n in rows:
        for key in cases.heaps(state, unit_id):
            tallies[key] = tallies.get(key, 0) + n
    for key, n in tallies.items():
        session.merge(Counter(institution_id=institution_id, key=key, n=n))


def _settle() -> None:
    """What time does by itself in a grown database: sequences behind the last row, statistics, a short log."""
    if db.engine.dialect.name == "sqlite":
        db.engine.raw_connection().cursor().execute("pragma wal_checkpoint(truncate)")
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in _numbered():
            sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
            last = f'select coalesce(max(id), 0) + 1 from "{table.name}"'
            connection.execute(text(f"select setval({sequence}, ({last}))"))
        connection.exec_driver_sql("vacuum analyze")
