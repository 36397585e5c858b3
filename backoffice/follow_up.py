"""What the office does with a case in hand: answer, send back, extend, hear the citizen again, close, archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from backoffice import bp
from backoffice.fields import DayField, Said, StepForm, radios, words, yes_no
from backoffice.steps import Act, offer
from shared.domain import feedback
from shared.domain.feedback import MEANS
from shared.domain.follow_up import LEVELS
from shared.domain.visibility import Actor
from shared.services import answers, extensions, previews, replies
from shared.services.answers import Told
from shared.services.queries_case import CaseView
from shared.tasks import base_url
from shared.web import dates
from shared.web.labels import label
from shared.web.rule_fields import answers_of
from shared.web.state import settings


class AnswerForm(StepForm):
    """The answer to the citizen and how it is given (R2.15, R2.16, R5.07)."""

    means = radios(_l("答复方式"), [(m, "") for m in MEANS])
    why_means = words(_l("为什么换一种方式答复"), must=False, longest=500)
    text = words(_l("答复内容"), hint=_l("写给来信人看。不写其他人的姓名和电话。"))
    record = words(_l("电话记录"), must=False, hint=_l("电话答复的，写明时间、接听人和对方的意见。"))
    signed = BooleanField(_l("来信人已经签字（当面答复的）"))
    satisfaction = radios(_l("来信人的满意度"), must=False, hint=_l("当面或者电话答复时，来信人说了才填。"))


class RejectForm(StepForm):
    """Why a reply is not good enough."""

    comment = words(_l("退回的理由"), hint=_l("写明哪一点没有答复、还要补充什么。"))


class ExtendForm(StepForm):
    """A later date and why (R2.07, R5.08)."""

    new_day = DayField(_l("新的办结日期"), [Said()])
    reason = words(_l("延期的原因"), hint=_l("来信人会看到这段话。"))
    agreed = BooleanField(_l("已经联系来信人，来信人同意新的日期"))


class DecideForm(StepForm):
    """A leader's yes or no."""

    decision = yes_no(_l("您的决定"), _l("批准"), _l("不批准"))
    comment = words(_l("意见"), must=False, hint=_l("不批准的，请写明理由。"))


class RateForm(StepForm):
    """A rating that the citizen gave by phone, letter or visit."""

    level = radios(_l("来信人的评价"))
    comment = words(_l("来信人说了什么"), must=False)


class AgainForm(StepForm):
    """What remained unsolved."""

    reason = words(_l("为什么重新办理"), hint=_l("写明来信人认为哪里没有解决。"))


def fill_answer(form: AnswerForm, view: CaseView) -> None:
    """The words for means and ratings; the text that was approved."""
    label_answer(form)
    own = feedback.own_means(view.case.channel)
    if any(feedback.needs_reason(view.regime, view.case.channel, one) for one in MEANS):
        came, back = label("channel", view.case.channel), label("means", own)
        form.means.description = _("这件是“%(came)s”来的，制度要求用“%(back)s”答复。", came=came, back=back)
        form.why_means.description = _("改用别的方式答复的，写明理由，例如来信人要求的。")
    else:
        del form.why_means
    if feedback.published(view.regime, view.case.channel):
        form.text.description = _("写给来信人看，不写其他人的姓名和电话。按制度，结果还要隐去来信人以后在网上公开。")
    if not form.is_submitted():
        reply = view.last_reply("handed_in", "approved")
        form.means.data = feedback.own_means(view.case.channel) or None
        form.text.data = reply.opinion if reply is not None and view.case.state == "replied" else by_default(view)


def by_default(view: CaseView) -> str:
    """What the rule book decides where whoever is complained about stayed silent (R24.10); '' where that isn't so."""
    silent = view.case.state == "replied" and any(event.kind == "defaulted" for event, _name in view.events)
    return next((rule.default for rule in view.regime.limits if silent and "defaulted" in rule.stops), "")


def label_answer(form: AnswerForm, means: tuple[str, ...] = MEANS) -> None:
    """The ways and the ratings to choose from."""
    form.means.choices = [(m, label("means", m)) for m in means]
    form.satisfaction.choices = rating_choices()


def rating_choices() -> list[tuple[str, Any]]:
    """The five ratings and 'unsure'."""
    return [(x, label("level", x)) for x in LEVELS]


@bp.app_template_global()
def notice_to_citizen(view: CaseView, code: str, **days: dt.date) -> tuple[str, str] | None:
    """The channel and the words of the notice that a step sends to the citizen; None where none is wanted."""
    return previews.notice(view.case, view.institution, view.notify, code, base_url(settings()), days)


def told(form: AnswerForm) -> Told:
    """What the form says of the answer."""
    return Told(
        means=form.means.data or "",
        text=form.text.data or "",
        record=form.record.data or "",
        signed=bool(form.signed.data),
        satisfaction=form.satisfaction.data or "",
        why_means=(form.why_means.data or "") if form.why_means is not None else "",
    )


