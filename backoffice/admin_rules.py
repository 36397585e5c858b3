"""The institution's rule book: what the source leaves blank, filled with a day, a reason and a look at what moves."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from backoffice import bp
from backoffice.fields import AtMost, DayField, Said, radios, words
from shared import clock
from shared.domain import presets
from shared.domain.errors import Refused
from shared.domain.regimes import Blank
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import queries_regimes, regime_settings
from shared.services.queries_regimes import Move, Rules
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other


class ValueForm(Form):
    """A value, from when, and why."""

    EMPTY: ClassVar[dict[str, Any]] = {"value": _l("请填写或者选择一个值。"), "since": _l("请选择从哪一天起。")}

    key = HiddenField()
    value: Any = StringField(_l("填写的值"), [Said(), AtMost(200)])
    since = DayField(_l("从哪一天起"), [Said()])
    reason = words(_l("理由或者依据"), longest=500, hint=_l("例如会议纪要、主管部门的文件。会记入管理记录。"))


class ChoiceForm(ValueForm):
    """The same with answers to choose from."""

    value = radios(_l("填写的值"))


@bp.route("/rules", methods=["GET", "POST"])
def rules() -> Response:
    """What is blank and what was set; a POST shows what a value moves, or sets it."""
    need_sight(me(), "rules")
    found = queries_regimes.rules(me())
    if request.method == "GET":
        form = _form(found.book.blanks, request.args.get("set", ""))
        _adopt(form, found, request.args.get("preset", ""))
        return _shown(found, form)
    need(me(), "set_rule")
    form, moves, status = _form(found.book.blanks, request.form.get("key", "")), None, 422
    if form is None:  # no such blank, or none any more: the list says which there are
        return _shown(found, None, status=status)
    if form.validate():
        try:
            if "look" in request.form:
                moves, status = _dry(form), 200
            else:
                _keep(form)
                flash_done(_("已经保存，从您填写的日期起用于新来件。正在办理的仍按原来的规定。"))
                return see_other("office.rules")
        except Refused as error:
            status = refused(form, error)
    return _shown(found, form, moves=moves, status=status)


def _form(blanks: list[Blank], key: str) -> ValueForm | None:
    blank = next((b for b in blanks if b.key == key), None)
    if blank is None:
        return None
    form = ChoiceForm() if blank.kind in ("yes", "choice") else ValueForm()
    if isinstance(form, ChoiceForm):
        form.value.choices = (
            [("yes", _("是")), ("no", _("否"))] if blank.kind == "yes" else [(c, c) for c in blank.choices]
        )
    form.key.data = blank.key
    if not form.is_submitted():
        form.since.data = clock.now().date()
    return form


def _adopt(form: ValueForm | None, found: Rules, code: str) -> None:
    """Fills in what a law says, with the law as the reason; it is saved like any other value."""
    blank = next((b for b in found.book.blanks if form is not None and b.key == form.key.data), None)
    law = presets.chosen(found.book, blank, code, clock.now().date()) if blank is not None else None
    if form is not None and law is not None:
        form.value.data, form.reason.data = str(law.value), law.cited


def _dry(form: ValueForm) -> list[Move]:
    day = form.since.data or clock.now().date()
    value = form.value.data or ""
    return queries_regimes.dry_run(me(), clock.now(), key=form.key.data or "", value=value, since=day)


def _keep(form: ValueForm) -> None:
    given: dict[str, Any] = {"key": form.key.data or "", "value": form.value.data or "", "since": form.since.data}
    regime_settings.set_blank(me(), clock.now(), reason=form.reason.data or "", **given)


def _shown(found: Rules, form: ValueForm | None, *, moves: list[Move] | None = None, status: int = 200) -> Response:
    blank = next((b for b in found.book.blanks if form is not None and b.key == form.key.data), None)
    may = may_do(me(), "set_rule", at_home(me()))
    laws = presets.fitting(found.book, blank) if blank is not None else []
    shown: dict[str, Any] = {"form": form if may else None, "blank": blank, "moves": moves, "may": may, "laws": laws}
    shown["today"] = clock.now().date()
    return page("backoffice/admin_rules.html", status=status, found=found, book=found.book, **shown)
