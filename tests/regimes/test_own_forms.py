"""Every form of every rule book on paper: its title, its one number, the names of its rows, and nothing of whom."""

from __future__ import annotations

import io
import re

import docx
import pypdfium2
import pytest
from flask import Flask
from lxml import html

from shared import clock
from shared.db import reading
from shared.demo.filled import answer, filled
from shared.domain import forms, regimes
from shared.domain.lifecycle import Role
from shared.domain.regimes.vocabulary import KNOWN
from shared.models.case import Case
from shared.models.person import Person
from shared.web.labels import label
from shared.web.words_forms import FORMS
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.pages import CheckedClient

BOOKS = [one for one in regimes.codes() if one not in ("R2", "R5")]
WHO = {"mode": "named", "identity": {"name": "龘小䶮"}, "contact": {"phone": "13900007788"}}
SECRET = ("龘小䶮", "13900007788")


class Office:
    """A rule book's office with one case on its way, and the desks of its people."""

    def __init__(self, app: Flask, code: str) -> None:
        self.app = app
        with app.app_context():
            self.world = rw.of(code)
            book = self.world.book
            asked = filled(book, "file", "register", channel="phone")
            if "transfer" in book.routes:
                self.case_id, self.slip_id = self.world.signed(app, fields=asked, **WHO)
            else:
                self.case_id, self.slip_id = self.world.accepted(app, fields=asked, **WHO), None
            with reading() as session:
                self.register_no = session.get_one(Case, self.case_id).register_no

    def desk(self, role: str = "intake", unit: str = "") -> CheckedClient:
        with self.app.app_context(), reading() as session:
            name = session.get_one(Person, self.world.cast.who(Role(role), unit).person_id).username
        client = self.app.test_client()
        client.send("/office/sign-in", username=name, password=w.PASSWORD)
        return client

    def address(self, form: regimes.book.Form) -> str:
        if forms.of_slip(form):
            return f"/office/slip/{self.slip_id}/forms/{form.code}"
        return f"/office/case/{self.case_id}/forms/{form.code}"


def ask(client: CheckedClient, address: str, way: str, **more: str):
    token = html.fromstring(client.get(address).text).xpath("//input[@name='csrf_token']/@value")
    start = client.get(f"/office/case/{address.split('/')[3]}/forms") if not token else None
    found = token or html.fromstring(start.text).xpath("//input[@name='csrf_token']/@value")
    found = found or html.fromstring(client.get("/office/me").text).xpath("//input[@name='csrf_token']/@value")
    return client.post(address, data={"csrf_token": found[0], "as": way, **more})


def in_pdf(data: bytes) -> str:
    said = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    return re.sub(r"\s", "", said)


def in_docx(data: bytes) -> str:
    made = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s", "", "".join([*(p.text for p in made.paragraphs), *cells]))


def names(book: regimes.Regime, form: regimes.book.Form) -> list[str]:
    found = []
    for code in form.fields:
        own = forms.field_of(book, code)
        found.append(own.name if own is not None else str(FORMS["form_field"][code]))
    return [re.sub(r"\s", "", one) for one in found]


@pytest.mark.parametrize("code", BOOKS)
def test_every_form_prints_its_title_its_number_and_its_rows(app: Flask, code: str) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, code)
        desk, book = office.desk(), office.world.book
        for form in book.forms:
            if forms.of_many(form) or (forms.of_slip(form) and office.slip_id is None):
                continue
            address = office.address(form)
            page = re.sub(r"\s", "", html.fromstring(desk.get(address).text).text_content())
            pdf, word = ask(desk, address, "pdf"), ask(desk, address, "docx")
            assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
            for text in (page, in_pdf(pdf.data), in_docx(word.data)):
                missing = [name for name in [form.name, *names(book, form)] if name not in text]
                assert missing == [], form.code
                assert not [one for one in SECRET if one in text], "nobody has opened who complained"
            if form.number == "case":
                assert office.register_no in in_pdf(pdf.data)
            assert "2026年9月7日" in in_pdf(pdf.data)


