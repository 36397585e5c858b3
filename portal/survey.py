"""A survey's public page: anybody with the link answers, once for each form, and nobody is asked who they are."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g

from portal import bp
from shared import clock
from shared.domain.errors import Refused
from shared.models.survey import Survey
from shared.services import queries_surveys, surveys
from shared.services.surveys import LONGEST_COMMENT
from shared.web.forms import refused
from shared.web.page import page, see_other
from shared.web.state import keys
from shared.web.survey_form import filled, form_of


def _asked(token: str) -> tuple[Survey, bool]:
    found = queries_surveys.public(token.replace("\x00", "")[:40], clock.now())
    if found is None:
        abort(404)
    survey, g.institution, taking = found
    return survey, taking


@bp.route("/survey/<token>", methods=["GET", "POST"])
def survey(token: str) -> Response:
    """The questions; answering them leads to a word of thanks."""
    asked, taking = _asked(token)
    form, status = form_of(asked)(), 200
    if not form.is_submitted():
        form.form_key.data = surveys.new_form_key(keys())
    else:
        status = 422
        if form.validate():
            try:
                surveys.answer(keys(), asked.token, clock.now(), filled(form, asked))
            except Refused as error:
                status = refused(form, error)
            else:
                return see_other("portal.survey_thanks", token=asked.token)
    more: dict[str, Any] = {"survey": asked, "taking": taking, "most": LONGEST_COMMENT}
    return page("portal/survey.html", status=status, form=form, **more)


@bp.get("/survey/<token>/thanks")
def survey_thanks(token: str) -> Response:
    """A word of thanks, which anybody may read again."""
    asked, _taking = _asked(token)
    return page("portal/survey_thanks.html", survey=asked)
