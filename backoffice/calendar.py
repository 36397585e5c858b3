"""The working calendar: which years are loaded, from which notice, and loading a new one."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import FileField

from backoffice import bp
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import calendars, recounts
from shared.web.auth import me
from shared.web.forms import Form
from shared.web.page import flash_done, page, see_other
from shared.web.phrases import beside, listed, named

LARGEST = 200_000
AT_ONCE = 2.0
"""So many seconds are counted before the page answers; the scheduler does the rest."""
FAULTS = {
    "header": _l("缺少表头，应为 date,kind,name,source"),
    "columns": _l("列数不对"),
    "date": _l("日期看不懂"),
    "kind": _l("类型只能是 holiday 或 workday"),
    "name": _l("名称为空或者太长"),
    "source": _l("没有写明来源文件"),
    "duplicate": _l("这一天出现了两次"),
    "not_weekend": _l("调休上班日应是周末"),
    "empty": _l("文件是空的"),
    "unreadable": _l("文件不是 UTF-8 编码的 CSV"),
}


class CalendarForm(Form):
    """A CSV file."""

    file = FileField(_l("日历文件（CSV）"))


@bp.route("/calendar", methods=["GET", "POST"])
def calendar() -> Response:
    """Shows the years and takes a CSV; running due dates move with a record."""
    need_sight(me(), "calendar")
    form, faults, status = CalendarForm(), [], 200
    if form.is_submitted():
        need(me(), "load_calendar")
        status = 422
        upload = request.files.get("file")
        text = upload.stream.read(LARGEST).decode("utf-8-sig", "replace") if upload else ""
        try:
            years = calendars.load_years(text, clock.now())
        except Refused as error:
            faults = [_fault(f) for f in error.facts["faults"]]  # type: ignore[attr-defined]  # a list of faults
        else:
            moved = recounts.go_on(clock.now(), AT_ONCE)
            said = listed(years)
            flash_done(
                _("已导入 %(years)s 年的日历。", years=said)
                + ngettext("%(num)d 件投诉的期限重新计算。", "%(num)d 件投诉的期限重新计算。", moved)
            )
            return see_other("office.calendar")
    years_known = calendars.loaded()
    return page(
        "backoffice/calendar.html",
        status=status,
        form=form,
        faults=faults,
        years=years_known,
        recount=recounts.newest(),
        may=may_do(me(), "load_calendar", at_home(me())),
    )


def _fault(fault: object) -> str:
    if isinstance(fault, str):
        return str(FAULTS.get(fault, fault))
    line, code, value = getattr(fault, "line", 0), getattr(fault, "code", ""), getattr(fault, "value", "")
    return named(_("第 %(line)s 行", line=line), beside(FAULTS.get(code, code), value))