def fill_extension(form: ExtendForm, view: CaseView) -> None:
    """Says which date is moved, and asks for the complainant's consent where the rule book does (R3.07, R20.06)."""
    if not view.regime.extension.agreed:
        del form.agreed
    running = view.running(view.regime.extension.limits)
    if running is not None:
        form.new_day.description = _("现在的期限是%(day)s。请选择之后的一个工作日。", day=dates.day(running.due_day))


def fill_rating(form: RateForm, _view: CaseView) -> None:
    """The ratings."""
    form.level.choices = rating_choices()


def feed_back(case_id: int, form: AnswerForm, actor: Actor, now: dt.datetime) -> None:
    """Answers the citizen."""
    answers.feed_back(case_id, actor, now, told(form), fields=answers_of(form), version=form.seen)


def answer_at_once(case_id: int, form: AnswerForm, actor: Actor, now: dt.datetime) -> None:
    """Answers what can be answered at once (R2.04)."""
    answers.answer_at_once(case_id, actor, now, told(form), version=form.seen)


def reject_reply(case_id: int, form: RejectForm, actor: Actor, now: dt.datetime) -> None:
    """Sends the reply back to the unit."""
    replies.reject(case_id, actor, now, comment=form.comment.data or "", version=form.seen)


def extend(case_id: int, form: ExtendForm, actor: Actor, now: dt.datetime) -> None:
    """Promises a later date."""
    day = form.new_day.data or now.date()
    extensions.extend(case_id, actor, now, new_day=day, **_why(form))


def ask_extension(case_id: int, form: ExtendForm, actor: Actor, now: dt.datetime) -> None:
    """Asks the leader for a later date."""
    day = form.new_day.data or now.date()
    extensions.ask(case_id, actor, now, new_day=day, **_why(form))


def _why(form: ExtendForm) -> dict[str, Any]:
    agreed = form.agreed is not None and bool(form.agreed.data)
    return {"reason": form.reason.data or "", "agreed": agreed, "version": form.seen}


def decide_extension(case_id: int, form: DecideForm, actor: Actor, now: dt.datetime) -> None:
    """The leader grants or declines."""
    granted, comment = form.decision.data == "yes", form.comment.data or ""
    extensions.decide(case_id, actor, now, granted=granted, comment=comment, version=form.seen)


def rate(case_id: int, form: RateForm, actor: Actor, now: dt.datetime) -> None:
    """Records the citizen's rating."""
    answers.rate(case_id, actor, now, level=form.level.data or "", comment=form.comment.data or "")


def rehandle(case_id: int, form: AgainForm, actor: Actor, now: dt.datetime) -> None:
    """Begins a new round."""
    answers.rehandle(case_id, actor, now, reason=form.reason.data or "", version=form.seen)


def close(case_id: int, form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """Closes."""
    answers.close(case_id, actor, now, version=form.seen)


def archive(case_id: int, form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """Files the case away."""
    answers.archive(case_id, actor, now, version=form.seen)


offer(
    Act(
        "answer_at_once",
        AnswerForm,
        answer_at_once,
        _l("能够当场答复的，直接答复来信人，不用转办。"),
        fill_answer,
        "backoffice/follow_answer.html",
        preview=True,
    ),
    Act(
        "feed_back",
        AnswerForm,
        feed_back,
        _l("把办理结果告诉来信人。发出后来信人可以评价。"),
        fill_answer,
        "backoffice/follow_answer.html",
        asks=("feed_back",),
        preview=True,
    ),
    Act("reject_reply", RejectForm, reject_reply, _l("回复还不够清楚的，退回承办单位重办，原期限继续计算。")),
    Act(
        "extend",
        ExtendForm,
        extend,
        _l("不能按期办结的，把原因和新的日期告诉来信人。"),
        fill_extension,
        "backoffice/follow_extend.html",
        preview=True,
    ),
    Act("ask_extension", ExtendForm, ask_extension, _l("延期由分管领导批准，批准后告诉来信人。"), fill_extension),
    Act(
        "grant_extension",
        DecideForm,
        decide_extension,
        _l("批准后，系统把原因和新的日期告诉来信人。"),
        template="backoffice/follow_grant.html",
    ),
    Act("rate", RateForm, rate, _l("来信人当面、来电或者来信作出的评价，在这里登记。"), fill_rating),
    Act("rehandle", AgainForm, rehandle, _l("来信人不满意、要求重新办理的，从转办或者调查重新开始。")),
    Act("close", StepForm, close, _l("来信人已经评价，或者评价期已过的，可以办结。")),
    Act("archive", StepForm, archive, _l("归档后不能再办理。请先核对归档清单。")),
)
