"""One page for each step of a case: the form, the check that it is lawful, the act, and what a stale form gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from backoffice import bp, triage
from backoffice.case_words import step_name
from backoffice.fields import StepForm
from backoffice.triage import Place
from shared import clock
from shared.domain import fields
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_queue import Asked
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.page import flash_done, page, see_other
from shared.web.rule_fields import asking, start
from shared.web.state import ring

Fill = Callable[[Any, CaseView], None]
Do = Callable[[int, Any, Actor, dt.datetime], object]


def nothing_to_fill(_form: Any, _view: CaseView) -> None:
    """For forms without choices."""


@dataclass(frozen=True, slots=True)
class Act:
    """How a step is taken: its form, what fills it, the verb, the words above it."""

    action: str
    form: type[StepForm]
    do: Do
    lead: Any
    fill: Fill = nothing_to_fill
    template: str = "backoffice/case_step.html"
    asks: tuple[str, ...] = ()
    """The rule book's own fields of these steps are asked with it."""
    preview: bool = False
    """What the citizen will read is shown before it is sent, for it can't be taken back."""


ACTS: dict[str, Act] = {}


def offer(*acts: Act) -> None:
    """Makes steps reachable at /office/case/<id>/<action>."""
    ACTS.update({a.action: a for a in acts})


@bp.route("/case/<int(max=9007199254740991):case_id>/<step>", methods=["GET", "POST"])
def case_step(case_id: int, step: str) -> Response:
    """Shows a step's form and takes the step."""
    act = ACTS.get(step)
    if act is None:
        abort(404)
    now, view = clock.now(), case_view(case_id, me(), clock.now())
    view.check(act.action)
    form, queue = form_of(act, view), triage.behind(view.case)
    act.fill(form, view)
    status, stage = 200, request.form.get("act", "")
    if not form.is_submitted():
        form.version.data = str(view.case.version)
    elif not form.validate():
        status = 422
    elif not act.preview or stage == "send":
        try:
            act.do(case_id, form, me(), now)
        except Refused as error:
            view, status = after_refusal(act, form, error, view, now)
        else:
            ring()
            return _done(act, view, stage, queue)
    show = act.preview and stage == "preview" and status == 200
    onward = triage.onward(act.action, view)
    stale = status == 409
    return page(act.template, status=status, form=form, view=view, act=act, preview=show, stale=stale, onward=onward)


def form_of(act: Act, view: CaseView) -> Any:
    """The step's form with the rule book's own fields; what is known since the complaint came in isn't asked anew."""
    case, category = view.case, None if act.action == "accept" else view.case.category
    wanted = fields.asked(view.regime, *act.asks, channel=case.channel, category=category, mode=case.mode)
    wanted = [one for one in wanted if not fields.of_person(one)]
    wanted = [one for one in wanted if one.step != "register" or one.code not in view.filled]
    form = asking(act.form, view.regime, wanted)()
    if not form.is_submitted():
        start(form, view.begun)
    return form


def _done(act: Act, view: CaseView, stage: str, queue: tuple[Place, Asked] | None) -> Response:
    """Says what was done and goes on: to the step that follows, back to the queue, or to the case."""
    case = view.case
    done = _("已办理：%(step)s。", step=step_name("action", act.action))
    link = url_for("office.case_page", case_id=case.id)
    onward = triage.onward(act.action, view) if stage == "onward" else ""
    flash_done(Markup('{} <a href="{}">{}</a>').format(done, link, case.register_no) if queue else done)
    if onward:
        return see_other("office.case_step", case_id=case.id, step=onward, queue=str(queue[0]) if queue else None)
    return triage.go_back(*queue) if queue else see_other("office.case_page", case_id=case.id)


def after_refusal(act: Act, form: StepForm, error: Refused, view: CaseView, now: dt.datetime) -> tuple[CaseView, int]:
    """What is shown again: the typed words stay, a stale form gets the newest state beside it and its version."""
    status = refused(form, error)
    if error.code == "stale":
        view = case_view(view.case.id, me(), now)
        view.check(act.action)  # no longer lawful: the words come back on a page that says so
        form.version.data = str(view.case.version)
    return view, status
