"""What a citizen does with the own case: answer a question, rate, ask to be heard again, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, TextAreaField
from wtforms.validators import Length

from portal import bp
from portal.track import mine, over
from shared import clock, files
from shared.domain.errors import Refused
from shared.domain.visibility import CITIZEN
from shared.services import answers, case_files, decisions
from shared.services.answers import LEVELS
from shared.services.queries_citizen import OwnCase
from shared.web.forms import Form, refused
from shared.web.labels import LABELS, refusal
from shared.web.page import flash_done, page, see_other
from shared.web.state import limits, ring, store

LONGEST = 3000
TOO_LONG = _l("最多 3000 个字，请缩短一些。")


class AnswerForm(Form):
    """The answer to a question, with files where they help."""

    text = TextAreaField(_l("您的回答"), [Length(max=LONGEST, message=TOO_LONG)])
    files = MultipleFileField(_l("补充材料"))


class RateForm(Form):
    """Five levels and 说不好; why, if one likes."""

    level = RadioField(_l("对这次办理，您觉得怎么样？"), choices=[(c, LABELS["level"][c]) for c in LEVELS])
    comment = TextAreaField(_l("想说说为什么吗"), [Length(max=1000, message=_l("最多 1000 个字，请缩短一些。"))])


class ReviewForm(Form):
    """What remained unsolved."""

    reason = TextAreaField(_l("哪里没有解决"), [Length(max=LONGEST, message=TOO_LONG)])


class WithdrawForm(Form):
    """Nothing to say; the button says it."""


def _act(form: Form, template: str, done: str, do: Callable[[OwnCase, dt.datetime], None], **more: Any) -> Response:
    """Shows a form about the own case and does what it says; nothing typed is lost."""
    found = mine()
    if found is None:
        return over()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                do(found, clock.now())
            except Refused as error:
                status = refused(form, error)
            else:
                ring()
                flash_done(done)
                return see_other("portal.case")
        found = mine() or found
    return page(template, status=status, form=form, own=found, case=found.case, quick_exit=True, **more)


@bp.route("/case/answer", methods=["GET", "POST"])
def case_answer() -> Response:
    """Answers the question that staff asked, with files."""
    form = AnswerForm()

    def do(found: OwnCase, now: dt.datetime) -> None:
        kept = _take_files(form)
        decisions.answer_question(found.case.id, CITIZEN, now, text=form.text.data or "")
        if kept:
            case_files.attach_by_citizen(found.case.id, now, kept, limits().files)

    return _act(form, "portal/answer.html", _("已提交。我们会继续办理。"), do, most=LONGEST)


def _take_files(form: AnswerForm) -> list[files.Kept]:
    """The files that can be taken; the reasons of the others stand in the form and nothing is sent yet."""
    kept, reasons = [], []
    for upload in request.files.getlist("files"):
        if upload.filename:
            try:
                kept.append(files.take_in(upload.stream, upload.filename, limits(), store()))
            except Refused as error:
                reasons.append(refusal(error))
    if reasons:
        form.files.errors = reasons
        for one in kept:
            store().delete(one.stored)
        raise Refused("files_refused", field="files")
    return kept


@bp.route("/case/rate", methods=["GET", "POST"])
def case_rate() -> Response:
    """Rates the answer, once a round."""
    form = RateForm()
    if form.level.data not in LEVELS:
        form.level.data = None
        form.level.validate_choice = False

    def do(found: OwnCase, now: dt.datetime) -> None:
        answers.rate(found.case.id, CITIZEN, now, level=form.level.data or "", comment=form.comment.data or "")

    return _act(form, "portal/rate.html", _("谢谢您的评价。"), do)


@bp.route("/case/review", methods=["GET", "POST"])
def case_review() -> Response:
    """Asks to be heard again."""
    form = ReviewForm()

    def do(found: OwnCase, now: dt.datetime) -> None:
        answers.rehandle(found.case.id, CITIZEN, now, reason=form.reason.data or "")

    return _act(form, "portal/review.html", _("已经申请重新办理，进展会写在下面。"), do, most=LONGEST)


@bp.route("/case/withdraw", methods=["GET", "POST"])
def case_withdraw() -> Response:
    """Takes the complaint back, until it is answered."""
    form = WithdrawForm()

    def do(found: OwnCase, now: dt.datetime) -> None:
        decisions.withdraw(found.case.id, now)

    return _act(form, "portal/withdraw.html", _("已经撤回。"), do)
