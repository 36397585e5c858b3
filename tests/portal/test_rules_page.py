"""The page of rules is made from the rule book alone: channels, drawn steps, limits, what was set."""

from __future__ import annotations

import re

import pytest
from lxml import html

from portal.flow import LONGEST, WIDTH, flow
from shared.domain import regimes
from shared.domain.regimes import Regime
from tests.support import regime_world as rw
from tests.support.pages import CheckedClient


@pytest.fixture
def hospital(db) -> rw.RegimeWorld:
    return rw.of("R10")


def page(client: CheckedClient) -> html.HtmlElement:
    return html.fromstring(client.get("/rules").text)


@pytest.mark.parametrize("code", [c for c in regimes.codes() if regimes.of_text(regimes.shipped(c)).stages])
def test_every_stage_is_drawn_once_and_no_box_overlaps(code: str) -> None:
    drawn = flow(regimes.of_text(regimes.shipped(code)))
    assert drawn is not None
    ends = [(box.y, box.y + box.height) for box in drawn.boxes]
    assert all(one[1] < other[0] for one, other in zip(ends, ends[1:], strict=False))
    assert ends[-1][1] < drawn.height
    assert sum(map(len, drawn.next_of.values())) == len(drawn.arrows)


def test_r12_11_the_steps_are_drawn_and_told_in_words(client: CheckedClient, hospital: rw.RegimeWorld) -> None:
    tree, names = page(client), [stage.name for stage in hospital.book.stages]
    [svg] = tree.xpath("//svg[@class='flow']")
    assert svg.get("role") == "img"
    assert all(name in svg.xpath("string(./desc)") for name in names)
    assert [li.text_content().split(" · ")[0].strip() for li in tree.xpath("//ol[@class='steps-text']/li")] == names
    assert not tree.xpath("//*[@style]")


def test_r16_02_channels_classes_limits_and_contacts_are_published(client: CheckedClient, hospital) -> None:
    text = page(client).text_content()
    for said in ("医务人员内部投诉", "较为复杂", "5 个工作日", "10 个工作日", "0000-86110010", "接待员", "立即纠正"):
        assert said in text


def test_what_the_institution_has_set_is_told(client: CheckedClient, db) -> None:
    rw.of("R24")
    text = page(client).text_content()
    assert "处罚通知当日算不算第一天：否" in text
    assert "年终第一名罚款" not in text  # its own housekeeping


def test_a_rule_book_without_stages_has_no_drawing() -> None:
    book = regimes.of_text(regimes.shipped("R5"))
    assert flow(Regime.model_validate(book.model_copy(update={"stages": []}))) is None


@pytest.mark.parametrize("code", [c for c in regimes.codes() if regimes.of_text(regimes.shipped(c)).stages])
def test_every_line_fits_its_box_and_every_arrow_the_drawing(code: str) -> None:
    drawn = flow(regimes.of_text(regimes.shipped(code)))
    assert drawn is not None
    assert all("".join(box.lines) == box.stage.name for box in drawn.boxes)
    assert all(1 < len(line) <= LONGEST for box in drawn.boxes for line in box.lines)
    assert all(int(x) < WIDTH for arrow in drawn.arrows for x in re.findall(r"[MH](\d+)", arrow))


def test_arrows_to_different_boxes_never_share_a_line() -> None:
    drawn = flow(regimes.of_text(regimes.shipped("R9")))
    assert drawn is not None
    lanes = [re.findall(r"H(\d+)V", arrow) for arrow in drawn.arrows if "H" in arrow]
    assert len({lane for [lane] in lanes}) == 3  # 2 to 4, 4 to 6, 3 to 10; 9 back to 6 may stand on one of them
