"""Drafting a unit's reply, two people at once included, and the leader's approval of it (R2.11, R2.14)."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from backoffice import bp
from backoffice.fields import StepForm, loosen, words, yes_no
from backoffice.investigate import OpinionForm
from backoffice.slips import SlipAct, offer
from shared import clock
from shared.domain import fields
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.models.slip import Reply
from shared.services import replies
from shared.services.queries_slip import SlipView, slip_view
from shared.services.replies import OUTCOMES
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.rule_fields import answers_of, asking, start
from shared.web.state import ring

PARTS = ("outcome", "solution", "opinion", "plan", "reason")


class ApproveForm(StepForm):
    """The leader's word on a reply (R2.11)."""

    decision = yes_no(_l("您的决定"), _l("同意"), _l("退回修改"))
    comment = words(_l("意见"), must=False, hint=_l("退回修改的，请写明要改什么。"))


def no_choices(_form: ApproveForm, _view: SlipView) -> None:
    """For a form that stands as it is."""


def version_read(view: SlipView) -> int:
    """The reply's version: nobody approves what has changed since it was read."""
    last = view.reply("submitted")
    return last.version if last is not None else 0


def approve(slip_id: int, form: ApproveForm, actor: Actor, now: dt.datetime) -> None:
    """Approves or sends back."""
    approved, comment = form.decision.data == "yes", form.comment.data or ""
    replies.decide(slip_id, actor, now, approved=approved, comment=comment, version=form.seen)


offer(
    SlipAct(
        "approve_reply",
        ApproveForm,
        approve,
        _l("单位领导同意后，才能报送。"),
        no_choices,
        "backoffice/slip_approve.html",
        version_read,
    )
)


@bp.route("/slip/<int(max=9007199254740991):slip_id>/save_reply", methods=["GET", "POST"])
def slip_reply(slip_id: int) -> Response:
    """The reply: kept as a draft, or handed to the unit's leader."""
    view = slip_view(slip_id, me())
    view.check("save_reply")
    form, submit = _form(view), request.form.get("act") == "submit"
    form.outcome.choices = [(o, label("outcome", o)) for o in OUTCOMES]
    form.solution.label.text, form.opinion.label.text = _("解决办法"), _("回复意见")  # R2.14
    status, keep = 200, request.form.get("keep", "")
    if not submit:
        loosen(form)
    if keep == "theirs":
        return see_other("office.slip_reply", slip_id=slip_id)
    if not form.is_submitted():
        _start(form, view)
    elif keep != "merge":
        status = 422 if not form.validate() else _keep(slip_id, form, submit)
        if status == 303:
            return see_other("office.slip_page" if submit else "office.slip_reply", slip_id=slip_id)
    if status == 409:
        return conflict(slip_id, form)
    return page("backoffice/slip_reply.html", status=status, form=form, view=view, merging=keep == "merge")


def _form(view: SlipView) -> OpinionForm:
    """The reply's form with what the rule book asks of the unit besides."""
    wanted = fields.asked(view.regime, "submit_reply", category=view.category)
    return asking(OpinionForm, view.regime, [one for one in wanted if not fields.of_person(one)])()


def _start(form: OpinionForm, view: SlipView) -> None:
    draft, last = view.reply("draft"), view.reply("draft", "sent_back", "rejected")
    form.version.data = str(draft.version if draft is not None else 0)  # 0: nobody may have begun one meanwhile
    start(form, view.begun)
    if last is not None:
        form.outcome.data = last.outcome or None
        form.solution.data, form.opinion.data = last.solution, last.opinion
        form.plan.data, form.reason.data = last.plan, last.reason


def _keep(slip_id: int, form: OpinionForm, submit: bool) -> int:
    now = clock.now()
    try:
        if submit:
            replies.submit(slip_id, me(), now, form.proposal(), fields=answers_of(form), version=form.seen)
        else:
            replies.save(slip_id, me(), now, form.proposal(), fields=answers_of(form), version=form.seen)
    except Refused as error:
        return refused(form, error) if error.code != "stale" else 409
    ring()
    flash_done(_("已送单位领导审核。") if submit else _("草稿已保存，还没有送审。"))
    return 303


def conflict(slip_id: int, form: OpinionForm) -> Response:
    """Somebody else kept a draft meanwhile: both texts, side by side (409)."""
    view = slip_view(slip_id, me())
    draft = view.reply("draft")
    if draft is None:
        raise Refused("not_now", action="save_reply", state=view.slip.state)
    rows = [
        {"label": form[p].label.text, "name": p, "mine": form[p].data or "", "theirs": getattr(draft, p)} for p in PARTS
    ]
    typed = {fields.PREFIX + code: text for code, text in answers_of(form).items()}
    return page("backoffice/slip_conflict.html", status=409, view=view, draft=draft, rows=rows, typed=typed)


def changes(old: str, new: str) -> Markup:
    """The new text with what was added and what was taken away marked."""
    matcher, out = difflib.SequenceMatcher(None, old, new, autojunk=False), Markup("")
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            out += escape(old[a:b])
            continue
        if a != b:
            out += Markup("<del>{}</del>").format(old[a:b])
        if c != d:
            out += Markup("<ins>{}</ins>").format(new[c:d])
    return out


@bp.app_template_global()
def reply_rows(new: Reply, old: Reply | None) -> list[dict[str, Any]]:
    """A reply part by part, with the difference to the version before it."""
    names = {"solution": _("解决办法"), "opinion": _("回复意见"), "plan": _("工作计划"), "reason": _("不能解决的理由")}
    texts = {p: (getattr(old, p) if old is not None else getattr(new, p), getattr(new, p)) for p in names}
    rows = [{"label": names[p], "value": changes(*pair)} for p, pair in texts.items() if any(pair)]
    return [{"label": _("办理结果"), "value": label("outcome", new.outcome)}, *rows]
