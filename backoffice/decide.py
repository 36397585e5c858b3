"""What the office decides before a case is handled: accept, refuse, refer, ask, classify, consent, note, attach."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField
from wtforms.validators import Optional, StopValidation

from backoffice.fields import AtMost, DayField, Said, StepForm, pick, radios, words
from backoffice.steps import Act, offer
from backoffice.uploads import taken_in
from shared import clock
from shared.domain.calendar import Unit
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.services import case_files, decisions
from shared.services.queries_case import CaseView
from shared.web import dates
from shared.web.labels import refusal
from shared.web.rule_fields import answers_of


class ClassForm(StepForm):
    """Category and, where the regime has them, the class that sets the limit (R2.05, R2.06)."""

    category = radios(_l("类别"))
    severity = radios(_l("程度"))


class RefuseForm(StepForm):
    """R5.05: reasons and basis; where to go instead."""

    ground = radios(_l("不予受理的情形"))
    reason = words(_l("理由"), hint=_l("写给来信人看：哪一点不符合，为什么。"))
    basis = words(_l("依据"), hint=_l("写明制度或者法规的名称和条款。"), longest=1000)
    place = pick(_l("可以去哪里反映"), must=False)
    redirect = words(_l("别的去处"), must=False, longest=500, hint=_l("列表里没有的，写明单位、事项和电话。"))


class Somewhere:
    """R9.08: a place from the list or another one in words."""

    def __call__(self, form: RefuseForm, field: Any) -> None:
        """Stops where neither is there."""
        if not form.place.data and not (field.data or "").strip():
            raise StopValidation(refusal(Refused("missing", field="redirect")))


class ReferForm(StepForm):
    """The outside body that is competent."""

    place = pick(_l("转送到"), must=False)
    body = words(_l("列表里没有的单位"), must=False, longest=500)
    reason = words(_l("理由"), hint=_l("写给来信人看：为什么由这个单位负责。"))
    share = BooleanField(_l("一并提供来信人的姓名和联系方式（来信人已经单独同意提供给这个单位）"))


class QuestionForm(StepForm):
    """What the citizen is asked to supplement."""

    text = words(_l("请来信人补充什么"), hint=_l("一次问清。来信人凭受理编号和查询码看到并回答。"))
    due_day = DayField(_l("请在哪天前回答"), [Said()])


class HeardForm(StepForm):
    """An answer to the question that came by phone, letter or visit."""

    text = words(_l("来信人补充的内容"))


class ConsentForm(StepForm):
    """R2.16: the citizen's consent to a direct answer, recorded."""

    how = radios(_l("来信人怎样同意的"), [("phone", _l("电话")), ("face", _l("当面")), ("letter", _l("书面"))])


class NoteForm(StepForm):
    """A remark among the office."""

    text = words(_l("备注"), hint=_l("只有本办公室看得到，来信人和承办单位都看不到。"))


class FilesForm(StepForm):
    """Files that the office adds."""

    files = MultipleFileField(_l("材料文件"))


def fill_class(form: ClassForm, view: CaseView) -> None:
    """The regime's categories and classes, each with the day it would lead to."""
    form.category.choices = [(c.code, c.name) for c in view.regime.categories]
    if not view.regime.severities:
        del form.severity
    else:
        form.severity.choices = [(s.code, s.name) for s in view.regime.severities]
        form.severity.hints = {s.code: _leads_to(s.code, s.text, view) for s in view.regime.severities}
    if not form.is_submitted():
        form.category.data = view.case.category or None
        if form.severity is not None:
            form.severity.data = view.case.severity or None


def _leads_to(severity: str, text: str, view: CaseView) -> str:
    rule = view.regime.handling_limit(severity, view.case.category)
    due = rule.last_day(view.calendar, clock.now().astimezone(dates.zone()).date()) if rule else None
    if due is None or view.case.state != "received":
        return text
    return text + str(_("今天受理，%(day)s前办结。", day=dates.day(due.day)))


def fill_refusal(form: RefuseForm, view: CaseView) -> None:
    """The regime's grounds and the institution's list of other bodies."""
    form.ground.choices = [(g.code, g.name) for g in view.regime.refusal.grounds]
    if not view.regime.refusal.needs_basis:
        form.basis.validators = [Optional(), AtMost(1000)]
    if view.regime.refusal.needs_redirect:
        form.redirect.validators = [Somewhere(), AtMost(500)]
        form.place.flags.optional = form.redirect.flags.optional = False
        form.redirect.description = _("从上面的列表里选一个，或者在这里写明单位、事项和电话。")
    form.place.choices = places(view)


def fill_referral(form: ReferForm, view: CaseView) -> None:
    """The institution's list of other bodies."""
    form.place.choices = places(view)
    if not view.known:
        del form.share