def test_every_thing_that_a_form_may_print_has_a_name(app: Flask) -> None:
    assert sorted(FORMS["form_field"]) == sorted(KNOWN)
    with app.test_request_context("/"):
        assert label("form_field", "register_no") == "登记编号"


@pytest.mark.parametrize("code", regimes.codes())
def test_no_form_has_a_row_that_nothing_fills(code: str) -> None:
    book = regimes.of_text(regimes.shipped(code))
    for form in book.forms:
        for field in form.fields:
            own = forms.field_of(book, field)
            assert field in KNOWN or (own is not None and (own.kind == "files" or answer(own, w.MONDAY.date())))


def test_r4_02_names_stand_on_the_form_only_once_they_are_opened(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R4")
        desk, address = office.desk(), f"/office/case/{office.case_id}/forms/register"
        assert "龘小䶮" not in in_pdf(ask(desk, address, "pdf").data)
        told = in_pdf(ask(desk, address, "pdf", identity="y").data)
        assert all(one in told for one in SECRET)
        assert "登记投诉" not in desk.get(f"/office/case/{office.case_id}/forms").text


def test_r13_08_the_report_of_the_investigation_is_filled_in_and_printed(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R13")
        desk = office.desk()
        fill = f"/office/case/{office.case_id}/fill/report"
        answers = {f"f_{k}": v for k, v in filled(office.world.book, "report").items()}
        assert desk.send(fill, **{**answers, "f_cause": ""}).status_code == 422
        assert desk.send(fill, **{**answers, "f_cause": "打包时少垫了一层。"}).status_code == 303
        told = in_pdf(ask(desk, f"/office/case/{office.case_id}/forms/report", "pdf").data)
        rows = (
            "发生原因",
            "具体经过",
            "具体责任者",
            "结论",
            "对策和防范措施",
            "打包时少垫了一层。",
            office.register_no,
        )
        assert all(one in told for one in rows)


def test_r25_09_the_customer_signs_the_record_of_service(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R25")
        told = in_pdf(ask(office.desk("handler", "u0"), f"/office/slip/{office.slip_id}/forms/service", "pdf").data)
        assert "完成情况" in told
        assert "投诉人：" in told.replace(":", "：")


def test_r1_03_one_number_stands_on_every_paper_of_a_case(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R1")
        desk = office.desk()
        for form in office.world.book.forms:
            assert office.register_no in in_pdf(ask(desk, office.address(form), "pdf").data)


def test_r20_04_the_order_to_a_department_says_what_is_to_be_done(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R20")
        told = in_pdf(ask(office.desk(), f"/office/slip/{office.slip_id}/forms/slip", "pdf").data)
        assert "投诉工作处理单" in told
        assert "处理意见" in told


def test_a_unit_prints_its_own_slip_alone_and_never_the_complaint_s_words(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R3")
        unit = office.desk("handler", "u0")
        assert unit.get(f"/office/case/{office.case_id}/forms").status_code in (403, 404)
        assert unit.get(f"/office/case/{office.case_id}/forms/register").status_code in (403, 404)
        told = unit.get(f"/office/slip/{office.slip_id}/forms/slip").text
        assert "交付的和合同约定的不一样" not in told, (
            "the reason is in the copy that a person has compared, or nowhere"
        )


def test_a_public_body_s_form_has_the_official_layout(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R4")
        data = ask(office.desk(), f"/office/case/{office.case_id}/forms/register", "docx").data
        section = docx.Document(io.BytesIO(data)).sections[0]
        assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)


def test_many_cases_come_in_one_file(app: Flask) -> None:
    with clock.frozen(w.MONDAY):
        office = Office(app, "R3")
        with app.app_context():
            more = [office.world.accepted(app) for _ in range(2)]
        ids = [office.case_id, *more]
        desk = office.desk()
        page = desk.get("/office/bulk/forms", query_string={"case": ids})
        token = html.fromstring(page.text).xpath("//input[@name='csrf_token']/@value")[0]
        sent = {"case": ids, "form": "register", "as": "pdf", "csrf_token": token}
        made = pypdfium2.PdfDocument(desk.post("/office/bulk/forms", data=sent).data)
        assert len(made) >= 3
