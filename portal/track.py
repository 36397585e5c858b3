"""Following one's own case: two numbers in, then a page that says where it stands and what comes next."""

from __future__ import annotations

import datetime as dt

from flask import Response, g, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal import bp, waiting
from portal.drafts import pages_left
from portal.proofs import evidence_of
from portal.waiting import Typed
from shared import clock
from shared.crypto import Busy
from shared.domain.errors import Refused
from shared.domain.receipts import LONGEST_TYPED, grouped
from shared.models.appointment import Appointment
from shared.services import appointments, queries_portal, tracking, visits
from shared.services.queries_citizen import OwnCase, own_case
from shared.web import dates
from shared.web.dates import DueMark
from shared.web.forms import Form
from shared.web.labels import refusal
from shared.web.page import page, see_other, wants_fragment
from shared.web.state import keys, settings, store

KEPT_EVERY = dt.timedelta(minutes=1)


class TrackForm(Form):
    """Receipt number and access code, in any spelling."""

    receipt_no = StringField(_l("受理编号"))
    code = StringField(_l("查询码"))


@bp.route("/track", methods=["GET", "POST"])
def track() -> Response:
    """The two fields; one answer for every mismatch."""
    form = TrackForm()
    if not form.is_submitted():
        waiting.forget()
        return _shown(form, 200, unsent())
    receipt_no, code = ((field.data or "")[:LONGEST_TYPED] for field in (form.receipt_no, form.code))
    return _tried(form, Typed(receipt_no, code, "drop" in request.form))


@bp.get("/track/again")
def track_again() -> Response:
    """The same numbers again, from the line in front of tracking; where none wait, the two fields."""
    typed = waiting.typed_before(clock.now())
    if typed is None:
        return see_other("portal.track")
    return _tried(TrackForm(formdata=None, data=typed._asdict()), typed)


def _tried(form: TrackForm, typed: Typed) -> Response:
    draft = unsent()
    if draft and not typed.drop:
        return _shown(form, 409, draft)  # begun in another tab meanwhile: nothing is dropped before the page says so
    try:
        return _enter(typed)
    except Refused as error:
        waiting.forget()
        form.form_errors.append(refusal(error))
        wait = error.facts.get("seconds")
        response = _shown(form, 422 if wait is None else 429, draft)
        if wait is not None:
            response.headers["Retry-After"] = str(wait)
        return response
    except Busy as busy:
        return waiting.wait(typed, clock.now(), busy.retry_after)


def _shown(form: TrackForm, status: int, draft: str | None) -> Response:
    return page("portal/track.html", status=status, form=form, draft=draft, quick_exit=True)


def _enter(typed: Typed) -> Response:
    """Opens the case under a new token, so that nobody can prepare a session for somebody else."""
    token = tracking.enter(keys(), typed.receipt_no, typed.code, clock.now())
    visits.end(session.get("visit"), store())
    session.clear()
    session["visit"] = token
    return see_other("portal.case")


def unsent() -> str | None:
    """Where the complaint that is being written in this browser goes on; it ends where a case is opened."""
    visit = visits.find(session.get("visit"), clock.now(), settings().visit_idle_minutes)
    if visit is None or not visit.draft:
        return None
    place = next((one.slug for one in queries_portal.institutions() if one.id == visit.institution_id), None)
    return url_for(f"portal.submit_{pages_left(visit.draft)[0]}", office=place)


def mine() -> OwnCase | None:
    """The case of this visit; its institution becomes the page's. A refresh by itself keeps no visit open."""
    token = session.get("visit")
    found = own_case(token, clock.now(), settings().visit_idle_minutes)
    if token is None or found is None:
        return None
    if not wants_fragment() and found.now - found.seen_at >= KEPT_EVERY:
        tracking.keep_open(token, found.now)
    g.institution = found.institution
    g.at_office = len(queries_portal.institutions()) > 1
    return found


def over() -> Response:
    """The visit is over: say so and lead back to the two fields."""
    if wants_fragment():
        return see_other("portal.case")  # the whole page, not the place of its part
    return page("portal/case_over.html", status=410, quick_exit=True)


@bp.get("/case")
def case() -> Response:
    """Where it stands, who holds it, by when, what was said, and the one thing that waits for the citizen."""
    found = mine()
    if found is None:
        return over()
    return page(
        "portal/case.html",
        fragment="portal/_case_progress.html",
        own=found,
        case=found.case,
        number=grouped(found.case.receipt_no),
        due=_due(found),
        proof=evidence_of(found),
        coming=_coming(found),
        quick_exit=True,
    )


def _coming(found: OwnCase) -> Appointment | None:
    """The time at which somebody comes, named or agreed, until that day is over."""
    row = appointments.newest(found.case.id) if found.on_site else None
    return row if row and row.day >= dates.here().today else None


def _due(found: OwnCase) -> DueMark | None:
    """The deadline mark of what is promised to the citizen; None where nothing is promised now."""
    row = found.due
    if row is None or not found.case.is_open:
        return None
    if row.paused_since is not None:
        return DueMark("pause", _("已暂停，等您补充"))
    return dates.mark(row.due_at, found.now, found.calendar, provisional=row.provisional)


@bp.post("/case/leave")
def case_leave() -> Response:
    """Ends the visit in this browser."""
    visits.end(session.get("visit"), store())
    session.clear()
    response = see_other("portal.track")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
