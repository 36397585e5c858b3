"""The register of text message templates: list, one template, its length while it is written, the hours for sending."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from backoffice import bp
from backoffice.fields import AtMost, DayField, Said, StepForm, radios, words
from shared import clock
from shared.domain.errors import Refused
from shared.domain.sms import LONGEST_TEXT, PROVIDERS, TEMPLATED, TemplateState, measure, missing, unknown
from shared.domain.visibility import need, need_sight
from shared.models.sms_template import SmsTemplate
from shared.services import queries_sending
from shared.services import sms_templates as verbs
from shared.services.sms_templates import Given
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.words_sending import provider_name, reason_words, state_name, variable_names

ONE = "/admin/sms/<int(max=2147483647):template_id>"


class TemplateForm(StepForm):
    """A template as the provider has it."""

    notice = SelectField(_l("通知"), [Said()], validate_choice=False)
    provider = SelectField(_l("短信平台"), [Said()], validate_choice=False)
    sign = StringField(_l("签名"), [Said(), AtMost(20)])
    text = words(_l("正文"), longest=LONGEST_TEXT)
    provider_id = StringField(_l("平台的模板编号"), [AtMost(60)])
    state = radios(_l("审批情况"))
    decided_on = DayField(_l("送审、批准或者被拒的日期"))
    remark = StringField(_l("备注"), [AtMost(200)])


class HoursForm(Form):
    """From when to when."""

    hours = StringField(_l("什么时候可以发短信"), [Said(), AtMost(20)])


@bp.route("/admin/sms", methods=["GET", "POST"])
def sms_templates() -> Response:
    """Every template with its length, and how sending went; a POST sets the hours."""
    need_sight(me(), "sms_templates")
    _sign, hours = verbs.sign_and_hours(me())
    lines = verbs.register(me())
    form, status = HoursForm(hours=hours), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                verbs.set_hours(me(), form.hours.data or "", clock.now())
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("已保存。"))
                return see_other("office.sms_templates")
    return page(
        "backoffice/admin_sms.html",
        status=status,
        form=form,
        lines=lines,
        unregistered=[code for code in TEMPLATED if code not in {line.row.notice for line in lines}],
        counts=queries_sending.last_days(me(), clock.now()),
        reason=reason_words,
        **NAMES,
    )


@bp.route("/admin/sms/new", methods=["GET", "POST"])
def sms_template_new() -> Response:
    """A new template."""
    need(me(), "keep_sms")
    sign, _hours = verbs.sign_and_hours(me())
    notice = request.args.get("notice", "")
    text = verbs.own_words(notice) if notice in TEMPLATED else ""
    return _edit(TemplateForm(sign=sign, state="draft", notice=notice, text=text), None)


@bp.route(ONE, methods=["GET", "POST"])
def sms_template(template_id: int) -> Response:
    """One template; a POST changes it."""
    need(me(), "keep_sms")
    row = verbs.template(me(), template_id)
    return _edit(TemplateForm(obj=row), row)


@bp.post("/admin/sms/measure")
def sms_measure() -> Response:
    """The length of what is being written; for htmx, which replaces the line under the text."""
    need(me(), "keep_sms")
    form = TemplateForm()
    return page("backoffice/_admin_sms_measure.html", said=_measured(form))


def _edit(form: TemplateForm, row: SmsTemplate | None) -> Response:
    form.notice.choices = [(code, label("notice", code)) for code in TEMPLATED]
    form.provider.choices = [(code, provider_name(code)) for code in PROVIDERS]
    form.state.choices = [(str(code), state_name(code)) for code in TemplateState]
    status = 200
    if form.is_submitted() and "count" not in request.form:
        status = 422
        if form.validate():
            try:
                verbs.keep(me(), clock.now(), _given(form), template_id=row.id if row else None, version=form.seen)
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("模板已保存。"))
                return see_other("office.sms_templates")
    return page("backoffice/admin_sms_edit.html", status=status, form=form, row=row, said=_measured(form), **NAMES)


def _given(form: TemplateForm) -> Given:
    texts = {name: getattr(form, name).data or "" for name in Given.__slots__ if name != "decided_on"}
    return Given(**texts, decided_on=form.decided_on.data)


def _measured(form: TemplateForm) -> dict[str, Any]:
    """Length, missing and unknown variables of what stands in the form."""
    notice, text = form.notice.data or "", form.text.data or ""
    return {
        "measure": measure(form.sign.data or "", text[:LONGEST_TEXT]),
        "missing": [f"{{{name}}}" for name in missing(notice, text)],
        "unknown": [f"{{{name}}}" for name in unknown(notice, text)],
        "names": variable_names(notice),
        "text": text,
    }


NAMES: dict[str, Any] = {"provider_name": provider_name, "state_name": state_name}
