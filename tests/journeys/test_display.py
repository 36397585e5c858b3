"""Every public page in every display setting and in both languages, on the narrowest telephone."""

import datetime as dt

import pypdfium2
import pytest
from flask import Flask

from shared.services import decisions
from tests.journeys.citizen import Citizen
from tests.journeys.conftest import Opens
from tests.support.world import MONDAY, World

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.once,
    pytest.mark.parametrize("script", [True], indirect=True, ids=["script"]),
]
PAGES = [
    "/",
    "/rules",
    "/submit/how",
    "/submit/what?how=named",
    "/track",
    "/notices",
    "/stats",
    "/help",
    "/privacy",
    "/accessibility",
    "/display",
    "/evidence",
    "/papers",
    "/results",
    "/no-such-page",
    "/office/sign-in",
]


@pytest.mark.parametrize(
    ("shown", "language"), [(".", "zh"), (".dark", "en"), ("large.", "en"), ("xlarge.", "zh"), ("xlarge.dark", "zh")]
)
def test_every_page_is_sound_on_a_narrow_telephone(town: World, opens: Opens, shown: str, language: str) -> None:
    phone = opens(Citizen, width=320, height=640)
    chosen = {"huiyin_display": shown, "huiyin_lang": language}
    phone.context.add_cookies([{"name": k, "value": v, "url": phone.address} for k, v in chosen.items()])
    for path in PAGES:
        phone.goes_to(path)


BROKEN_WORDS = """() => [...document.querySelectorAll('h1, h2, h3')].filter(e => e.offsetParent).flatMap(e => {
  const text = e.textContent, inside = new Set(), tops = [], broken = [];
  for (const w of new Intl.Segmenter('zh', {granularity: 'word'}).segment(text))
    for (let i = w.index + 1; w.isWordLike && i < w.index + w.segment.length; i++) inside.add(i);
  const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) for (let i = 0; i < walk.currentNode.length; i++) {
    const range = document.createRange();
    range.setStart(walk.currentNode, i); range.setEnd(walk.currentNode, i + 1);
    tops.push(range.getBoundingClientRect().top);
  }
  tops.forEach((top, i) => {
    if (i && top > tops[i - 1] + 10 && inside.has(i)) broken.push(text.slice(0, i) + '|' + text.slice(i));
  });
  return broken;
})"""


def largest(opens: Opens) -> Citizen:
    phone: Citizen = opens(Citizen, width=375, height=812)
    phone.context.add_cookies([{"name": "huiyin_display", "value": "xlarge.", "url": phone.address}])
    return phone


def test_in_the_largest_letters_headings_break_between_words_on_a_telephone(town: World, opens: Opens) -> None:
    phone = largest(opens)
    for path in PAGES:
        phone.goes_to(path)
        assert phone.page.evaluate(BROKEN_WORDS) == [], path
    phone.files_a_complaint()  # 我们已收到您反映的问题 needs two lines
    assert phone.page.evaluate(BROKEN_WORDS) == []


def test_the_own_case_is_sound_in_the_largest_letters_on_a_telephone(app: Flask, town: World, opens: Opens) -> None:
    with app.app_context():
        made = town.file_case(app, respondent="南溪镇村镇建设和综合便民服务中心三号窗口")
        day = (MONDAY + dt.timedelta(days=7)).date()
        decisions.ask_question(made.case_id, town.actor("intake"), MONDAY, text="是哪个村？", due_day=day)
    phone = largest(opens)
    phone.tracks(made.receipt_no, made.code)
    assert phone.small_targets(44) == []
    for path in ("/case/answer", "/case/privacy", "/case/rate", "/case/review", "/case/withdraw"):
        phone.goes_to(path)
        assert phone.page.evaluate(BROKEN_WORDS) == [], path


@pytest.mark.parametrize("shown", ["", "xlarge.dark"])
def test_a_receipt_prints_on_one_sheet_whatever_the_screen_shows(town: World, opens: Opens, shown: str) -> None:
    desk: Citizen = opens(Citizen)
    desk.context.add_cookies([{"name": "huiyin_display", "value": shown, "url": desk.address}] if shown else [])
    number, code = desk.files_a_complaint("实名")
    printed = pypdfium2.PdfDocument(desk.page.pdf(format="A4", prefer_css_page_size=True))
    assert len(printed) == 1
    words = printed[0].get_textpage().get_text_range()
    assert number in words
    assert code in words
