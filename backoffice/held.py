"""内容重复的投诉: set aside by the system, put back by a person, one by one or all together."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from backoffice import bp
from backoffice.fields import number
from shared import clock
from shared.domain.repeats import PASS
from shared.services import queries_work, repeats
from shared.web.auth import me
from shared.web.page import flash_done, page, see_other


@bp.route("/held", methods=["GET", "POST"])
def held() -> Response:
    """The list; a POST puts the ticked ones back, or all."""
    if request.method == "POST":
        return _released()
    cases, total = repeats.listed(me())
    now, calendar = clock.now(), queries_work.calendar_now()
    return page("backoffice/held.html", cases=cases, total=total, first=PASS, now=now, calendar=calendar)


def _released() -> Response:
    every = request.form.get("act") == "all"
    chosen = [number(text) for text in request.form.getlist("case")][: repeats.PAGE]
    count = repeats.release(me(), None if every else chosen)
    if not count:
        flash(_("还没有选中投诉。请先在每件前面打勾。"), "warn")
        return see_other("office.held")
    flash_done(_("已放回 %(n)s 件，在“待受理”里继续办理。", n=count))
    return see_other("office.held") if repeats.listed(me())[1] else see_other("office.queue", view="received")
