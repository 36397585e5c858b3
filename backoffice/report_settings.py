"""What the head of the office sets for reports: how often, the target, the size of outlets, the organisation's tree."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Response, request
from flask_babel import gettext as _

from backoffice import bp
from backoffice.fields import number
from shared import clock
from shared.domain.errors import Refused
from shared.domain.reports import EVERY, rhythm_of
from shared.domain.visibility import need
from shared.services import queries_reports
from shared.services import report_settings as verbs
from shared.web.auth import me
from shared.web.forms import STALE, Form
from shared.web.labels import label, refusal
from shared.web.page import flash_done, page, see_other


@bp.route("/reports/settings", methods=["GET", "POST"])
def report_settings() -> Response:
    """One page, one small form for each thing that may be set."""
    need(me(), "set_reports")
    fault, status = "", 200
    if request.method == "POST":
        if not Form().validate_on_submit():
            status = 422
        else:
            try:
                _set()
            except Refused as error:
                fault, status = refusal(error), 409 if error.code in STALE else 422
            else:
                flash_done(_("已保存。"))
                return see_other("office.report_settings")
    kept = queries_reports.kept(me())
    loose = [(r, rhythm_of(r, kept.rhythms)) for r in kept.book.reports if r.due.kind == "set"]
    return page(
        "backoffice/report_settings.html",
        status=status,
        found=kept,
        fault=fault,
        loose=loose,
        every=[(code, label("every", code)) for code in EVERY],
        target=f"{(Decimal(kept.target) * 100).normalize():f}" if kept.target else "",
        typed=request.form if fault else {},
        names=[(one.id, one.name) for one in kept.places],
        tiers=[(one.code, one.name) for one in kept.book.tiers],
    )


def _set() -> None:
    given, now = request.form, clock.now()
    what = given.get("what", "")
    if what == "rhythm":
        verbs.set_rhythm(me(), now, code=_text("code"), every=_text("every"), days=_whole("days"))
    elif what == "target":
        verbs.set_target(me(), now, percent=_decimal("percent"))
    elif what == "base":
        verbs.set_base(me(), now, unit_id=_id("unit_id"), n=_whole("n"))
    elif what == "place":
        parent = _id("parent_id") or None
        verbs.add_place(me(), now, tier=_text("tier"), name=_text("name"), parent_id=parent)
    elif what == "under":
        verbs.put_under(me(), now, unit_id=_id("unit_id"), node_id=_id("node_id") or None)
    else:
        raise Refused("not_now")


def _text(name: str) -> str:
    return request.form.get(name, "").replace("\x00", "").strip()[:80]


def _id(name: str) -> int:
    """A row's number; 0 for anything that no row can have."""
    found = number(_text(name))
    return found if found < 2**31 else 0


def _whole(name: str) -> int | None:
    text = _text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None


def _decimal(name: str) -> Decimal | None:
    try:
        return Decimal(_text(name).removesuffix("%"))
    except InvalidOperation:
        return None
