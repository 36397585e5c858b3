"""The raw floor: the least that Flask and a driver can do to take a complaint, show it and list what is due.

No ORM, no form library, no inheritance of templates, no CSRF. `DB` names the database: a PostgreSQL address or a file.
"""

import os
import secrets
import sqlite3
from functools import cache
from typing import Any

import psycopg
from flask import Flask, abort, redirect, request
from werkzeug import Response

DB = os.environ["DB"]
POSTGRESQL = DB.startswith("postgresql")
PAGE = 25

app = Flask(__name__)
template = app.jinja_env.from_string
FORM = (
    "<!doctype html><title>投诉</title><form method=post><textarea name=story></textarea><button>提交</button></form>"
)
CASE = template(
    "<!doctype html><title>{{ row[1] }}</title><h1>{{ row[1] }}</h1><p>{{ row[2] }} · {{ row[3] }}</p>"
    "<p>{{ row[4] }}</p><ol>{% for at, kind in events %}<li>{{ at }} {{ kind }}</li>{% endfor %}</ol>"
)
QUEUE = template(
    "<!doctype html><title>待办</title><table>{% for row in rows %}"
    "<tr><td><a href='/case/{{ row[1] }}'>{{ row[1] }}</a></td>"
    "<td>{{ row[2] }}</td><td>{{ row[3] }}</td><td>{{ row[4] }}</td></tr>{% endfor %}</table>"
    "<a rel='next' href='/queue?due={{ rows[-1][3] | urlencode }}&amp;id={{ rows[-1][0] }}'>下一页</a>"
)


@cache
def connection() -> Any:
    """The one connection of this worker (a sync worker serves one request at a time)."""
    if POSTGRESQL:
        return psycopg.connect(DB, autocommit=True, prepare_threshold=0)
    made = sqlite3.connect(DB, isolation_level=None)
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=10000"):
        made.execute(f"pragma {pragma}")
    return made


def sql(statement: str, *values: Any) -> Any:
    """Runs a statement written with `?` on either database."""
    return connection().execute(statement.replace("?", "%s") if POSTGRESQL else statement, values)


@app.get("/")
def home() -> str:
    """A page without a question to the database."""
    return "<!doctype html><title>回音</title><p>您好</p>"


@app.get("/file")
def form() -> str:
    """The empty form."""
    return FORM


@app.post("/file")
def take() -> Response:
    """Case, event and notice in one transaction, then the way to the case."""
    receipt, soon = secrets.token_hex(8), "now() + interval '15 days'" if POSTGRESQL else "datetime('now', '+15 days')"
    sql("begin" if POSTGRESQL else "begin immediate")
    try:
        insert = f"insert into complaint (receipt, state, due, story) values (?, 'received', {soon}, ?) returning id"
        (number,) = sql(insert, receipt, request.form["story"]).fetchone()
        sql("insert into event (complaint_id, at, kind) values (?, current_timestamp, 'received')", number)
        sql("insert into outbox (complaint_id, notice) values (?, 'received')", number)
        sql("commit")
    except BaseException:
        sql("rollback")
        raise
    return redirect(f"/case/{receipt}", 303)


@app.get("/case/<receipt>")
def case(receipt: str) -> str:
    """One complaint with what happened to it."""
    row = sql("select id, receipt, state, due, story from complaint where receipt = ?", receipt).fetchone()
    if row is None:
        abort(404)
    events = sql("select at, kind from event where complaint_id = ? order by id", row[0]).fetchall()
    return CASE.render(row=row, events=events)


@app.get("/queue")
def queue() -> str:
    """A page of what is open, by due date, entered at any point through the index."""
    due, after = request.args.get("due", "0001-01-01"), request.args.get("id", 0, int)
    rows = sql(
        "select id, receipt, state, due, substr(story, 1, 80) from complaint "
        f"where state = 'received' and (due, id) > (?, ?) order by due, id limit {PAGE}",
        due,
        after,
    ).fetchall()
    return QUEUE.render(rows=rows) if rows else abort(404)
