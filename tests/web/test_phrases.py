"""Words are put together as each language does it: marks, plurals, one Chinese word that is a state and a button."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from shared import clock
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.regimes.blanks import Blank
from shared.language import speaking
from shared.web import dates, phrases
from shared.web.labels import label, refusal
from tests.support import world as w

NEXT_YEAR = dt.date(2027, 1, 4)
BOTH = [
    ("state", "refused", "Refused", "action", "refuse", "Refuse"),
    ("state", "reopened", "To handle again", "action", "rehandle", "Handle again"),
    ("slip_state", "return_asked", "Return applied for", "slip_action", "ask_return", "Apply to return"),
    ("event", "archived", "Archived", "action", "archive", "Archive"),
    ("reply_state", "sent_back", "Sent back for changes", "slip_action", "send_back_reply", "Send back for changes"),
]


@pytest.mark.usefixtures("db")
def test_marks_are_those_of_the_language() -> None:
    for locale, marks in {"zh": "甲、乙 甲，乙 甲（乙） 甲：乙", "en": "甲, 乙 甲, 乙 甲 (乙) 甲: 乙"}.items():
        with speaking(locale):
            pairs = [phrases.listed(["甲", "", "乙"]), phrases.facts(["甲", None, "乙"])]
            assert " ".join([*pairs, phrases.beside("甲", "乙"), phrases.named("甲", "乙")]) == marks
            assert phrases.beside("甲", "") == "甲"


@pytest.mark.usefixtures("db")
def test_what_fills_a_blank_is_written_as_people_write_it() -> None:
    ways = {("day", "05-01"): "5月1日", ("money", "500.00"): "500.00 元", ("share", "0.05"): "5%", ("yes", False): "否"}
    ways |= {("number", 30): "30", ("number", None): "未定"}
    for (kind, value), words in ways.items():
        blank = Blank(key="a.b", kind=kind, row="R1.01", reason="", value=value)
        assert phrases.value_of(blank) == words
    with speaking("en"):
        assert phrases.value_of(Blank(key="a.b", kind="day", row="R1.01", reason="", value="05-01")) == "1 May"
        assert phrases.by_row("R1.01") == "rule R1.01"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("code", "limit", "words"), [("R2", "return", "1 working day"), ("R5", "decide", "5 working days")]
)
def test_a_limit_is_said_with_the_right_plural(code: str, limit: str, words: str) -> None:
    rule = regimes.parse(regimes.shipped(code)).limit(limit)
    assert rule is not None
    with speaking("en"):
        assert dates.span(rule) == words
        assert [dates.days(1), dates.days(2), dates.hours(1)] == ["1 day", "2 days", "1 hour"]


@pytest.mark.usefixtures("db")
def test_a_wait_is_said_in_minutes_where_nobody_would_count_seconds() -> None:
    waits = {5: "5 秒", 61: "61 秒", 129: "3 分钟", 901: "15 分钟"}
    for seconds, words in waits.items():
        assert refusal(Refused("wait", seconds=seconds)) == f"试的次数太多，请过 {words}再试。"
    with speaking("en"):
        assert "in 15 minutes." in refusal(Refused("wait", seconds=901))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("both", BOTH, ids=lambda both: both[2])
def test_english_tells_a_state_from_the_button_that_leads_to_it(both: tuple[str, ...]) -> None:
    state, code, said, action, step, pressed = both
    assert label(state, code) == label(action, step) or code == "reopened"
    with speaking("en"):
        assert (label(state, code), label(action, step)) == (said, pressed)


@pytest.mark.usefixtures("db")
def test_a_day_without_its_weekday_is_written_as_days_are_everywhere() -> None:
    with clock.frozen(w.MONDAY):
        for locale, here, later in (("zh", "9月7日", "2027年1月4日"), ("en", "7 Sep", "4 Jan 2027")):
            with speaking(locale):
                assert dates.bare_day(w.MONDAY.date()) == here
                assert dates.bare_day(NEXT_YEAR) == later
                assert here in dates.day(w.MONDAY.date())


def test_the_words_above_a_form_take_their_terms_from_the_rule_book(app: Flask) -> None:
    from tests.support.office import open_office

    with open_office(app, w.township) as town:
        _case, slip_id = town.made(w.transferred)
        assert "请在 1 个工作日内申请退回。" in town.see("signer", f"/office/slip/{slip_id}/sign")
        assert "请在签收后 1 个工作日内申请退回。" in town.see("signer", f"/office/slip/{slip_id}/print")
        assert "近 90 天" in town.see("intake", "/office/clusters")
