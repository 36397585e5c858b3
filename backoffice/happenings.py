"""What came about outside and limits count from: talks that failed, a notice served, a report in the media."""

from __future__ import annotations

import datetime as dt

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import DayField, Said, StepForm, radios, words
from backoffice.tries import tried
from shared import clock
from shared.domain.ledger import OFFICE
from shared.domain.lifecycle import OFFICE_ROLES
from shared.services import happenings, queries_books
from shared.web import dates
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other


class HappeningForm(StepForm):
    """What, when, and what there is to say about it."""

    happening = radios(_l("发生了什么"))
    day = DayField(_l("哪一天"), [Said()])
    text = words(_l("经过"), longest=3000, hint=_l("谁、在哪里、怎么知道的。只有本办公室看得到。"))


@bp.route("/case/<int(max=9007199254740991):case_id>/happenings", methods=["GET", "POST"])
def case_happenings(case_id: int) -> Response:
    """What has been written down, which limits run from it, and the form for more."""
    head, form = queries_books.case_head(case_id, me()), HappeningForm()
    head.need(OFFICE_ROLES, "happening")
    may, kinds = bool(OFFICE & head.held), happenings.offered(head.book)
    form.happening.choices = [(kind, label("event", kind)) for kind in kinds]
    if form.is_submitted():
        head.need(OFFICE, "happening")
    elif not form.day.data:
        form.day.data = clock.now().astimezone(dates.zone()).date()

    def do(now: dt.datetime) -> None:
        said = {"kind": form.happening.data or "", "text": form.text.data or ""}
        happenings.record(case_id, me(), now, day=form.day.data or now.date(), version=form.seen, **said)

    status = tried(form, do, lambda: queries_books.case_head(case_id, me()).case.version)
    if status == 303:
        flash_done(_("已登记。"))
        return see_other("office.case_happenings", case_id=case_id)
    story = queries_books.happened(case_id, head.book)
    waits = happenings.reports_outside(head.book) and not any(e.kind == happenings.OUTSIDE for e, _rule in story)
    return page(
        "backoffice/case_happenings.html",
        status=status,
        case=head.case,
        form=form,
        may=may and bool(kinds),
        story=story,
        clocks=queries_books.clocks_of(case_id, head.book, {e.kind for e, _rule in story}),
        waits=waits,
    )
