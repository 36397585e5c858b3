"""What the source leaves open stays open, what it asks for is asked for, and paper has a title without a form."""

from __future__ import annotations

import pytest
from lxml import html

from shared import clock
from shared.db import reading
from shared.demo import small
from shared.domain import regimes
from shared.models.person import Person
from shared.services import answers, decisions
from tests.support import regime_world as rw
from tests.support import world as w
from tests.support.pages import CheckedClient
from tests.support.regime_paper import paper
from tests.support.rows import refusal

OPEN_ENDED = ("R1", "R3", "R6", "R7", "R26")
TEXT_OF = small.text_of
WHY = dict(ground="scope", reason="买卖纠纷不属于受理范围。", basis="本制度第二部分")


@pytest.mark.parametrize("code", OPEN_ENDED)
def test_a_rule_book_without_a_number_has_no_cap(code: str):
    assert regimes.of_text(regimes.shipped(code)).reopen.times is None


def test_r1_09_whoever_is_not_satisfied_is_heard_again_however_often(app, db):
    world = rw.of("R1")
    case_id, now = world.answered(app), w.MONDAY
    for round_ in range(2, 6):
        answers.rehandle(case_id, world.as_("intake"), now, reason="还是没有解决。")
        assert w.case_of(case_id).round == round_
        now += w.days(1)
        answers.answer_at_once(case_id, world.as_("intake"), now, rw.TOLD)


@pytest.mark.parametrize(("code", "words"), [("R1", "直到您满意为止"), ("R7", "不限次数"), ("R5", "最多")])
def test_the_rules_page_says_how_often_one_is_heard_again(client: CheckedClient, db, code: str, words: str):
    rw.of(code) if code != "R5" else w.county()
    text = client.get("/rules").text
    assert words in text
    assert "99 次" not in text


def test_r9_08_a_refusal_says_where_to_go_instead(app, db):
    world = rw.of("R9")
    case_id = world.file_case(app).case_id
    assert refusal(decisions.refuse, case_id, world.as_("intake"), w.MONDAY, **WHY, redirect=" ") == "redirect"
    decisions.refuse(case_id, world.as_("intake"), w.MONDAY, **WHY, redirect="市场监督管理局")
    assert w.case_of(case_id).state == "refused"


def test_r9_08_the_form_asks_for_the_place_before_the_letter_is_shown(app, client: CheckedClient):
    with app.app_context():
        case_id, name = filed("R9", app)
    with clock.frozen(w.MONDAY):
        client.send("/office/sign-in", username=name, password=w.PASSWORD)
        answer = client.send(f"/office/case/{case_id}/refuse", **WHY)
    assert answer.status_code == 422
    assert "请写明可以去哪里反映" in answer.text


def filed(code: str, app) -> tuple[int, str]:
    """A fresh complaint and who takes it in."""
    world = rw.of(code)
    role = next(role.code for role in world.book.roles if "intake" in role.roles)
    return world.file_case(app).case_id, f"{world.book.sample.slug}-{role}".replace("_", "-")


def renamed(code: str) -> str:
    """The shipped text with other codes for its forms and its archive."""
    text = TEXT_OF(code)
    for old, new in (("register", "book"), ("slip", "order_paper"), ("slips", "orders")):
        text = text.replace(f'code = "{old}"', f'code = "{new}"').replace(f'form = "{old}"', f'form = "{new}"')
    return text


@pytest.fixture
def paperwork(app, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, str, str]:
    """A case, its slip, the desk's name and the house's, under a rule book without the usual form codes."""
    monkeypatch.setattr(small, "text_of", renamed)
    with app.app_context():
        world = rw.of("R1")
        assert not world.book.name_of("forms", "register")
        case_id, slip_id = world.transferred(app)
        with reading() as session:
            name = session.get_one(Person, world.as_("intake").person_id).username
        return case_id, slip_id, name, world.book.archive[0].name


def test_a_rule_book_without_the_usual_forms_prints_under_the_usual_titles(app, paperwork):
    case_id, slip_id, name, _ = paperwork
    assert "<h1>投诉登记表" in paper(app, name, f"/office/case/{case_id}/print/register")
    assert "<h1>转办单" in paper(app, name, f"/office/slip/{slip_id}/print")
    assert "投诉登记表</a>" in paper(app, name, f"/office/case/{case_id}")


def test_papers_that_only_the_institution_keeps_leave_an_empty_line_in_the_archive_list(app, paperwork):
    case_id, _, name, first = paperwork
    rows = html.fromstring(paper(app, name, f"/office/case/{case_id}/print/archive")).xpath("//tbody/tr")
    cells = {row.xpath("string(th)"): row.xpath("string(td)") for row in rows}
    assert cells[first] == ""
    assert "没有" in cells.values()  # a heading that the product keeps, and nothing under it yet
