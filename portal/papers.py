"""核对文件: whoever holds a paper asks here whether it is genuine and still valid, and learns nothing else."""

from __future__ import annotations

from flask import Response, request
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal import bp
from shared import clock
from shared.domain.errors import Refused
from shared.domain.paper_codes import LONGEST_TYPED
from shared.services import issued_papers
from shared.web.forms import Form
from shared.web.labels import refusal
from shared.web.page import page
from shared.web.state import keys


class PaperForm(Form):
    """The code on the paper, in any spelling."""

    code = StringField(_l("核对码"))


@bp.route("/papers", methods=["GET", "POST"])
def papers() -> Response:
    """The field, filled in by whoever comes by the QR code; what is known of a genuine paper."""
    form, told, status, wait = PaperForm(), None, 200, None
    if not form.is_submitted():
        form.code.data = request.args.get("code", "")[:LONGEST_TYPED]
    else:
        try:
            told = issued_papers.verify(keys(), (form.code.data or "")[:LONGEST_TYPED], clock.now())
        except Refused as error:
            form.code.errors, wait = [refusal(error)], error.facts.get("seconds")
            status = 422 if wait is None else 429
    response = page("portal/papers.html", status=status, form=form, told=told)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response
