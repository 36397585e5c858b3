"""A form filled in by somebody who answers what is asked and leaves out what may be left out."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

WORDS = {
    "date": "2026-09-11",
    "datetime-local": "2026-09-07T10:00",
    "time": "10:00",
    "tel": "13812345678",
    "email": "laixin@example.cn",
    "number": "1",
}
"""What fits a field of that kind; any other takes a sentence."""
SENTENCE = "已经当面核实，问题改正了，今后每周检查一次。"


def fill(page: Page, **said: str) -> None:
    """Answers every open question of the main form; `said` are the answers to questions whose label begins so."""
    for box in page.locator("main form[method=post] .fld:visible").all():
        label = box.locator("label, legend").first.inner_text()
        answer = next((text for begins, text in said.items() if label.startswith(begins)), "")
        if answer or "可不填" not in label:
            _answer(box, answer)


def _answer(box: Locator, answer: str) -> None:
    cards = box.locator(".choice label")
    if cards.count():
        _choose(box, cards, answer)
        return
    field = box.locator("select, textarea, input:not([type=hidden]):not([type=file])").first
    if not field.count():
        return
    if field.evaluate("field => field.tagName") == "SELECT":
        _pick(field, answer)
    elif answer or not field.input_value():
        field.fill(answer or WORDS.get(str(field.get_attribute("type")), SENTENCE))


def _pick(field: Locator, answer: str) -> None:
    """The first line of a list asks to choose, unless it is the only one."""
    if answer:
        field.select_option(label=answer)
    elif field.evaluate("field => field.selectedIndex < 1 && field.options.length > 1"):
        field.select_option(index=1)


def _choose(box: Locator, cards: Locator, answer: str) -> None:
    if answer:
        cards.filter(has_text=answer).first.click()
    elif not box.locator(".choice input:checked").count():
        cards.first.click()
