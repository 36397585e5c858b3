"""The rule book's own fields as questions of a form: made from its table, checked by the domain's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the published types are older
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput

from shared.domain import fields
from shared.domain.errors import Refused
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField
from shared.web.dates import bare_day
from shared.web.forms import Form
from shared.web.labels import label, refusal
from shared.web.phrases import listed

AnyForm = TypeVar("AnyForm", bound=Form)
YES_NO = {fields.YES: _l("是"), fields.NO: _l("否")}


class RuleLine(StringField):
    """A line: a text, a number, an amount, a name that signs."""


class RuleWords(TextAreaField):
    """A text of several lines."""


class RuleDay(StringField):
    """A day."""

    widget = DateInput()


class RuleChoice(RadioField):
    """One of several answers, or yes or no."""


KINDS: dict[str, type[Any]] = {"long": RuleWords, "date": RuleDay, "choice": RuleChoice, "yes": RuleChoice}


class Answer:
    """The domain's word on an answer; what this channel, category or anonymity doesn't ask is let be."""

    def __init__(self, rule: InputField, *, draft: bool = False) -> None:
        self.rule, self.draft = rule, draft

    def loosened(self) -> Answer:
        """For a draft, which may lack it."""
        return Answer(self.rule, draft=True)

    def __call__(self, form: Any, field: Any) -> None:
        """Stops at an answer that can't be kept."""
        said = {name: form[name].data for name in ("channel", "category", "mode", "how") if name in form}
        anonymous = "anonymous" in (said.get("mode"), said.get("how"))
        fits = fields.suits(self.rule, said.get("channel") or "", said.get("category"))
        if not fits or (anonymous and fields.of_person(self.rule)):
            field.data = ""
            return
        if self.draft and not field.data:
            return
        try:
            field.data = fields.read(self.rule, field.data or "")
        except Refused as error:
            raise StopValidation(refusal(error)) from error


def asking(base: type[AnyForm], book: Regime, wanted: Iterable[InputField]) -> type[AnyForm]:
    """The form with a field more for each of these."""
    more = {fields.name_of(one): _field(one, book) for one in wanted}
    return type(base.__name__, (base,), more) if more else base


def _field(one: InputField, book: Regime) -> Any:
    more: dict[str, Any] = {"description": one.text or _when(one, book)}
    if one.kind == "choice":
        more |= {"choices": [SelectChoice(c, c) for c in one.choices], "validate_choice": False}
    elif one.kind == "yes":
        more |= {"choices": [SelectChoice(code, text) for code, text in YES_NO.items()], "validate_choice": False}
    elif one.kind in ("number", "money"):
        more["render_kw"] = {"inputmode": "decimal"}
    return KINDS.get(one.kind, RuleLine)(one.name, [Answer(one)], **more)


def _when(one: InputField, book: Regime) -> str:
    """For whom a field is that isn't asked of everybody."""
    if one.categories:
        names = listed([book.name_of("categories", code) for code in one.categories])
        return str(_("类别是“%(names)s”的才填", names=names))
    if one.channels and one.step == "register":
        names = listed([label("channel", code) for code in one.channels])
        return str(_("渠道是“%(names)s”的才填", names=names))
    return str(_("请输入您的姓名，作为签名")) if one.kind == "signature" else ""


def of_rules(form: Any) -> list[Any]:
    """The form's fields that come from the rule book, in order."""
    return [field for field in form if rule_of(field) is not None]


def rule_of(field: Any) -> InputField | None:
    """The rule book's field behind a field of a form."""
    return next((v.rule for v in field.validators if isinstance(v, Answer)), None)


def init(app: Flask) -> None:
    """Makes the rule behind a field, and an answer in words, known to templates."""
    app.add_template_filter(rule_of, "rule")
    app.add_template_global(told, "rule_answers_of")
    app.add_template_global(field_name, "field_name")


def files_wanted(book: Regime, step: str = "file") -> list[str]:
    """What is to be attached at a step, by the rule book's names."""
    return [one.name for one in book.fields if one.kind == "files" and one.step == step]


def field_name(book: Regime, name: str) -> str:
    """The rule book's words for a field that is kept under this name."""
    return next((one.name for one in book.fields if fields.name_of(one) == name), name)


def told(
    book: Regime, answers: Mapping[str, str], at: Collection[str] = (), not_at: Collection[str] = ()
) -> list[dict[str, str]]:
    """Answers with their names, in the rule book's order; of these steps, or of all but those."""
    return [
        {"name": one.name, "value": said(one, answers[one.code])}
        for one in book.fields
        if answers.get(one.code) and (not at or one.step in at) and one.step not in not_at
    ]


def answers_of(form: Any) -> dict[str, str]:
    """The answers by code."""
    return {rule.code: field.data or "" for field in form if (rule := rule_of(field)) is not None}


def start(form: Any, known: Mapping[str, str]) -> None:
    """What is known already stands in the fields."""
    for field in form:
        rule = rule_of(field)
        if rule is not None and not field.data:
            field.data = known.get(rule.code) or None


def said(rule: InputField | None, value: str) -> str:
    """An answer as people read it."""
    if rule is None or not value:
        return value
    if rule.kind == "yes":
        return str(YES_NO.get(value, value))
    if rule.kind == "date":
        return bare_day(dt.date.fromisoformat(value))
    return str(_("%(amount)s 元", amount=value)) if rule.kind == "money" and "元" not in rule.name else value
