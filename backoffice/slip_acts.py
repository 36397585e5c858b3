"""What a unit does with its slip, and what the office decides about it (R2.10–R2.13, R2.16)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField

from backoffice import bp
from backoffice.fields import Cards, StepForm, pick, radios, words, yes_no
from backoffice.follow_up import AnswerForm, label_answer, told
from backoffice.slips import SlipAct, may_help, offer
from backoffice.uploads import taken_in
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import DONE_BY, Actor
from shared.services import answers, case_files, helps, replies, slips
from shared.services.queries_case import handling
from shared.services.queries_slip import SlipView, help_slip, slip_view
from shared.web.auth import me
from shared.web.dates import span
from shared.web.forms import refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring


class SectionForm(StepForm):
    """Which section handles it (R2.11)."""

    EMPTY: ClassVar[dict[str, Any]] = {"section_id": _l("请选择承办科室。")}

    section_id = pick(_l("承办科室"))


class ReturnForm(StepForm):
    """Why the slip isn't the unit's (R2.12)."""

    reason = words(_l("退回的理由"), hint=_l("写明为什么不属于本单位职责。"))
    unit_id = pick(_l("建议转给"), must=False)


class DecideReturnForm(StepForm):
    """The office's decision on a return."""

    decision = yes_no(_l("您的决定"), _l("同意退回"), _l("不同意，请继续办理"))
    comment = words(_l("意见"), must=False, hint=_l("不同意的，请写明理由。"))


class AskHelpForm(StepForm):
    """Whose help is needed and why (R2.13)."""

    unit_id = pick(_l("需要哪个单位协助"))
    reason = words(_l("理由"), hint=_l("写明需要协助什么、为什么一个单位解决不了。"))


class HelpForm(StepForm):
    """A co-handling unit's opinion."""

    opinion = words(_l("协办意见"))


class DecideHelpForm(StepForm):
    """The office's word on a co-handling unit."""

    decision: Cards = radios(_l("您的决定"))
    comment = words(_l("意见"), must=False, hint=_l("不同意或者不再等待的，请写明理由。"))


class FilesForm(StepForm):
    """Files that the unit adds."""

    files = MultipleFileField(_l("材料文件"))


def nothing(_form: StepForm, _view: SlipView) -> None:
    """For forms without choices."""


def fill_section(form: SectionForm, view: SlipView) -> None:
    """The unit's sections, or the unit itself."""
    form.section_id.choices = [(u.id, u.name) for u in view.sections()]


def fill_units(form: ReturnForm | AskHelpForm, view: SlipView) -> None:
    """The other units."""
    others = [(u.id, u.name) for u in handling(view.units, view.barred) if u.id != view.slip.unit_id]
    form.unit_id.choices = [(0, _("不指定") if isinstance(form, ReturnForm) else _("请选择")), *others]


def fill_direct(form: AnswerForm, _view: SlipView) -> None:
    """R2.16 knows two ways: face to face and by phone."""
    label_answer(form, ("face", "phone"))
    del form.why_means
    form.satisfaction.description = _l("直接答复的，请注明来信人的满意度。")


