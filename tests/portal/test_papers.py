"""核对文件: a genuine paper is told by its code, everything else gets the same answer, and nothing else is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.db import reading
from shared.domain import forms, paper_codes, regimes
from shared.domain.errors import Refused
from shared.models.issued_paper import IssuedPaper
from shared.services import issued_papers, slips
from tests.support import world as w
from tests.support.pages import CheckedClient

SAID = {"投诉内容": w.STORY}


@pytest.fixture
def town(app: Flask) -> Iterator[w.World]:
    with clock.frozen(w.MONDAY), app.app_context():
        yield w.township()


def issued(app: Flask, town: w.World, said: dict[str, str] = SAID) -> tuple[int, IssuedPaper]:
    case_id = w.accepted(app, town)
    return case_id, again(app, town, case_id, said)


def again(app: Flask, town: w.World, case_id: int, said: dict[str, str]) -> IssuedPaper:
    form = forms.form_of(regimes.of_text(regimes.shipped("R2")), "register")
    assert form is not None
    keys = app.extensions["huiyin"].keys
    return issued_papers.issue(keys, case_id, form, said, town.actor("intake"), w.MONDAY)


def test_a_genuine_paper_is_told_by_whom_when_and_which_and_nothing_more(app: Flask, town: Any, client: CheckedClient):
    _case, row = issued(app, town)
    page = client.send("/papers", code=paper_codes.grouped(row.code).lower()).text
    assert all(one in page for one in ("这份文件是真的，现在有效", row.name, row.number, "9月7日"))
    assert w.STORY[:10] not in page


def test_the_qr_code_fills_the_field_and_asks_nothing_yet(app: Flask, town: Any, client: CheckedClient):
    _case, row = issued(app, town)
    page = client.get(f"/papers?code={row.code}").text
    assert row.code in page
    assert row.number not in page


def test_unknown_and_mistyped_codes_get_the_same_answer(town: Any, client: CheckedClient):
    unknown = paper_codes.new(lambda n: 5)
    pages = [client.send("/papers", code=one) for one in (unknown, unknown[:-1] + "Z", "", "龘", "0" * 5000, "\x00")]
    assert {page.status_code for page in pages} == {422}
    assert all("没有查到。" in page.text for page in pages)


def test_the_same_content_is_the_same_paper_and_a_newer_one_takes_its_place(app: Flask, town: Any):
    case_id, row = issued(app, town)
    keys = app.extensions["huiyin"].keys
    assert again(app, town, case_id, SAID).code == row.code
    newer = again(app, town, case_id, {"投诉内容": "改过的内容"})
    assert newer.number == row.number
    assert [issued_papers.verify(keys, one.code, w.MONDAY).valid for one in (row, newer)] == [False, True]


def test_a_slip_that_was_taken_back_makes_its_paper_void(app: Flask, town: Any):
    case_id, slip_id = w.transferred(app, town)
    form = forms.form_of(regimes.of_text(regimes.shipped("R2")), "slip")
    assert form is not None
    keys = app.extensions["huiyin"].keys
    row = issued_papers.issue(keys, case_id, form, SAID, town.actor("intake"), w.MONDAY, slip_id=slip_id)
    assert issued_papers.verify(keys, row.code, w.MONDAY).valid
    slips.withdraw(slip_id, town.actor("dispatcher"), w.MONDAY)
    assert not issued_papers.verify(keys, row.code, w.MONDAY).valid


def test_many_tries_have_to_wait(app: Flask, town: Any):
    keys, unknown = app.extensions["huiyin"].keys, paper_codes.new(lambda n: 7)
    codes = set()
    for _ in range(12):
        with pytest.raises(Refused) as caught:
            issued_papers.verify(keys, unknown, w.MONDAY)
        codes.add(caught.value.code)
    assert codes == {"no_paper", "wait"}


def test_what_is_kept_of_a_paper_tells_nothing_of_its_content(app: Flask, town: Any):
    issued(app, town)
    with reading() as session:
        row = session.scalars(select(IssuedPaper)).one()
        assert w.STORY[:10] not in str({c.name: getattr(row, c.name) for c in IssuedPaper.__table__.columns})


@pytest.mark.parametrize("at", range(paper_codes.LENGTH))
def test_a_slip_of_the_pen_in_a_code_is_seen(at: int):
    code = paper_codes.new(lambda n: 11)
    for other in paper_codes.ALPHABET:
        typed = code[:at] + other + code[at + 1 :]
        assert bool(paper_codes.read(typed)) == (typed == code)
