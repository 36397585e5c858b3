"""值班: the roster of a month, printed or filled in; the visits and calls that duty officers took."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SelectField, StringField
from wtforms.validators import Optional

from backoffice import bp
from backoffice.fields import AtMost, DayField, Said, number, pick, radios
from shared import clock
from shared.domain import rosters as rules
from shared.domain.errors import Refused
from shared.domain.rosters import Call
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import queries_queue, queries_work, rosters
from shared.web import dates
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other

WHEN = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class ShiftForm(Form):
    """Who is there when."""

    EMPTY: ClassVar[dict[str, Any]] = {"part": _l("请选择哪一班。")}

    day = DayField(_l("哪一天"), [Said()])
    part = radios(_l("哪一班"))
    person_id = pick(_l("谁值班"))


class CallForm(Form):
    """One visit or call."""

    EMPTY: ClassVar[dict[str, Any]] = {"kind": _l("请选择来访还是来电。"), "outcome": _l("请选择怎样办的。")}

    kind = radios(_l("来访还是来电"))
    topic = SelectField(_l("反映什么"), validate_choice=False)
    outcome = radios(_l("怎样办的"))
    register_no = StringField(_l("登记编号"), [Optional(), AtMost(60)])
    at = DateTimeLocalField(_l("时间"), [Optional()], format=WHEN)


@bp.route("/roster", methods=["GET", "POST"])
def roster() -> Response:
    """A month of the roster; a POST puts somebody into a shift."""
    need_sight(me(), "roster")
    form, status = ShiftForm(), 200
    if form.is_submitted():
        need(me(), "keep_roster")
        status = 422
        if form.validate():
            try:
                _assign(form)
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已排好。"))
                return see_other("office.roster", m=f"{form.day.data:%Y-%m}")
    first, last = _month()
    if form.day.data is not None and form.is_submitted():
        first, last = _month_of(form.day.data)
    rows, staff = rosters.days(me(), first, last)
    form.part.choices = [(part, label("shift", part)) for part in (rules.DAY, rules.NIGHT)]
    form.person_id.choices = [(0, _("请选择")), *staff.items()]
    return page(
        "backoffice/roster.html",
        status=status,
        form=form,
        rows=rows,
        m=f"{first:%Y-%m}",
        before=f"{first - dt.timedelta(days=1):%Y-%m}",
        after=f"{last + dt.timedelta(days=1):%Y-%m}",
        book=queries_work.book(me()),
        may=may_do(me(), "keep_roster", at_home(me())),
    )


def _assign(form: ShiftForm) -> None:
    """The roster that asks for somebody on that day; the first, where two do."""
    day, part = form.day.data, form.part.data or ""
    found: list[Any] = rosters.days(me(), day, day)[0] if day else []
    code = next((one.roster for row in found for one in row.periods if part in rules.shifts(one)), "")
    rosters.assign(me(), clock.now(), roster=code, day=day, part=part, person_id=number(form.person_id.data))


@bp.post("/roster/<int(max=2147483647):shift_id>/remove")
def roster_remove(shift_id: int) -> Response:
    """Takes somebody out of a shift."""
    rosters.free(me(), shift_id)
    flash_done(_("已取消这一班。"))
    return see_other("office.roster", m=f"{_month()[0]:%Y-%m}")


@bp.get("/roster/print")
def roster_print() -> Response:
    """The month on paper, for the wall."""
    first, last = _month()
    rows, _staff = rosters.days(me(), first, last)
    return page("print/roster.html", rows=rows, m=f"{first:%Y-%m}", place=queries_queue.place_of(me()))


@bp.route("/duty-calls", methods=["GET", "POST"])
def duty_calls() -> Response:
    """The visits and calls taken on duty (来访来电记录, R4.03)."""
    need_sight(me(), "roster")
    book, form, status = queries_work.book(me()), CallForm(), 200
    form.kind.choices = [(code, label("duty_kind", code)) for code in rules.KINDS]
    form.outcome.choices = [(code, label("duty_outcome", code)) for code in rules.OUTCOMES]
    form.topic.choices = [("", _("说不好")), *((c.code, c.name) for c in book.categories)]
    if form.is_submitted():
        need(me(), "keep_duty_log")
        status = 422
        if form.validate():
            try:
                rosters.took(me(), clock.now(), _call(form))
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已记下。"))
                return see_other("office.duty_calls")
    else:
        form.at.data = clock.now().astimezone(dates.zone())
    may = may_do(me(), "keep_duty_log", at_home(me()))
    return page("backoffice/duty_calls.html", status=status, form=form, rows=rosters.calls(me()), book=book, may=may)


def _call(form: CallForm) -> Call:
    typed: dt.datetime | None = form.at.data
    at = typed.replace(tzinfo=dates.zone()).astimezone(dt.UTC) if typed else None
    said = form.register_no.data or ""
    return Call(form.kind.data or "", form.topic.data or "", form.outcome.data or "", at, said)


def _month() -> tuple[dt.date, dt.date]:
    """The month asked for, this one for anything that is none."""
    text = request.values.get("m", "")
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        day = clock.now().astimezone(dates.zone()).date()
    return _month_of(day if 2000 <= day.year <= 2999 else clock.now().date())


def _month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
