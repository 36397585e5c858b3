"""Following one's own case: two numbers in, then a page that says where it stands and what comes next."""

from __future__ import annotations

from typing import Any

from flask import Response, g, session
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal import bp
from portal.home import span
from shared import clock
from shared.crypto import Busy
from shared.domain.errors import Refused
from shared.domain.receipts import grouped
from shared.services import tracking, visits
from shared.services.queries_citizen import OwnCase, own_case
from shared.web.forms import Form
from shared.web.labels import refusal
from shared.web.page import page, see_other
from shared.web.state import keys, settings, store

LONGEST = 60


class TrackForm(Form):
    """Receipt number and access code, in any spelling."""

    receipt_no = StringField(_l("受理编号"))
    code = StringField(_l("查询码"))


@bp.route("/track", methods=["GET", "POST"])
def track() -> Response:
    """The two fields; one answer for every mismatch."""
    form, status = TrackForm(), 200
    if form.is_submitted():
        try:
            form.validate()
            token = tracking.enter(
                keys(), (form.receipt_no.data or "")[:LONGEST], (form.code.data or "")[:LONGEST], clock.now()
            )
        except Refused as error:
            form.form_errors.append(refusal(error))
            status = 429 if error.code == "wait" else 422
        except Busy as busy:
            response = page("portal/track.html", status=503, form=form, busy=True, quick_exit=True)
            response.headers["Retry-After"] = str(busy.retry_after)
            return response
        else:
            visits.end(session.pop("visit", None), store())
            session.clear()
            session["visit"] = token
            return see_other("portal.case")
    form.code.data = ""
    return page("portal/track.html", status=status, form=form, quick_exit=True)


def mine() -> OwnCase | None:
    """The case of this visit; its institution becomes the page's."""
    found = own_case(session.get("visit"), clock.now(), settings().visit_idle_minutes)
    if found is not None:
        g.institution = found.institution
    return found


def over() -> Response:
    """The visit is over: say so and lead back to the two fields."""
    return page("portal/case_over.html", status=410, quick_exit=True)


@bp.get("/case")
def case() -> Response:
    """Where it stands, who holds it, by when, what was said, and the one thing that waits for the citizen."""
    found = mine()
    if found is None:
        return over()
    return page("portal/case.html", fragment="portal/_case_progress.html", **shown(found))


def shown(found: OwnCase) -> dict[str, Any]:
    """What the page and its refreshed part both show."""
    return {
        "own": found,
        "case": found.case,
        "number": grouped(found.case.receipt_no),
        "now": clock.now(),
        "limits": [(rule, span(rule)) for rule in found.regime.limits if not rule.right],
        "quick_exit": True,
    }


@bp.post("/case/leave")
def case_leave() -> Response:
    """Ends the visit in this browser."""
    visits.end(session.pop("visit", None), store())
    response = see_other("portal.track")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
