"""Taking a unit's copy back, and giving it a new one on the same slip (promises 1.6)."""

from __future__ import annotations

import datetime as dt

from flask import Response
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.copies import CopyForm, fill_copy, looked_at, made_anew
from backoffice.fields import StepForm, words
from backoffice.slips import ACTS, SlipAct, offer
from shared import clock
from shared.domain.visibility import Actor
from shared.services import recalls
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_slip import SlipView, slip_view
from shared.web.auth import me
from shared.web.state import ring_copies, store


class RecallForm(StepForm):
    """Why the copy is taken back; the unit doesn't read it."""

    reason = words(_l("收回的理由"), hint=_l("只有本办公室看得到。写明漏隐了哪一处。"), longest=1000)


class ReissueForm(CopyForm):
    """The new copy."""

    view: CaseView


def nothing(_form: StepForm, _view: SlipView) -> None:
    """For forms without choices."""


def fill_reissue(form: ReissueForm, view: SlipView) -> None:
    """The original once more, everything proposed hidden."""
    form.view = case_view(view.slip.case_id, me(), clock.now())
    fill_copy(form, form.view)


def recall(slip_id: int, form: RecallForm, actor: Actor, now: dt.datetime) -> None:
    """Takes the copy back."""
    recalls.recall(slip_id, actor, now, store(), reason=form.reason.data or "", version=form.seen)


def reissue(slip_id: int, form: ReissueForm, actor: Actor, now: dt.datetime) -> None:
    """Gives the unit the new copy."""
    looked_at(form)
    recalls.reissue(
        slip_id,
        actor,
        now,
        **form.confirmed_copy(),
    )
    ring_copies()


offer(
    SlipAct(
        "recall_copy",
        RecallForm,
        recall,
        _l("收回后，承办单位立刻看不到办理内容和材料。收回会记录下来。"),
        nothing,
    ),
    SlipAct(
        "reissue_copy",
        ReissueForm,
        reissue,
        _l("在同一张转办单上发出新的副本。"),
        fill_reissue,
        "backoffice/slip_reissue.html",
    ),
)


@bp.post("/slip/<int(max=9007199254740991):slip_id>/reissue_copy/copy")
def reissue_made(slip_id: int) -> Response:
    """The same page with the copy made by the new choice; htmx takes the copy alone."""
    view = slip_view(slip_id, me())
    view.check("reissue_copy")
    form = ReissueForm()
    fill_reissue(form, view)
    return made_anew("backoffice/slip_reissue.html", form, view=view, act=ACTS["reissue_copy"])
