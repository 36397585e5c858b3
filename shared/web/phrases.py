"""How words are put together: lists, remarks in brackets, a name before its value, each as the language writes it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask import Flask

from shared.domain.regimes.blanks import Blank
from shared.domain.sums import percent, shown
from shared.language import gettext as _
from shared.web.dates import year_day


def listed(words: Iterable[object]) -> str:
    """Things of one kind side by side: 甲、乙."""
    return str(_("、")).join(str(word) for word in words if word)


def facts(words: Iterable[object]) -> str:
    """Facts about one thing, one after the other: 甲，乙."""
    return str(_("，")).join(str(word) for word in words if word)


def beside(text: object, remark: object) -> str:
    """Words with a remark in brackets, or alone where nothing is remarked: 甲（乙）."""
    return str(_("%(text)s（%(remark)s）", text=text, remark=remark) if remark else text)


def named(name: object, value: object) -> str:
    """A name before its value: 甲：乙."""
    return str(_("%(name)s：%(value)s", name=name, value=value))


def yuan(amount: Decimal) -> str:
    """An amount of money: 1,200.00 元."""
    return str(_("%(amount)s 元", amount=shown(amount)))


def share(text: str) -> str:
    """A share of one, as people read it: 50%."""
    return percent(Decimal(text))


def cited(row: str) -> str:
    """Where something stands in the source, R2.05; in words where the source is silent and the office has set it."""
    return str(_("原文没有规定，由本机构设定")) if row == "cfg" else row


def by_row(row: str) -> str:
    """The same where no heading says what the number is: 制度条目 R2.05."""
    return cited(row) if row == "cfg" else str(_("制度条目 %(row)s", row=row))


def value_of(blank: Blank) -> str:
    """What an institution has set where its rule book has a blank, as people write it."""
    if blank.value is None:
        return str(_("未定"))
    if isinstance(blank.value, bool):
        return str(_("是") if blank.value else _("否"))
    ways = {"day": year_day, "money": lambda text: yuan(Decimal(text)), "share": share}
    return ways.get(blank.kind, str)(str(blank.value))


def init(app: Flask) -> None:
    """Registers the filters."""
    for phrase in (listed, facts, beside, named, yuan, share, cited, by_row, value_of):
        app.add_template_filter(phrase, phrase.__name__)
