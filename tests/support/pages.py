"""What holds for every page, whoever opens it: checked on each answer the test client gets."""

import re
from collections.abc import Iterator
from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from shared.db import db
from tests.support.world import PASSWORD

LABELLED = "//input[not(@type='hidden' or @type='submit' or @type='button' or @type='image')] | //select | //textarea"
WORDS = "//body//text()[not(ancestor::textarea or ancestor::script or ancestor::pre or ancestor::blockquote)]"
STRAIGHT_QUOTES = re.compile(r'"[^"\n]*[\u4e00-\u9fff][^"\n]*"')
OUR_WORDS = (
    "//body//text()[not(ancestor::textarea or ancestor::script or ancestor::*[@lang='zh-CN'][parent::*])]"
    " | //@title | //@placeholder | //@aria-label | //@data-text | //@data-label"
)
FULL_WIDTH, CHINESE = re.compile(r"[\u3000-\u303f\uff00-\uff65]"), re.compile(r"[\u3400-\u9fff]")
NARROW_COMMA = re.compile(r"[\u4e00-\u9fff”’）》] ?, ?[\u4e00-\u9fff“‘（《]")


class CheckedClient(FlaskClient):
    """A test client that fails the test at the first page that breaks a standing rule."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.rollback()  # what the test has read is left: it neither grows old nor keeps the request waiting
        response = Context().run(super().open, *args, **kwargs)  # nothing of the test's own `g`: who sat there last
        if response.mimetype == "text/html" and response.text.strip():
            found = faults(response.text)
            assert not found, f"{response.request.path} ({response.status_code}): " + "; ".join(found)
        return response

    def send(self, address: str, *, form: str = "//form[@method='post']", **fields: Any) -> TestResponse:
        """Fill in a form as a browser does: open the page, take what the form holds, change `fields`, send it."""
        page = html.fromstring(self.get(address).text, base_url=address)
        chosen = [element for element in page.xpath(form) if fields.keys() <= set(element.fields)]
        assert chosen, f"{address} has no form with the fields {', '.join(fields)}"
        held = {name: value for name, value in chosen[0].form_values() if name not in fields}
        return self.post(chosen[0].get("action") or address, data=held | fields)

    def signs_in(self, username: str) -> None:
        """Sits down at the back office as this person of a test world."""
        assert self.send("/office/sign-in", username=username, password=PASSWORD).status_code == 303, username


def faults(text: str) -> list[str]:
    """Every broken standing rule of one page or fragment; none is an empty list."""
    tree = html.document_fromstring(text)
    whole = list(_whole_page(tree)) if "<html" in text else []
    return [*whole, *_fields(tree), *_forms(tree), *_policy(tree), *_words(tree), *_english(tree)]


def _whole_page(tree: html.HtmlElement) -> Iterator[str]:
    titles, heads = tree.xpath("//head/title"), tree.xpath("//h1")
    title = _said(titles[0]) if titles else ""
    if not tree.get("lang"):
        yield "html has no lang"
    if len(heads) != 1:
        yield f"{len(heads)} h1"
    elif not title.startswith(("错误：", "Error: ", _said(heads[0]))) or not _said(heads[0]):
        yield f"title “{title}” does not start with the h1 “{_said(heads[0])}”"


def _fields(tree: html.HtmlElement) -> Iterator[str]:
    ids = tree.xpath("//@id")
    for one in {one for one in ids if ids.count(one) > 1}:
        yield f"id {one} stands {ids.count(one)} times"
    labels = set(tree.xpath("//label[normalize-space()]/@for"))
    for field in tree.xpath(LABELLED):
        named = field.get("aria-label") or field.get("aria-labelledby") or field.xpath("ancestor::label")
        if not named and field.get("id") not in labels:
            yield f"no label: {field.get('name')}"
        if "required" in field.attrib:
            yield f"required: {field.get('name')} (the server says what is missing)"
    for button in tree.xpath("//button[not(normalize-space()) and not(@aria-label)] | //img[not(@alt)]"):
        yield f"{button.tag} without words"


def _forms(tree: html.HtmlElement) -> Iterator[str]:
    for form in tree.xpath("//form"):
        place = form.get("action")
        if place is None or form.get("method") is None:
            yield f"form without action or method: {place}"
        if (form.get("method") or "").lower() == "post" and not form.xpath(".//input[@name='csrf_token']"):
            yield f"form without csrf_token: {place}"


def _policy(tree: html.HtmlElement) -> Iterator[str]:
    for element in tree.xpath("//script[not(@src)] | //style | //*[@style] | //*[starts-with(@href, 'javascript:')]"):
        yield f"inline {element.tag}: {html.tostring(element, encoding='unicode')[:80]}"
    for name in tree.xpath("//@*[starts-with(name(), 'on')]"):
        yield f"inline handler: {name}"


def _words(tree: html.HtmlElement) -> Iterator[str]:
    for text in map(str, tree.xpath(WORDS) if tree.get("lang") != "en" else ()):
        if found := STRAIGHT_QUOTES.search(text) or NARROW_COMMA.search(text):
            yield f"narrow punctuation: {found.group()}"


def _english(tree: html.HtmlElement) -> Iterator[str]:
    """Full-width marks that stand alone: what people wrote holds Chinese words beside them."""
    for text in map(str, tree.xpath(OUR_WORDS) if tree.get("lang") == "en" else ()):
        if FULL_WIDTH.search(text) and not CHINESE.search(text):
            yield f"Chinese punctuation on an English page: {' '.join(text.split())}"


def _said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())
