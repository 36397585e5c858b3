"""The words of a notice, from its templates and the facts it may state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from shared.domain.notices import BY_CODE, Notice
from shared.language import speaking

MAIL_FACTS = ("institution", "office", "phone", "link")
"""What every letter states beside the facts of its notice: who writes, where to ask, where to read on."""


def render_email(notice_code: str, locale: str, facts: Mapping[str, str]) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter; raises KeyError where a fact is missing. Needs an app context."""
    notice = BY_CODE[notice_code]
    known = _allowed(notice, facts) | {name: facts[name] for name in MAIL_FACTS}
    with speaking(locale):
        subject = " ".join(_fill(f"mail/{notice_code}/subject.txt", known).split())
        text = _fill(f"mail/{notice_code}/body.txt", known)
        # One text, two dresses: the HTML part is made from the plain one and can't say anything else.
        paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
        lang = locale.replace("_", "-")
        html = _fill("mail/letter.html", {"subject": subject, "paragraphs": paragraphs, "lang": lang, **known})
    return subject, "\n\n".join(paragraphs) + "\n", html


def render_sms(notice_code: str, locale: str, facts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The text with its 【sign】 and the values a provider's template asks for. Needs an app context."""
    params = _allowed(BY_CODE[notice_code], facts)
    with speaking(locale):
        words = " ".join(_fill(f"sms/{notice_code}.txt", params).split())
    return f"【{facts['sign']}】{words}", params


def render_neutral(locale: str, sign: str) -> tuple[str, str, str]:
    """Subject, letter and text message that name no office, no case and no number; the same for every notice."""
    with speaking(locale):
        subject, body, words = (_fill(f"neutral/{part}.txt", {}).strip() for part in ("subject", "body", "sms"))
    return subject, body + "\n", f"【{sign}】{words}"


def _allowed(notice: Notice, facts: Mapping[str, str]) -> dict[str, str]:
    # Only what the table names reaches a template: content, names and codes can't slip in with the facts.
    known = {name: facts[name] for name in notice.facts}
    if len(known.get("tail", "0000")) != 4:
        raise ValueError("a notice shows four digits of a number, never more")
    return known | {name: facts.get(name, "") for name in notice.optional}


def _fill(template: str, facts: Mapping[str, Any]) -> str:
    # Not flask.render_template: that runs the pages' context processors, and a worker serves no request.
    return current_app.jinja_env.get_template(template).render(facts)