def sign(slip_id: int, form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """Signs for the slip."""
    slips.sign(slip_id, actor, now, version=form.seen)


def before_signing(view: SlipView) -> str:
    """What signing starts, and for how long the slip may be given back (R2.12)."""
    rule, words = view.regime.limit("return"), str(_("签收后开始办理。"))
    return words + str(_("不属于本单位职责的，请在 %(span)s内申请退回。", span=span(rule))) if rule else words


def withdraw_slip(slip_id: int, form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """Takes the slip back."""
    slips.withdraw(slip_id, actor, now, version=form.seen)


def assign_section(slip_id: int, form: SectionForm, actor: Actor, now: dt.datetime) -> None:
    """Names the section."""
    slips.assign_section(slip_id, actor, now, section_id=form.section_id.data or 0, version=form.seen)


def ask_return(slip_id: int, form: ReturnForm, actor: Actor, now: dt.datetime) -> None:
    """Applies to give the slip back."""
    unit, reason = form.unit_id.data or None, form.reason.data or ""
    slips.ask_return(slip_id, actor, now, reason=reason, unit_id=unit, version=form.seen)


def decide_return(slip_id: int, form: DecideReturnForm, actor: Actor, now: dt.datetime) -> None:
    """Decides the application."""
    granted, comment = form.decision.data == "yes", form.comment.data or ""
    slips.decide_return(slip_id, actor, now, granted=granted, comment=comment, version=form.seen)


def ask_help(slip_id: int, form: AskHelpForm, actor: Actor, now: dt.datetime) -> None:
    """Asks for another unit's help."""
    unit, reason = form.unit_id.data or 0, form.reason.data or ""
    slips.ask_help(slip_id, actor, now, unit_id=unit, reason=reason, version=form.seen)


def hand_in(slip_id: int, _form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """Reports the approved reply."""
    replies.hand_in(slip_id, actor, now)


def answer_directly(slip_id: int, form: AnswerForm, actor: Actor, now: dt.datetime) -> None:
    """Reports a direct answer (R2.16)."""
    answers.answer_directly(slip_id, actor, now, told(form))


offer(
    SlipAct("sign", StepForm, sign, before_signing, nothing),
    SlipAct(
        "withdraw_slip",
        StepForm,
        withdraw_slip,
        _l("签收以前可以撤回：这件事回到待分办，转办的期限接着算，原单位会收到通知，不再看到内容。"),
        nothing,
        then="office.case_page",
    ),
    SlipAct("assign_section", SectionForm, assign_section, _l("由主管领导确定承办科室。"), fill_section),
    SlipAct("ask_return", ReturnForm, ask_return, _l("不属于本单位职责的，向监督部门申请退回，由其决定。"), fill_units),
    SlipAct(
        "grant_return",
        DecideReturnForm,
        decide_return,
        _l("同意后，这件事回到待转办。"),
        nothing,
        "backoffice/slip_return.html",
    ),
    SlipAct(
        "ask_help", AskHelpForm, ask_help, _l("一个单位解决不了的，报监督部门协调；仍由本单位负责回复。"), fill_units
    ),
    SlipAct("hand_in", StepForm, hand_in, _l("把单位领导同意的回复报送监督部门。"), nothing),
    SlipAct(
        "answer_directly",
        AnswerForm,
        answer_directly,
        _l("来信人同意的，可以当面或者用电话直接答复，并报告结果。"),
        fill_direct,
    ),
)


@bp.route("/help/<int(max=9007199254740991):help_id>", methods=["GET", "POST"])
def help_page(help_id: int) -> Response:
    """A co-handling unit gives its opinion (R2.13)."""
    view = slip_view(help_slip(help_id), me())
    part = next(h for h in view.helps if h.id == help_id)
    if not may_help(part, me(), view):
        raise Refused("not_now" if part.state != "agreed" else "not_yours", action="give_help")
    form, status = HelpForm(), 200
    if form.is_submitted():
        try:
            status = 200 if form.validate() else 422
            if status == 200:
                helps.give_help(help_id, me(), clock.now(), opinion=form.opinion.data or "")
                return _done(view.slip.id, _("已提交协办意见。"))
        except Refused as error:
            status = refused(form, error)
    return page("backoffice/slip_help.html", status=status, form=form, view=view, part=part, title=_("提交协办意见"))


@bp.route("/help/<int(max=9007199254740991):help_id>/decision", methods=["GET", "POST"])
def help_decision(help_id: int) -> Response:
    """The office agrees to help, declines it, or does without (R2.13)."""
    view = slip_view(help_slip(help_id), me())
    view.check("decide_help")
    part = next(h for h in view.helps if h.id == help_id)
    form, status = DecideHelpForm(), 200
    asked = [("yes", _("同意协办")), ("no", _("不同意协办"))]
    form.decision.choices = asked if part.state in {"asked", "signing"} else [("waive", _("不再等待这个单位的意见"))]
    if form.is_submitted():
        try:
            status = 200 if form.validate() else 422
            if status == 200:
                word, comment = form.decision.data, form.comment.data or ""
                helps.decide_help(
                    help_id, me(), clock.now(), agreed=word == "yes", comment=comment, waive=word == "waive"
                )
                return _done(view.slip.id, _("已协调。"))
        except Refused as error:
            status = refused(form, error)
    return page("backoffice/slip_help.html", status=status, form=form, view=view, part=part, title=_("协调协办"))


@bp.route("/slip/<int(max=9007199254740991):slip_id>/files", methods=["GET", "POST"])
def slip_files(slip_id: int) -> Response:
    """The unit adds material to its slip."""
    view, form, status = slip_view(slip_id, me()), FilesForm(), 200
    if not view.roles & DONE_BY["attach_to_slip"]:
        raise Refused("not_yours", action="attach")
    if form.is_submitted():
        try:
            kept = taken_in(form.files.data, len(view.files))
            if kept:
                case_files.attach_to_slip(slip_id, me(), clock.now(), kept)
                return _done(slip_id, _("已添加材料。"))
            form.form_errors.append(_("请先选择文件。"))
            status = 422
        except Refused as error:
            status = refused(form, error)
    return page("backoffice/slip_files.html", status=status, form=form, view=view)


def _done(slip_id: int, words_: str) -> Response:
    ring()
    flash_done(words_)
    return see_other("office.slip_page", slip_id=slip_id)
