"""Which language and which display a page is shown in: the visitor's cookie decides, never the address."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from flask_babel import Babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from shared.language import language
from shared.web.state import settings

LOCALES = ("zh", "en")
LANGUAGE_COOKIE, DISPLAY_COOKIE = "huiyin_lang", "huiyin_display"
SIZES, THEMES = ("", "large", "xlarge"), ("", "dark")


def chosen_locale() -> str:
    """The language of the cookie, else the installation's."""
    asked = request.cookies.get(LANGUAGE_COOKIE, "") if request else ""
    return asked if asked in LOCALES else settings().default_locale


def display() -> dict[str, str]:
    """Size and theme from the cookie; anything unknown is the standard."""
    size, _, theme = request.cookies.get(DISPLAY_COOKIE, "").partition(".")
    return {"size": size if size in SIZES else "", "theme": theme if theme in THEMES else ""}


def size(count: int) -> str:
    """How large a file is, as people say it; `count` is bytes."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / (1024 * 1024):.1f} MB"


@pass_eval_context
def say(context: EvalContext, text: str, /, **facts: Any) -> str:
    """`_` in templates: the words in the reader's language; facts that aren't markup are escaped."""
    said = language().words.ugettext(text)
    if context.autoescape:
        said = Markup(said)  # noqa: S704  our words; facts are escaped  # nosec B704
    return said % facts if "%" in said else said


def init(app: Flask) -> None:
    """Registers Babel and what every template knows."""
    app.config.update(BABEL_DEFAULT_LOCALE="zh", BABEL_TRANSLATION_DIRECTORIES="translations")
    Babel(app, locale_selector=chosen_locale)
    app.jinja_env.globals["_"] = say

    app.add_template_filter(size, "filesizeformat")

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "institution": g.get("institution"),
            "display": display(),
            "locale": language().code,
            "demo": settings().demo,
        }
