"""The base of every form, and how a rule's refusal is said in it."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_wtf import FlaskForm

from shared.domain.errors import Refused
from shared.web.labels import refusal

STALE = {"stale", "not_now", "rated_before", "sent_before"}


def tidy(value: Any) -> Any:
    """Text as a person meant it: one kind of line end, no NUL, no blanks around."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return value


class Form(FlaskForm):
    """A FlaskForm whose texts arrive tidy."""

    EMPTY: ClassVar[dict[str, Any]] = {}
    """What is said of a field left empty, where its name means something else in another form."""

    class Meta(FlaskForm.Meta):
        """Adds the filter to every field that has none of its own choosing."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = list(unbound_field.kwargs.get("filters", []))
            if tidy not in filters:
                unbound_field.kwargs["filters"] = [tidy, *filters]
            return unbound_field.bind(form=form, **options)


def refused(form: FlaskForm, error: Refused) -> int:
    """Puts the words of a refusal where they belong in the form; returns the status to answer with.

    Whoever may not do it at all gets no form back: the refusal goes on as 403.
    """
    if error.code == "not_yours":
        raise error
    words, name = refusal(error), str(error.facts.get("field", ""))
    if name in form:
        field = form[name]
        field.errors = [*field.errors, words]
    else:
        form.form_errors.append(words)
    return 409 if error.code in STALE else 422
