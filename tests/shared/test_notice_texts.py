"""Every notice in every language: complete, short enough, and silent about the case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import meta

from shared.domain.notices import BY_CODE, SMS_NOTICES, Audience, segments, sms_length
from shared.senders.render import MAIL_FACTS, render_email, render_neutral, render_sms

ROOT = Path(__file__).parents[2]
FACTS = {  # the longest that are likely: a signature may have 12 characters
    "sign": "某某自治县人民政府法制办",
    "institution": "某某自治县人民政府",
    "office": "法制办公室 <1 号楼>",
    "phone": "0871-12345678",
    "link": "https://complaints.example.gov.cn/track",
    "tail": "0043",
    "due": "2027年12月23日",
    "was_due": "2026年12月23日",
    "count": "12",
    "lines": "待签收（尾号1234） https://complaints.example.gov.cn/office/slip/1",
}
NEUTRAL = re.compile("投诉|举报|信访|反映|控告|complain|report", re.IGNORECASE)


@pytest.fixture(scope="module", autouse=True)
def app() -> Iterator[Flask]:
    app = Flask(__name__, template_folder=ROOT / "templates")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app, default_locale="zh")
    with app.app_context():
        yield app


def folders(kind: str) -> set[str]:
    return {path.stem for path in (ROOT / "templates" / kind).iterdir() if path.is_dir() or kind == "sms"}


each_locale = pytest.mark.parametrize("locale", ["zh", "en"])
each_text = pytest.mark.parametrize("code", SMS_NOTICES)
each_letter = pytest.mark.parametrize("code", BY_CODE)


def test_every_notice_has_its_templates_and_no_template_is_left_over():
    assert folders("mail") == set(BY_CODE)
    assert folders("sms") == set(SMS_NOTICES)


@each_text
def test_a_text_message_fits_one_unit_with_the_longest_facts(code: str):
    text, _ = render_sms(code, "zh", FACTS)
    assert sms_length(text) <= 70, text
    assert segments(text) == 1


@each_locale
@each_text
def test_a_text_message_has_a_signature_and_neither_link_nor_second_bracket(code: str, locale: str):
    text, _ = render_sms(code, locale, FACTS)
    assert text.startswith("【某某自治县人民政府法制办】")
    assert not re.search(r"[【】¥★※√]|https?:|www\.|\.cn", text.partition("】")[2])


@each_text
def test_the_provider_gets_a_value_for_each_variable_of_the_text(code: str, app: Flask):
    source = (ROOT / f"templates/sms/{code}.txt").read_text("utf-8")
    variables = meta.find_undeclared_variables(app.jinja_env.parse(source)) - {"_"}
    assert set(render_sms(code, "zh", FACTS)[1]) == variables


@each_locale
@each_letter
def test_a_letter_states_every_fact_of_its_notice_and_a_link(code: str, locale: str):
    subject, text, html = render_email(code, locale, FACTS)
    assert "\n" not in subject
    assert "0043" in subject + text or "tail" not in BY_CODE[code].facts
    assert all(FACTS[fact] in subject + text for fact in {*BY_CODE[code].facts, "link"})
    assert f'<a href="{FACTS["link"]}">' in html
    assert not re.search(r"%\(|\{\{|None|Undefined", subject + text + html)


@each_letter
def test_a_letter_says_the_same_as_text_and_as_html(code: str):
    _, text, html = render_email(code, "zh", FACTS)
    words = re.sub(r"<[^>]+>|\s", "", html.partition("<body>")[2]).replace("&lt;", "<").replace("&gt;", ">")
    assert words == re.sub(r"\s", "", text)
    assert '<html lang="zh">' in html


@each_locale
@pytest.mark.parametrize("code", SMS_NOTICES)
def test_nothing_sent_to_a_citizen_says_that_somebody_complained(code: str, locale: str):
    subject, text, _ = render_email(code, locale, {**FACTS, "link": "https://hall.example/track"})
    assert not NEUTRAL.search(subject + text + render_sms(code, locale, FACTS)[0])


@each_letter
def test_no_notice_lets_in_more_than_the_facts_it_is_meant_to_state(code: str):
    leak = {"name": "张三", "content": "污水", "access_code": "1234567812345678", "receipt": "73910460043"}
    rendered = "".join(render_email(code, "zh", FACTS | leak))
    if BY_CODE[code].audience is Audience.CITIZEN:
        text, params = render_sms(code, "zh", FACTS | leak)
        rendered += text + str(params)
    assert not any(secret in rendered for secret in leak.values())


def test_a_whole_number_in_place_of_its_tail_is_refused():
    with pytest.raises(ValueError, match="four digits"):
        render_sms("answered", "zh", FACTS | {"tail": "73910460043"})


@pytest.mark.parametrize("missing", ["due", "tail", *MAIL_FACTS])
def test_a_missing_fact_is_a_fault_and_not_a_gap_in_a_letter(missing: str):
    with pytest.raises(KeyError, match=missing):
        render_email("accepted", "zh", {name: value for name, value in FACTS.items() if name != missing})


def test_a_day_is_named_to_staff_only_where_the_regime_sets_one():
    without = {name: value for name, value in FACTS.items() if name != "due"}
    assert "办理期限：2027年12月23日" in render_email("to_sign", "zh", FACTS)[1]
    assert "期限" not in render_email("to_sign", "zh", without)[1]


@each_locale
def test_neutral_message_is_the_same_for_everything_and_names_nothing(locale: str):
    subject, text, words = render_neutral(locale, "服务通知")
    said = subject + text + words
    assert not NEUTRAL.search(said)
    assert not re.search(r"\d|https?:|办|府|件|case|office", said.replace("邮件", "").replace("Notice", ""))
    assert words.startswith("【服务通知】")
    assert sms_length(words) <= 70
