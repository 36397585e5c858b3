"""Surveys (满意度调查): begin a campaign, type in what came on paper or by phone, read what it tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from backoffice import bp
from backoffice.fields import AtMost, DayField, Said, StepForm, radios
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do, need
from shared.services import queries_surveys, queries_work, surveys
from shared.services.queries_surveys import Result
from shared.services.surveys import LONGEST_COMMENT, TITLE_LONGEST
from shared.tasks import base_url
from shared.web import dates
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, settings
from shared.web.survey_form import filled, form_of
from shared.web.table_file import table_file


class NewForm(StepForm):
    """A campaign: which survey, what it is called, from when to when."""

    code = radios(_l("哪一种调查"))
    title = StringField(
        _l("名称"),
        [Said(), AtMost(TITLE_LONGEST)],
        description=_l("写给被调查的人看，例如“2026 年第四季度业主意见调查”。"),
    )
    first_day = DayField(_l("从哪一天开始"), [Said()])
    last_day = DayField(_l("到哪一天结束"), [Said()])


class EnteredForm(StepForm):
    """How somebody was asked, beside the questions of the campaign."""

    visit_way = radios(_l("怎样收到的"))


@bp.get("/surveys")
def survey_list() -> Response:
    """Every campaign, and by when the next one begins."""
    found = queries_surveys.listed(me())
    today = clock.now().astimezone(dates.zone()).date()
    may = may_do(me(), "keep_surveys", at_home(me()))
    return page("backoffice/surveys.html", found=found, today=today, may=may)


@bp.route("/surveys/new", methods=["GET", "POST"])
def survey_new() -> Response:
    """Begins a campaign."""
    need(me(), "keep_surveys")
    form, status, rules = NewForm(), 200, [due.rule for due in queries_surveys.listed(me()).due]
    form.code.choices = [(rule.code, rule.name) for rule in rules]
    if not form.is_submitted():
        form.code.data = rules[0].code if len(rules) == 1 else None
        form.first_day.data = clock.now().astimezone(dates.zone()).date()
    elif not form.validate():
        status = 422
    else:
        try:
            made = _begun(form)
        except Refused as error:
            status = refused(form, error)
        else:
            flash_done(_("调查已经开始。把下面的网址发给大家，或者打印调查表。"))
            return see_other("office.survey_page", survey_id=made)
    return page("backoffice/survey_new.html", status=status, form=form, rules=rules)


def _begun(form: NewForm) -> int:
    first, last = form.first_day.data, form.last_day.data
    if first is None or last is None:
        raise Refused("missing", field="last_day")
    code, title = form.code.data or "", form.title.data or ""
    return surveys.begin(me(), clock.now(), code=code, title=title, first_day=first, last_day=last)


@bp.get("/surveys/<int(max=2147483647):survey_id>")
def survey_page(survey_id: int) -> Response:
    """The link, the results with means and bars, what people wrote."""
    found = queries_surveys.one(survey_id, me())
    today = clock.now().astimezone(dates.zone()).date()
    link = f"{base_url(settings())}/survey/{found.survey.token}"
    taking = found.survey.first_day <= today <= found.survey.last_day
    may = may_do(me(), "keep_surveys", at_home(me()))
    more: dict[str, Any] = {"link": link, "taking": taking, "may": may, "capa": queries_work.book(me()).capa}
    return page("backoffice/survey.html", found=found, survey=found.survey, **more)


@bp.post("/surveys/<int(max=2147483647):survey_id>/end")
def survey_end(survey_id: int) -> Response:
    """Today is the last day."""
    surveys.end(survey_id, me(), clock.now())
    flash_done(_("这次调查今天结束。"))
    return see_other("office.survey_page", survey_id=survey_id)


@bp.route("/surveys/<int(max=2147483647):survey_id>/enter", methods=["GET", "POST"])
def survey_enter(survey_id: int) -> Response:
    """Types in one form that came on paper, by phone or at the door."""
    need(me(), "keep_surveys")
    survey = queries_surveys.one(survey_id, me()).survey
    form, status = form_of(survey, EnteredForm)(), 200
    form.visit_way.choices = [(way, label("visit_way", way)) for way in survey.ways if way != "online"]
    if not form.is_submitted():
        form.form_key.data = surveys.new_form_key(keys())
    elif not form.validate():
        status = 422
    else:
        try:
            surveys.enter(survey_id, me(), clock.now(), filled(form, survey), way=form.visit_way.data or "")
        except Refused as error:
            status = refused(form, error)
        else:
            flash_done(_("已经录入一份，可以接着录下一份。"))
            return see_other("office.survey_enter", survey_id=survey_id)
    return page("backoffice/survey_enter.html", status=status, form=form, survey=survey, most=LONGEST_COMMENT)


@bp.get("/surveys/<int(max=2147483647):survey_id>/results.csv")
def survey_csv(survey_id: int) -> Response:
    """The results for a spreadsheet."""
    found = queries_surveys.one(survey_id, me())
    return table_file(found.survey.title, _rows(found))


def _rows(found: Result) -> Iterator[list[object]]:
    yield [_("项目"), _("平均分"), _("多少人打分")]
    for item in found.items:
        yield [item.name, _("不到 5 份，不计算") if item.mean is None else item.mean, item.given]
