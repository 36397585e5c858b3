"""履职记录: trainings and the other duties of the rule book, with who took part (R16.05, R19.02)."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Optional

from backoffice import bp
from backoffice.fields import AtMost, DayField, Said, Ticks, number, radios, words
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import office_records, queries_work
from shared.services.office_records import Done
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.phrases import listed


class DoneForm(Form):
    """What was done, and who took part."""

    duty = radios(_l("哪一项"), must=False)
    topic = StringField(_l("主题"), [Said(), AtMost(200)])
    day = DayField(_l("哪一天"), [Said()])
    people: Any = Ticks(_l("谁参加"), choices=[], coerce=number, validate_choice=False)
    others = StringField(_l("还有谁参加"), [Optional(), AtMost(500)])
    materials = words(_l("材料"), must=False, longest=2000, hint=_l("课件、讲义放在哪里，考核结果怎样。"))


@bp.route("/office-records", methods=["GET", "POST"])
def office_record() -> Response:
    """The entries; a POST keeps one."""
    need_sight(me(), "office_records")
    book, form, status = queries_work.book(me()), DoneForm(), 200
    rows, names = office_records.listed(me())
    form.duty.choices = [(one.code, one.name) for one in book.duties]
    form.people.choices = list(names.items())
    if form.is_submitted():
        need(me(), "keep_office_record")
        status = 422
        if form.validate():
            try:
                office_records.keep(me(), clock.now(), _done(form))
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已记下。"))
                return see_other("office.office_record")
    may = bool(book.duties) and may_do(me(), "keep_office_record", at_home(me()))
    there = [(row, listed([*(names.get(n, "") for n in row.people), row.others])) for row in rows]
    shown: dict[str, Any] = {"form": form, "rows": there, "names": names, "book": book, "may": may}
    return page("backoffice/office_records.html", status=status, **shown)


def _done(form: DoneForm) -> Done:
    people = tuple(n for n in form.people.data or () if n)
    said = {name: form[name].data or "" for name in ("topic", "others", "materials")}
    return Done(form.duty.data or "", said["topic"], form.day.data, people, said["others"], said["materials"])
