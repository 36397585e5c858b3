"""The slip page of units and office, and one page for each step of a slip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, send_file
from flask_babel import gettext as _

from backoffice import bp
from backoffice.case_words import actor_name, step_name
from backoffice.fields import StepForm
from shared import clock, files
from shared.domain import capa
from shared.domain.errors import Refused
from shared.domain.forms import of_slips
from shared.domain.lifecycle import SLIP_STEPS, UNIT_ROLES, Role, SlipState, next_slip_steps
from shared.domain.visibility import DONE_BY, Actor, roles_on
from shared.models.corrective import CorrectiveAction
from shared.models.event import Event
from shared.models.slip import CoHandling
from shared.services import queries_corrective, scanning, slips
from shared.services.queries_slip import SlipView, file_for, slip_view, still_open
from shared.web import dates
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.state import ring, settings, store

APART = frozenset(
    {
        "recall_copy",
        "deny_return",
        "send_back_reply",
        "reject_reply",
        "give_help",
        "decide_help",
        "lay_help",
        "submit_reply",
    }
)
"""Steps that share a page with another, or stand beside the part they are about."""


def _of_slip(view: SlipView) -> int:
    return view.slip.version


@dataclass(frozen=True, slots=True)
class SlipAct:
    """How a step of a slip is taken."""

    action: str
    form: type[StepForm]
    do: Callable[[int, Any, Actor, dt.datetime], object]
    lead: Any
    """The words above the form, or what makes them of the slip."""
    fill: Callable[[Any, SlipView], None]
    template: str = "backoffice/slip_step.html"
    version: Callable[[SlipView], int] = _of_slip
    """The version that the form carries: what the person has read."""
    then: str = "office.slip_page"
    """The page that goes on from there."""


ACTS: dict[str, SlipAct] = {}


def offer(*acts: SlipAct) -> None:
    """Makes steps reachable at /office/slip/<id>/<action>."""
    ACTS.update({a.action: a for a in acts})


@bp.get("/slip/<int(max=9007199254740991):slip_id>")
def slip_page(slip_id: int) -> Response:
    """A slip: what the unit is asked, what it has done, what it may do next."""
    view, now = slip_view(slip_id, me()), clock.now()
    return page(
        "backoffice/slip.html",
        view=view,
        steps=steps_of(view, now),
        forms=[one for one in of_slips(view.regime) if one.code != "slip"],
        may_help={h.id for h in view.helps if may_help(h, me(), view)},
        may_recall=view.slip.recalled_at is None and _lawful("recall_copy", view, view.roles),
        may_decide=_lawful("decide_help", view, view.roles),
        may_attach=view.slip.state == "signed" and bool({"handler", "signer"} & view.roles),
        due=dates.mark(view.due.due_at, now, view.calendar) if view.due and not view.due.stopped_at else None,
        story=story(view),
        measures=measures_of(view),
        may_plan=may_plan(view),
    )


def measures_of(view: SlipView) -> list[CorrectiveAction]:
    """What the slip's unit is to put right because of the case, where the rule book has such a thing."""
    return queries_corrective.of_slip(view.slip.case_id, slips.holders(view.slip)) if view.regime.capa else []


def may_plan(view: SlipView) -> bool:
    """Whether the reader may plan a measure of the unit (R1.06)."""
    able = view.slip.state == "signed" and bool(view.roles & DONE_BY["plan_measure"])
    return able and bool(capa.kinds(view.regime, by_unit=True))


def story(view: SlipView) -> list[dict[str, Any]]:
    """What happened to the slip, newest first; of the office's acts the unit reads the kind alone."""
    return [
        {
            "title": label("event", e.kind),
            "when": dates.moment(e.at) if _exact(e, view) else dates.day(e.at),
            "iso": e.at.isoformat(timespec="seconds")
            if _exact(e, view)
            else e.at.astimezone(dates.zone()).date().isoformat(),
            "by": actor_name(e, name, view.regime),
        }
        for e, name in reversed(view.events)
    ]


def _exact(event: Event, view: SlipView) -> bool:
    """Of the office's acts a unit learns the day alone; what it did itself it may know to the minute (R2.10)."""
    return view.in_office or event.actor_role in UNIT_ROLES


def steps_of(view: SlipView, now: dt.datetime) -> list[str]:
    """The steps to offer as buttons, the likeliest first."""
    found = [s.action for s in next_slip_steps(SlipState(view.slip.state), view.roles) if s.action not in APART]
    if not still_open(view.clock("return"), now) or view.slip.section_id:
        found = [a for a in found if a != "ask_return"]  # R2.12: the right has lapsed, or the slip was taken on
    if view.slip.recalled_at is None:
        found = [a for a in found if a != "reissue_copy"]
    if not (view.consent_direct and view.regime.reply.direct_with_consent):
        found = [a for a in found if a != "answer_directly"]
    return sorted(found, key=lambda a: a in {"ask_return", "ask_help", "answer_directly"})


def may_help(part: CoHandling, actor: Actor, view: SlipView) -> bool:
    """Whether the reader may give this unit's opinion now (R2.13)."""
    return part.state == "agreed" and _lawful("give_help", view, roles_on(actor, view.institution.id, {part.unit_id}))


def _lawful(action: str, view: SlipView, roles: Iterable[Role]) -> bool:
    step = SLIP_STEPS[action]
    return view.slip.state in step.frm and bool(step.roles & set(roles))


@bp.route("/slip/<int(max=9007199254740991):slip_id>/<step>", methods=["GET", "POST"])
def slip_step(slip_id: int, step: str) -> Response:
    """Shows a step's form and takes the step."""
    act = ACTS.get(step)
    if act is None:
        abort(404)
    view, status = slip_view(slip_id, me()), 200
    view.check(act.action)
    form = act.form()
    act.fill(form, view)
    if not form.is_submitted():
        form.version.data = str(act.version(view))
    elif not form.validate():
        status = 422
    else:
        try:
            act.do(slip_id, form, me(), clock.now())
        except Refused as error:
            status = refused(form, error)
            if error.code == "stale":
                view = slip_view(slip_id, me())
                view.check(act.action)
                form.version.data = str(act.version(view))
        else:
            ring()
            flash_done(_("已办理：%(step)s。", step=step_name("slip_action", act.action)))
            place = {"slip_id": slip_id} if act.then == "office.slip_page" else {"case_id": view.slip.case_id}
            return see_other(act.then, **place)
    return page(act.template, status=status, form=form, view=view, act=act, stale=status == 409)


@bp.get("/file/<int(max=9007199254740991):attachment_id>")
def file(attachment_id: int) -> Response:
    """A stored file, saved and never run; 404 where it isn't the reader's."""
    found = file_for(attachment_id, me())
    scanning.check_served(found.scan, wanted=bool(settings().clamd_socket))
    try:
        content = store().open(found.stored)
    except FileNotFoundError:
        abort(404)
    response = send_file(content, mimetype=found.media_type)
    response.headers.update(files.download_headers(found.name, found.media_type))
    response.cache_control.no_store = True
    return response


from backoffice import about, recall, reply, sign_transfer, slip_acts, transfer  # noqa: E402, F401  # they offer their steps
