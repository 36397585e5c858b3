"""An administrator adopts what a law sets: the value and the law as its reason stand in the form, saved like any."""

from __future__ import annotations

from lxml import html

from shared import clock as clocks
from tests.support import regime_world as rw
from tests.support import world as w


def test_a_law_in_force_fills_the_form_with_its_number_and_its_words(app):
    with app.app_context():
        rw.of("R17")
    with clocks.frozen(w.MONDAY):
        head = app.test_client()
        head.send("/office/sign-in", username=name_of(app, "chief"), password=w.PASSWORD)
        place = "/office/rules?set=limits.review.value"
        offered = head.get(place).text
        assert "消费者权益保护法" in offered
        assert "已失效" in offered
        assert "信访工作条例" not in offered  # its days are not working days
        page = html.fromstring(head.get(f"{place}&preset=consumer").text)
        [value] = page.xpath("//input[@name='value']/@value")
        assert (value, "第四十六条" in page.xpath("//textarea[@name='reason']")[0].text_content()) == ("7", True)
        lapsed = html.fromstring(head.get(f"{place}&preset=market_accept").text)
        assert "第十四条" not in lapsed.xpath("//textarea[@name='reason']")[0].text_content()
        kept = head.send(f"{place}&preset=consumer", since="2026-09-08")
        assert kept.status_code == 303
        assert "消费者权益保护法" in head.get("/office/rules").text


def name_of(app, role: str) -> str:
    from sqlalchemy import select

    from shared.db import reading
    from shared.models.person import Grant, Person

    with app.app_context(), reading() as session:
        return session.scalars(select(Person.username).join(Grant).where(Grant.role == role).limit(1)).one()
