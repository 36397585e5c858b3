"""Paper: the register form (登记表), the transfer slip (转办单), how due days came about, the list for the archive."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user

from backoffice import bp
from backoffice.case_words import clock_rows
from backoffice.copies import copy_names
from backoffice.slips import measures_of
from shared import clock
from shared.domain import capa
from shared.services import identities, reads
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_slip import slip_view
from shared.web import dates
from shared.web.auth import me, step_up
from shared.web.labels import label
from shared.web.page import page
from shared.web.state import keys


@bp.route("/case/<int(max=9007199254740991):case_id>/print/register", methods=["GET", "POST"])
def print_register(case_id: int) -> Response:
    """The register form (R2.03, R5.04); with the complainant's name only when asked for by POST, which is on record."""
    view, opened = case_view(case_id, me(), clock.now()), None
    reads.note(me(), clock.now())
    if request.method == "POST":
        if (ask := step_up()) is not None:
            return ask
        opened = identities.open_identity(keys(), case_id, me(), clock.now(), reason="form", token=current_user.token)
        view = case_view(case_id, me(), clock.now())
    accepted = next((d for d in view.of("decision") if d.code in {"accepted", "refused", "referred"}), None)
    may_open = view.known and bool(view.roles & identities.MAY_OPEN)
    return page("print/register.html", view=view, case=view.case, opened=opened, decision=accepted, may_open=may_open)


@bp.get("/slip/<int(max=9007199254740991):slip_id>/print")
def print_slip(slip_id: int) -> Response:
    """The transfer slip (R2.09): number, register number, what is asked, signatures; nothing of the complainant."""
    view = slip_view(slip_id, me())
    last = view.reply("handed_in", "approved", "submitted")
    on_it = capa.on_notice(view.regime) or bool(view.regime.capa and view.regime.capa.crossed_numbers)
    shown = measures_of(view) if on_it and view.readable else []
    more: dict[str, Any] = {"copies": copy_names(view.copies), "measures": shown}
    return page("print/slip.html", view=view, slip=view.slip, reply=last, **more)


@bp.get("/case/<int(max=9007199254740991):case_id>/print/limits")
def print_limits(case_id: int) -> Response:
    """Every limit of the case with its due day explained day by day."""
    now = clock.now()
    view = case_view(case_id, me(), now)
    return page("print/limits.html", view=view, case=view.case, clocks=clock_rows(view, now))


@bp.get("/case/<int(max=9007199254740991):case_id>/print/archive")
def print_archive(case_id: int) -> Response:
    """What the file contains (R2.18, R5.10)."""
    view = case_view(case_id, me(), clock.now())
    rows = [(a.name, _papers(view, a.code)) for a in view.regime.archive]
    return page("print/archive.html", view=view, case=view.case, rows=rows)


def _papers(view: CaseView, code: str) -> list[str] | None:
    """The papers under one heading of the archive list, each in a line; None where they are kept on paper alone."""
    found: dict[str, list[tuple[str, Any]]] = {
        "register": [(view.case.register_no, view.case.received_at)],
        "slips": [(s.number, s.issued_at) for s in view.slips],
        "replies": [(_("第 %(n)s 轮", n=r.round), r.created_at) for r in view.replies if r.state != "draft"],
        "answers": [(_("答复"), p.at) for p in view.of("answer")] + [(_("评价"), p.at) for p in view.of("rating")],
        "clocks": [(label("event", "extended"), p.at) for p in view.of("extension")] or [(_("期限说明"), None)],
        "files": [(f.name, f.at) for f in view.files],
        "evidence": [(view.unit_name(p.unit_id), p.at) for p in view.of("evidence")],
    }
    if code not in found:
        return None
    return [f"{name} {dates.day(at)}".strip() for name, at in found[code]]
