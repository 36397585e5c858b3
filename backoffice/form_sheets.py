"""A form of the rule book as a sheet: title, number, rows, places to sign; the same for screen, PDF and DOCX."""

from __future__ import annotations

import base64
import datetime as dt
import io
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import segno
from flask_babel import gettext as _

from backoffice import form_values
from backoffice.form_values import Values
from shared.domain import forms, paper_codes
from shared.domain.fields import PREFIX
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import InputField
from shared.domain.regimes.records import Form
from shared.language import language
from shared.models.institution import Institution
from shared.models.issued_paper import IssuedPaper
from shared.papers.pdf import pdf
from shared.services import issued_papers
from shared.services.identities import Identity
from shared.services.queries_case import CaseView
from shared.services.queries_slip import SlipView
from shared.tasks import base_url
from shared.web import dates
from shared.web.addresses import address
from shared.web.labels import label
from shared.web.rule_fields import said
from shared.web.state import settings

LONG = 100
"""From so many characters on, a text isn't set in a column of an official paper but across its whole line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name, what stands in it, whether it wants several lines, whether it says who complains."""

    name: str
    text: str
    tall: bool
    personal: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form about one case or slip; `code` is empty before it is issued."""

    house: str
    title: str
    mark: str
    number: str
    head: list[tuple[str, str]]
    rows: list[Row]
    signs: list[str]
    seal: bool
    photos: int
    day: str = ""
    code: str = ""
    qr: str = ""
    address: str = ""
    official: bool = False
    facts: dict[str, str] = field(default_factory=dict)
    """What it says without who complained: what an issued paper is marked by."""

    @property
    def qr_drawn(self) -> str:
        """The code as the address of a picture, for a page."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.qr.encode()).decode()


def of_case(view: CaseView, form: Form, opened: Identity | None = None) -> Sheet:
    """A form about a case; a blank line for who complained unless it has been opened."""
    known = form_values.of_case(view, opened)
    person = {k[len(PREFIX) :]: v for k, v in (opened.identity if opened else {}).items() if k.startswith(PREFIX)}
    answers = {**view.filled, **person}
    told = issued_papers.beside(view.case.id) if {"capa_no", "amount"} & set(form.fields) else {}
    known |= {"capa_no": lambda: told.get("capa_no", ""), "amount": lambda: _yuan(told.get("amount", ""))}
    ordered = told.get("capa_no" if "capa_no" in form.fields else "penalty_no", "")
    number = view.case.register_no if form.number == "case" else ordered  # R26.06: what was ordered has the one number
    return _sheet(view.institution, view.regime, form, known, answers, view.case.register_no, number)


def _yuan(amount: str) -> str:
    return str(_("%(amount)s 元", amount=amount)) if amount else ""


def of_slip(view: SlipView, form: Form) -> Sheet:
    """A form that goes with a slip."""
    known = form_values.of_slip(view)
    answers = view.filled if view.readable and not view.slip.recalled_at else {}
    number = {"slip": view.slip.number, "case": view.register_no}.get(form.number, "")
    return _sheet(view.institution, view.regime, form, known, answers, view.register_no, number)


def _sheet(
    house: Institution, book: Regime, form: Form, known: Values, answers: dict[str, str], register_no: str, number: str
) -> Sheet:
    values: Values = {**known, "register_no": lambda: register_no}
    rows = [_row(book, code, values, answers) for code in form.fields]
    head = [(label("form_field", "register_no"), register_no)] if number != register_no else []
    head += [(_("表单编号"), form.mark)] if form.mark else []
    return Sheet(
        house=house.name,
        title=form.name,
        mark=form.mark,
        number=number,
        head=head,
        rows=rows,
        signs=[name or label("form_field", "complainant") for name in forms.signers(book, form)],
        seal=form.seal,
        photos=4 if form.photos else 0,
        official=book.office.public,
        facts={row.name: row.text for row in rows if not row.personal},
    )


def _row(book: Regime, code: str, values: Values, answers: dict[str, str]) -> Row:
    own, known = forms.field_of(book, code), forms.known_as(book, code)
    if own is not None and own.kind == "files":
        known = "files"
    text = str(values.get(known, str)() or "") if known else _answer(own, answers.get(code, ""))
    name = own.name if own is not None else label("form_field", code)
    tall = forms.tall(book, code)
    return Row(name, text, tall, forms.personal(book, code), wide=tall and len(text) >= LONG)


def _answer(own: InputField | None, value: str) -> str:
    if own is not None and own.kind == "date" and value:
        return dates.full_day(dt.date.fromisoformat(value))
    return said(own, value)


def issued(sheet: Sheet, row: IssuedPaper) -> Sheet:
    """The sheet with its number, its day, and the code by which anybody can ask whether it is genuine."""
    place = f"{base_url(settings())}{address('portal.papers')}"
    drawn = io.BytesIO()
    segno.make(f"{place}?code={row.code}", error="m").save(drawn, kind="svg", xmldecl=False, border=0)
    code, number, day = paper_codes.grouped(row.code), row.number, dates.full_day(row.issued_at)
    return replace(sheet, code=code, number=number, day=day, qr=drawn.getvalue().decode(), address=place)


def words() -> dict[str, str]:
    """The few words of the layout itself."""
    return {
        "colon": _("："),
        "blank_day": _("年　月　日"),
        "photo": _("照片"),
        "check": _("核对码："),
        "seal": _("（盖章）"),
        "number": _("编号："),
    }


def as_pdf(sheets: list[Sheet]) -> bytes:
    """All sheets in one file, each with pages of its own."""
    facts: dict[str, Any] = {"words": words(), "lang": language().code, "title": sheets[0].title}
    facts |= {"official": sheets[0].official, "sheets": [asdict(one) for one in sheets]}
    return pdf("form", facts, settings().places.font_dir)
