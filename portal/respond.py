"""What a citizen does with the own case: answer a question, rate, ask to be heard again, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, TextAreaField
from wtforms.validators import Length

from portal import bp
from portal.submit_forms import choices
from portal.track import mine, over
from shared import clock, files
from shared.domain.errors import Refused
from shared.domain.follow_up import DISSATISFIED
from shared.domain.visibility import CITIZEN
from shared.services import answers, case_files, decisions
from shared.services.queries_citizen import OwnCase
from shared.web.forms import Form, refused
from shared.web.labels import refusal
from shared.web.page import flash_done, page, see_other
from shared.web.state import limits, ring, store
from shared.web.words import LABELS

LONGEST, COMMENT_LONGEST = 3000, 1000
TOO_LONG = _l("最多 %(max)d 个字，请缩短一些。")


class AnswerForm(Form):
    """The answer to a question, with files where they help."""

    text = TextAreaField(_l("您的回答"), [Length(max=LONGEST, message=TOO_LONG)])
    files = MultipleFileField(_l("补充材料"))


class RateForm(Form):
    """Five levels and 说不好; why, if one likes."""

    level = RadioField(
        _l("对这次办理，您觉得怎么样？"),
        choices=choices(LABELS["level"]),
        validate_choice=False,  # the rule says it, in its own words
    )
    comment = TextAreaField(_l("想说说为什么吗"), [Length(max=COMMENT_LONGEST, message=TOO_LONG)])


class ReviewForm(Form):
    """What remained unsolved."""

    reason = TextAreaField(_l("哪里没有解决"), [Length(max=LONGEST, message=TOO_LONG)])


class WithdrawForm(Form):
    """Nothing to say; the button says it."""


def _act(form: Form, template: str, do: Callable[[OwnCase, dt.datetime], tuple[str, str]], **more: Any) -> Response:
    """Shows a form about the own case and does what it says; `do` returns what is done and where it leads."""
    found = mine()
    if found is None:
        return over()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                done, then = do(found, clock.now())
            except Refused as error:
                status = refused(form, error)
            else:
                ring()
                flash_done(done)
                return see_other(then)
        found = mine() or found  # what was refused may be refused because something has happened meanwhile
    return page(template, status=status, form=form, own=found, case=found.case, quick_exit=True, **more)


@bp.route("/case/answer", methods=["GET", "POST"])
def case_answer() -> Response:
    """Answers the question that staff asked, with files; without a question, takes files alone."""
    form = AnswerForm()

    def do(found: OwnCase, now: dt.datetime) -> tuple[str, str]:
        sent = _add_files(form, found, now)
        if request.form.get("act") == "upload" or found.question is None:
            if not sent:
                raise Refused("no_file", field="files")
            return _("材料已经收到。"), "portal.case_answer" if found.question else "portal.case"
        decisions.answer_question(found.case.id, CITIZEN, now, text=form.text.data or "")
        return _("已提交。我们会继续办理。"), "portal.case"

    return _act(form, "portal/answer.html", do, most=LONGEST, limits=limits())


def _add_files(form: AnswerForm, found: OwnCase, now: dt.datetime) -> int:
    """Adds the good files to the case at once, so that a bad one or a missing answer loses nothing; returns how many.

    Raises Refused('files_refused') with each reason in the form, Refused('too_many_files', limit).
    """
    if not found.may_add_files:
        return 0
    kept: list[files.Kept] = []
    reasons: list[str] = []
    for upload in request.files.getlist("files"):
        if upload.filename:
            try:
                files.check_count(len(found.files) + len(kept), 1, limits())
                kept.append(files.take_in(cast(BinaryIO, upload.stream), upload.filename, limits(), store()))
            except Refused as error:
                reasons.append(refusal(error))
    if kept:
        _attach(found.case.id, now, kept)
    if reasons:
        form.files.errors = reasons
        raise Refused("files_refused", field="files")
    return len(kept)


def _attach(case_id: int, now: dt.datetime, kept: list[files.Kept]) -> None:
    try:
        case_files.attach_by_citizen(case_id, now, kept, limits().files)
    except Refused:
        for one in kept:
            store().delete(one.stored)
        raise


@bp.route("/case/rate", methods=["GET", "POST"])
def case_rate() -> Response:
    """Rates the answer, once a round; whoever is dissatisfied is offered to be heard again."""
    form = RateForm()

    def do(found: OwnCase, now: dt.datetime) -> tuple[str, str]:
        level = str(form.level.data or "")
        answers.rate(found.case.id, CITIZEN, now, level=level, comment=form.comment.data or "")
        again = level in DISSATISFIED and found.may_ask_again
        return _("谢谢您的评价。"), "portal.case_review" if again else "portal.case"

    return _act(form, "portal/rate.html", do, most=COMMENT_LONGEST)


@bp.route("/case/review", methods=["GET", "POST"])
def case_review() -> Response:
    """Asks to be heard again."""
    form = ReviewForm()

    def do(found: OwnCase, now: dt.datetime) -> tuple[str, str]:
        answers.rehandle(found.case.id, CITIZEN, now, reason=form.reason.data or "")
        return _("已经申请重新办理，进展会写在下面。"), "portal.case"

    return _act(form, "portal/review.html", do, most=LONGEST)


@bp.route("/case/withdraw", methods=["GET", "POST"])
def case_withdraw() -> Response:
    """Takes the complaint back, until it is answered."""
    form = WithdrawForm()

    def do(found: OwnCase, now: dt.datetime) -> tuple[str, str]:
        decisions.withdraw(found.case.id, now)
        return _("已经撤回。"), "portal.case"

    return _act(form, "portal/withdraw.html", do)
