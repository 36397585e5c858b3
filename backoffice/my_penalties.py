"""What a person, or a unit that the person speaks for, has been told to bear; and the objection to it (R3.09)."""

from __future__ import annotations

import datetime as dt

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import StepForm, words
from backoffice.tries import tried
from shared.services import queries_ledger, staff_appeals
from shared.web.auth import me
from shared.web.page import flash_done, page, see_other


class AppealForm(StepForm):
    """Why it isn't right."""

    text = words(_l("您的意见"), longest=3000, hint=_l("写明哪里不对，有什么可以证明。"))


@bp.get("/me/penalties")
def my_penalties() -> Response:
    """Everything that concerns the reader; nothing of any complaint."""
    return page("backoffice/my_penalties.html", found=queries_ledger.mine(me()))


@bp.route("/me/penalties/<int(max=9007199254740991):penalty_id>", methods=["GET", "POST"])
def my_penalty(penalty_id: int) -> Response:
    """One of them: why, how much, by when, and the objection."""
    form = AppealForm()

    def do(now: dt.datetime) -> None:
        staff_appeals.appeal(penalty_id, me(), now, text=form.text.data or "", version=form.seen)

    view = queries_ledger.own_line(penalty_id, me())
    status = tried(form, do, lambda: queries_ledger.own_line(penalty_id, me()).entry.row.version)
    if status == 303:
        flash_done(_("已收到您的申诉。决定以前，不用缴纳。"))
        return see_other("office.my_penalty", penalty_id=penalty_id)
    view = queries_ledger.own_line(penalty_id, me()) if status != 200 else view
    return page("backoffice/my_penalty.html", status=status, view=view, row=view.entry.row, form=form)
