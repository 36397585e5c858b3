"""Templates hold their words in the language spoken; what is remembered of a page never holds a citizen's words."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from markupsafe import Markup

from shared.language import speaking
from shared.web import kept

MADE = {
    "plain.html": "<p>{{ _('跳到正文') }}</p>"
    "{% if shown %}<a title=\"{{ _('预览') }}\">{{ _('翻页') ~ '！' }}</a>{% endif %}",
    "facts.html": "{{ _('这页要等 %(n)s 分钟', n=n) }}",
    "around.html": "{% extends 'frame.html' %}{% block main %}{% include 'plain.html' %}{% endblock %}",
    "frame.html": "<title>{{ _('菜单') }}</title>{% block main %}{% endblock %}",
    "row.html": '<li title="{{ row.0 }}"><slot></slot></li>',
    "text.txt": "{{ _('跳到正文') }}：{{ words }}",
}


@pytest.fixture
def made(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with these templates, compiled anew."""
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(MADE))
    monkeypatch.setattr(app.jinja_env, "spoken", {})  # each language takes the loader that it begins with
    kept._kept.cache_clear()
    return app


def shown(app: Flask, name: str, language: str, **facts: object) -> str:
    with app.test_request_context(), speaking(language):
        return app.jinja_env.get_template(name).render(facts)


def test_one_process_speaks_both_languages(made: Flask) -> None:
    """Whatever was compiled first, each page is in its reader's language."""
    chinese = '<p>跳到正文</p><a title="预览">翻页！</a>'
    english = '<p>Skip to main content</p><a title="Preview">Pages！</a>'
    for _round in range(2):
        assert shown(made, "plain.html", "zh", shown=True) == chinese
        assert shown(made, "plain.html", "en", shown=True) == english


def test_frames_and_parts_are_in_the_same_language(made: Flask) -> None:
    assert shown(made, "around.html", "en") == "<title>Menu</title><p>Skip to main content</p>"
    assert shown(made, "around.html", "zh") == "<title>菜单</title><p>跳到正文</p>"


def test_facts_are_still_escaped(made: Flask) -> None:
    assert shown(made, "facts.html", "zh", n="<b>") == "这页要等 &lt;b&gt; 分钟"


def test_a_text_that_is_no_page_stays_as_it_is(made: Flask) -> None:
    assert shown(made, "text.txt", "zh", words="<b>") == "跳到正文：<b>"


def test_a_row_is_remembered_without_the_words_in_it(made: Flask) -> None:
    with made.test_request_context():
        first = kept.filled("row.html", [(("甲",), "<第一件>"), (("乙",), "第二件")])
        again = kept.filled("row.html", [(("甲",), Markup("第三件"))])
    assert first == '<li title="甲">&lt;第一件&gt;</li><li title="乙">第二件</li>'
    assert again == '<li title="甲">第三件</li>'
    assert (kept._kept.cache_info().misses, kept._kept.cache_info().hits) == (2, 1)
