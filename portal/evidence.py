"""存证: the published roots of each day, and the check of a code or of a whole proof."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from portal import bp, route
from portal.home import here
from portal.proofs import as_text, evidence_of
from portal.track import mine, over
from shared.domain.evidence import Proof, read_code, read_proof
from shared.files import download_headers
from shared.services import queries_evidence
from shared.web.forms import Form
from shared.web.page import page, see_other

LONGEST_PROOF = 8000


class EvidenceForm(Form):
    """A code or the text of a proof."""

    proof = TextAreaField(_l("存证码，或者存证证明的全文"))


@dataclass(frozen=True, slots=True)
class Checked:
    """A proof that was looked at: whether its root is published, whether it leads there, whether it opens the code."""

    proof: Proof
    published: bool
    holds: bool
    opened: bool | None


@route("/evidence", methods=["GET", "POST"])
def evidence() -> Response:
    """The days with their roots; a POST checks what a citizen holds."""
    place, form, checked, status = here(), EvidenceForm(), None, 200
    if form.is_submitted():
        checked = _check((form.proof.data or "")[:LONGEST_PROOF], place.id, place.slug)
        if checked is None:
            status = 422
            form.proof.errors = [
                _("没有找到这个存证码。请核对后再试；今天提交的，明天才能查到。仍找不到，请打电话给我们。")
            ]
    return page(
        "portal/evidence.html",
        status=status,
        form=form,
        checked=checked,
        days=queries_evidence.days(place.id, _day(request.args.get("before", ""))),
        key=queries_evidence.signing_key(),
    )


def _check(typed: str, institution_id: int, slug: str) -> Checked | None:
    given = read_proof(typed)
    if given is None:
        code = read_code(typed)
        found = queries_evidence.proof_of(code, institution_id) if code else None
        return Checked(found, True, found.leads_to_root(), None) if found else None
    own = given.institution == slug
    published = own and queries_evidence.is_published(institution_id, given.day, given.root.hex())
    return Checked(given, published, given.leads_to_root(), given.opens() if given.filed else None)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


@bp.get("/case/proof.txt")
def case_proof() -> Response:
    """The proof of one's own case as a file that opens everywhere."""
    own = mine()
    if own is None:
        return over()
    found = evidence_of(own)
    if found is None or found.proof is None:
        return see_other("portal.case")  # the page says from when there is one
    headers = download_headers(_("存证证明") + ".txt", "text/plain; charset=utf-8")
    response = Response(as_text(own, found.proof).encode("utf-8-sig"), headers=headers)
    response.cache_control.no_store = True
    return response