def places(view: CaseView) -> list[tuple[int, str]]:
    """Where else a matter may belong, by its place in the institution's list, counted from 1."""
    told = [filter(None, (r["name"], r["matter"], r["contact"])) for r in view.institution.redirects]
    return [(0, _("不指定")), *((n, " · ".join(map(str, words))) for n, words in enumerate(told, 1))]


def fill_question(form: QuestionForm, view: CaseView) -> None:
    """The day that the regime gives for an answer."""
    if not form.is_submitted():
        today = clock.now().astimezone(dates.zone()).date()
        form.due_day.data = view.calendar.count(today, view.regime.question_days, Unit.WORKING_DAYS).day


def where_to(form: Any, own: str) -> str:
    """The body picked from the list and the words added to it."""
    picked = dict(form.place.choices).get(form.place.data, "") if form.place.data else ""
    return "\n".join(filter(None, (picked, own)))


def _severity(form: ClassForm) -> str:
    return (form.severity.data or "") if form.severity is not None else ""


def accept(case_id: int, form: ClassForm, actor: Actor, now: dt.datetime) -> None:
    """Accepts and classifies."""
    category, answers = form.category.data or "", answers_of(form)
    decisions.accept(
        case_id, actor, now, category=category, severity=_severity(form), fields=answers, version=form.seen
    )


def classify(case_id: int, form: ClassForm, actor: Actor, now: dt.datetime) -> None:
    """Changes category and class."""
    category = form.category.data or ""
    decisions.classify(case_id, actor, now, category=category, severity=_severity(form), version=form.seen)


def refuse(case_id: int, form: RefuseForm, actor: Actor, now: dt.datetime) -> None:
    """Refuses, after the preview."""
    decisions.refuse(
        case_id,
        actor,
        now,
        ground=form.ground.data or "",
        reason=form.reason.data or "",
        basis=form.basis.data or "",
        redirect=where_to(form, form.redirect.data or ""),
        version=form.seen,
    )


def refer(case_id: int, form: ReferForm, actor: Actor, now: dt.datetime) -> None:
    """Sends to an outside body."""
    body = where_to(form, form.body.data or "")
    share = form.share is not None and bool(form.share.data)
    decisions.refer(case_id, actor, now, body=body, reason=form.reason.data or "", share=share, version=form.seen)


def ask_question(case_id: int, form: QuestionForm, actor: Actor, now: dt.datetime) -> None:
    """Asks the citizen."""
    day = form.due_day.data or now.date()
    decisions.ask_question(case_id, actor, now, text=form.text.data or "", due_day=day, version=form.seen)


def answer_question(case_id: int, form: HeardForm, actor: Actor, now: dt.datetime) -> None:
    """Records what the citizen said."""
    decisions.answer_question(case_id, actor, now, text=form.text.data or "")


def lapse_question(case_id: int, _form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """Goes on without an answer."""
    decisions.lapse_question(case_id, actor, now)


def record_consent(case_id: int, form: ConsentForm, actor: Actor, now: dt.datetime) -> None:
    """Records the citizen's consent."""
    decisions.record_consent(case_id, actor, now, how=form.how.data or "", version=form.seen)


def add_note(case_id: int, form: NoteForm, actor: Actor, now: dt.datetime) -> None:
    """Leaves a remark."""
    decisions.add_note(case_id, actor, now, text=form.text.data or "")


def attach(case_id: int, form: FilesForm, actor: Actor, now: dt.datetime) -> None:
    """Adds files."""
    kept = taken_in(form.files.data)
    if not kept:
        raise Refused("missing", field="files")
    case_files.attach(case_id, actor, now, kept)


offer(
    Act(
        "accept",
        ClassForm,
        accept,
        _l("受理后开始计算办理期限，系统会告诉来信人。"),
        fill_class,
        asks=("register", "accept"),
    ),
    Act("classify", ClassForm, classify, _l("改类别后，期限按新的类别重新计算，起算日不变。"), fill_class),
    Act(
        "refuse",
        RefuseForm,
        refuse,
        _l("写明理由、依据和去处。发出后不能收回，先看一遍来信人会读到的内容。"),
        fill_refusal,
        "backoffice/decide_refuse.html",
        preview=True,
    ),
    Act("refer", ReferForm, refer, _l("这件事由外单位负责的，转送过去，并告诉来信人。"), fill_referral),
    Act("ask_question", QuestionForm, ask_question, _l("问题发到来信人的查询页。"), fill_question),
    Act("answer_question", HeardForm, answer_question, _l("来信人打电话、来信或者来访补充的，在这里登记。")),
    Act("lapse_question", StepForm, lapse_question, _l("不再等待来信人补充，按现有情况继续办理。")),
    Act("record_consent", ConsentForm, record_consent, _l("来信人同意的，承办单位可以当面或者用电话直接答复。")),
    Act("attach", FilesForm, attach, _l("添加来信来访带来的材料或者核实时取得的材料。")),
    Act("add_note", NoteForm, add_note, _l("给同事留一句话。")),
)
