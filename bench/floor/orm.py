"""The floor of the product's own libraries: the raw floor's pages with ORM, forms with CSRF and template inheritance.

What lies between the two floors is the price of the libraries; what lies above this one is the product's own doing.
"""

import datetime as dt
import os
import secrets
from typing import Any

from flask import Flask, redirect, render_template, request
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from sqlalchemy import DateTime, Engine, ForeignKey, event, select, tuple_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from werkzeug import Response
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

PAGE = 25
BASE = (
    "<!doctype html><html lang='zh'><head><title>{% block title %}{% endblock %}</title></head><body>"
    "<header><a href='/'>首页</a></header><main>{% block main %}{% endblock %}</main></body></html>"
)


def _page(title: str, main: str) -> str:
    return f"{{% extends 'base' %}}{{% block title %}}{title}{{% endblock %}}{{% block main %}}{main}{{% endblock %}}"


class Base(DeclarativeBase):
    """What the floor's rows derive from."""


app = Flask(__name__)
app.config.update(SECRET_KEY="the floor has no secrets", SQLALCHEMY_DATABASE_URI=os.environ["DB"])
db = SQLAlchemy(app, model_class=Base)
app.jinja_loader = DictLoader(
    {
        "base": BASE,
        "form": _page(
            "投诉",
            "<form method='post'>{{ form.hidden_tag() }}{{ form.story.label }}{{ form.story() }}"
            "{% for error in form.story.errors %}<p>{{ error }}</p>{% endfor %}<button>提交</button></form>",
        ),
        "case": _page(
            "{{ row.receipt }}",
            "<h1>{{ row.receipt }}</h1><p>{{ row.state }} · {{ row.due }}</p><p>{{ row.story }}</p>"
            "<ol>{% for one in row.events %}<li>{{ one.at }} {{ one.kind }}</li>{% endfor %}</ol>",
        ),
        "queue": _page(
            "待办",
            "<table>{% for row in rows %}<tr><td><a href='/case/{{ row.receipt }}'>{{ row.receipt }}</a></td>"
            "<td>{{ row.state }}</td><td>{{ row.due }}</td><td>{{ row.story[:80] }}</td></tr>{% endfor %}</table>"
            "<a rel='next' href='/queue?due={{ rows[-1].due.isoformat() | urlencode }}&amp;id={{ rows[-1].id }}'>"
            "下一页</a>",
        ),
    }
)


@event.listens_for(Engine, "connect")
def _as_the_product(connection: Any, _record: object) -> None:
    """The same promises of durability on SQLite."""
    if "sqlite" in type(connection).__module__:
        for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=10000"):
            connection.execute(f"pragma {pragma}")


class Complaint(db.Model):
    """A complaint."""

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str]
    state: Mapped[str]
    due: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    story: Mapped[str]
    events: Mapped[list["Event"]] = relationship(order_by="Event.id", back_populates="complaint")


class Event(db.Model):
    """What happened to it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str]
    complaint: Mapped[Complaint] = relationship(back_populates="events")


class Outbox(db.Model):
    """A notice owed."""

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    notice: Mapped[str]
    complaint: Mapped[Complaint] = relationship()


class Story(FlaskForm):
    """The one field there is."""

    story = TextAreaField("事情经过", [InputRequired(), Length(max=10_000)])


@app.get("/")
def home() -> str:
    """A page without a question to the database."""
    return render_template("base")


@app.route("/file", methods=["GET", "POST"])
def file() -> Response | str:
    """The form; filled in, the case with its event and notice."""
    form = Story()
    if not form.validate_on_submit():
        return render_template("form", form=form)
    now = dt.datetime.now(dt.UTC)
    row = Complaint(receipt=secrets.token_hex(8), state="received", due=now + dt.timedelta(15), story=form.story.data)
    row.events.append(Event(at=now, kind="received"))
    db.session.add_all([row, Outbox(complaint=row, notice="received")])
    address = f"/case/{row.receipt}"
    db.session.commit()
    return redirect(address, 303)


@app.get("/case/<receipt>")
def case(receipt: str) -> str:
    """One complaint with what happened to it."""
    return render_template("case", row=db.one_or_404(select(Complaint).where(Complaint.receipt == receipt)))


@app.get("/queue")
def queue() -> str:
    """A page of what is open, by due date."""
    due = dt.datetime.fromisoformat(request.args.get("due", "0001-01-01T00:00:00+00:00"))
    after = tuple_(Complaint.due, Complaint.id) > (due, request.args.get("id", 0, int))
    page = select(Complaint).where(Complaint.state == "received", after).order_by(Complaint.due, Complaint.id)
    return render_template("queue", rows=db.session.scalars(page.limit(PAGE)).all())
