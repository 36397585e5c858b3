"""The form of a survey: a question for each item of its campaign, each of which may be left out."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the published types are older
from wtforms.validators import Length

from shared.models.survey import Survey
from shared.services.surveys import LONGEST_COMMENT, Filled
from shared.web.forms import Form


def form_of(survey: Survey, base: type[Form] = Form) -> Any:
    """The class of the form; `filled` reads it."""
    scores = [SelectChoice(value=str(n), label=str(n)) for n in range(1, survey.scale + 1)]
    fields: dict[str, Any] = {
        f"score_{item['code']}": RadioField(str(item["name"]), choices=scores, validate_choice=False)
        for item in survey.items
    }
    too_long = _l("最多 %(max)d 个字，请缩短一些。")
    fields["comment"] = TextAreaField(_l("还有什么想说的"), [Length(max=LONGEST_COMMENT, message=too_long)])
    fields["form_key"] = HiddenField()
    return type("SurveyForm", (base,), fields)


def filled(form: Any, survey: Survey) -> Filled:
    """What the form says; what is no score counts as none."""
    scores = {item["code"]: _score(form[f"score_{item['code']}"].data) for item in survey.items}
    return Filled(str(form.form_key.data or "")[:80], scores, form.comment.data or "")


def _score(said: Any) -> int:
    text = str(said or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
