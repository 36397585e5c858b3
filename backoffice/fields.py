"""Fields of the staff's forms: what must be said, days, choices, and the version that the page was built on."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from shared.domain.errors import Refused
from shared.web.forms import Form
from shared.web.labels import refusal
from shared.web.rule_fields import Answer

LONGEST = 5000
LARGEST = 2**31 - 1


class Said:
    """The field must say something; the words are those the rule itself would use."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stops at an empty answer."""
        if not field.data:  # what can't be read has its own words already
            own = getattr(form, "EMPTY", {}).get(field.short_name)
            said = str(own) if own else refusal(Refused("missing", field=field.short_name))
            raise StopValidation("" if field.errors else said)


class Numbered:
    """The field must hold a number, which may be 0."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Stops at an empty answer."""
        if field.data is None:
            raise StopValidation("" if field.errors else refusal(Refused("missing", field=field.short_name)))


class AtMost:
    """The field holds at most so many characters."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, _form: Any, field: Any) -> None:
        """Counts characters as people do."""
        if len(field.data or "") > self.longest:
            raise ValidationError(str(_l("这一项太长，请缩短到 %(max)d 个字以内。")) % {"max": self.longest})


class DayField(DateField):
    """A day; what can't be read is said in plain words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Reads 2026-11-30."""
        self.data = None
        text = "".join(valuelist).strip()
        if text:
            try:
                self.data = dt.date.fromisoformat(text)
            except ValueError as error:
                raise ValueError(str(_l("请按 2026-11-30 这样的格式填写日期。"))) from error


class AmountField(Field):
    """A number with two decimals at most, as a decimal; what can't be read is said in plain words."""

    widget = TextInput()
    data: Decimal | None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else "" if self.data is None else f"{self.data:.2f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Reads 1200, 1200.5 and 1,200.50."""
        self.data = None
        text = unicodedata.normalize("NFKC", "".join(valuelist)).replace(",", "").strip()
        if not text:
            return
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text) is None:
            raise ValueError(str(_l("请填写数字，最多两位小数，例如 1200.00。")))
        self.data = Decimal(text)


class Ticks(SelectMultipleField):
    """Several answers, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Cards(RadioField):
    """One answer of several, with a line under those that need it."""

    def __init__(self, *given: Any, choices: Iterable[tuple[str, Any]] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        self.choices = list(choices)
        self.hints: dict[str, str] = {}
        self.row = False


class StepForm(Form):
    """A step of a case or a slip; `version` is what the page was built on."""

    version = HiddenField()

    @property
    def seen(self) -> int | None:
        """The version that the person saw, None where the form carries none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def number(value: Any) -> int:
    """A choice's number; 0 for anything else, which no row has: PostgreSQL can't even compare what is longer."""
    text = str(value)
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return found if found <= LARGEST else 0


def words(label: Any, *, must: bool = True, longest: int = LONGEST, hint: Any = "") -> TextAreaField:
    """A text of several lines."""
    return TextAreaField(label, [Said() if must else Optional(), AtMost(longest)], description=hint)


def radios(label: Any, choices: Iterable[tuple[str, Any]] = (), *, must: bool = True, hint: Any = "") -> Cards:
    """One answer of several; which are allowed is the rule's word."""
    checks = [Said()] if must else [Optional()]
    return Cards(label, checks, choices=list(choices), validate_choice=False, description=hint)


def pick(label: Any, *, must: bool = True, hint: Any = "") -> SelectField:
    """A row of a list, by its number."""
    checks = [Said()] if must else [Optional()]
    return SelectField(label, checks, coerce=number, choices=[], validate_choice=False, description=hint)


def amount(label: Any, *, must: bool = True, hint: Any = "") -> AmountField:
    """A number; 0 is an answer too."""
    return AmountField(label, [Numbered() if must else Optional()], filters=[], description=hint)


def yes_no(label: Any, yes: Any, no: Any) -> Cards:
    """A decision: yes or no, nothing chosen beforehand."""
    return radios(label, [("yes", yes), ("no", no)])


def loosen(form: StepForm) -> None:
    """A draft may lack anything."""
    for field in form:
        field.validators = [
            v.loosened() if isinstance(v, Answer) else v for v in field.validators if not isinstance(v, Said)
        ]
