"""The standing page rules catch what they are there for, and leave a sound page alone."""

import pytest

from tests.support.axe import parts
from tests.support.pages import faults

SOUND = """<!doctype html><html lang="zh-CN"><head><title>提交投诉 — 回音</title></head><body>
<h1>提交投诉</h1><p>请写清“时间、地点”，其他随后再补。</p>
<form method="post" action="/submit" novalidate><input type="hidden" name="csrf_token" value="x">
<label for="what">事情经过</label><textarea id="what" name="what">他说"不行",就走了</textarea>
<button>提交</button></form><script src="/static/js/huiyin.js" defer></script></body></html>"""
BREAKS = {
    "no lang": (' lang="zh-CN"', ""),
    "two h1": ("<p>", "<h1>又一个</h1><p>"),
    "no h1": ("<h1>提交投诉</h1>", ""),
    "title says something else": ("<title>提交投诉", "<title>首页"),
    "field without label": ('<label for="what">事情经过</label>', "事情经过"),
    "empty label": (">事情经过<", "><"),
    "same id twice": ("<p>", '<p id="what">'),
    "required": ('name="what"', 'name="what" required'),
    "form without action": (' action="/submit"', ""),
    "form without csrf": ("csrf_token", "token"),
    "inline script": (' src="/static/js/huiyin.js" defer>', ">alert(1)"),
    "inline style": ("<p>", '<p style="color:red">'),
    "inline handler": ("<button>", '<button onclick="go()">'),
    "script address": ("<p>", '<p><a href="javascript:go()">看</a>'),
    "button without words": ("<button>提交", "<button>"),
    "picture without words": ("<p>", '<p><img src="/a.png">'),
    "straight quotes": ("“时间、地点”", '"时间、地点"'),
    "narrow comma": ("，", ","),
}


def test_a_sound_page_has_no_faults_whatever_a_person_typed_into_it() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize("rule", BREAKS)
def test_each_rule_finds_the_page_that_breaks_it(rule: str) -> None:
    old, new = BREAKS[rule]
    assert old in SOUND
    assert len(faults(SOUND.replace(old, new, 1))) >= 1


def test_a_title_may_begin_with_the_word_for_an_error() -> None:
    assert faults(SOUND.replace("<title>", "<title>错误：")) == []


def test_a_fragment_needs_neither_heading_nor_title() -> None:
    assert faults('<section id="timeline"><h2>办理经过</h2></section>') == []


def test_a_page_is_looked_at_again_only_where_a_part_is_new_in_its_place() -> None:
    assert parts(SOUND.replace("提交投诉", "查询").replace("<p>", "<p>不急。</p><p>")) == parts(SOUND)
    for new in ('<p class="meta">', "<p><b></b>", "<p><b>急</b>", "<p lang='en'>"):
        assert not parts(SOUND.replace("<p>", new)) <= parts(SOUND)
    assert not parts(SOUND.replace('lang="zh-CN"', 'lang="zh-CN" data-theme="dark"')) <= parts(SOUND)
