"""Published common issues: a list to search, a page each, a feed."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, render_template, request

from portal import route
from shared.domain import feedback
from shared.services import queries_incidents, queries_portal, queries_public
from shared.web.page import page

LONGEST_NEEDLE, MOST_PAGES = 40, 1000


@route("/notices")
def notices() -> Response:
    """The list, newest first; htmx asks for the list alone."""
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:LONGEST_NEEDLE]
    found = queries_public.notices(g.institution, words, _number(request.args.get("page", "")))
    said = queries_incidents.statements(g.institution) if not words and found.number == 1 else []
    told = g.institution is not None and feedback.publishes(queries_portal.regime(g.institution))
    shown: dict[str, Any] = {"found": found, "words": words, "said": said, "results": told}
    return page("portal/notices.html", fragment="portal/_notices_list.html", **shown)


def _number(asked: str) -> int:
    """The page asked for; the first for anything that is none."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    return min(max(number, 1), MOST_PAGES)


@route("/notices/<int(max=2147483647):issue_id>")
def notice(issue_id: int) -> Response:
    """One issue: the problem, what improves, how many complained."""
    found = queries_public.notice(g.institution, issue_id)
    if found is None:
        abort(404)
    return page("portal/notice.html", issue=found.issue, place=found.place)


@route("/notices.atom")
def notices_feed() -> Response:
    """The newest issues for feed readers."""
    found = queries_public.notices(g.institution, "", 1)
    text = render_template("portal/notices.atom.xml", issues=found.issues)
    return Response(text, content_type="application/atom+xml; charset=utf-8")


@route("/statements/<int(max=2147483647):statement_id>")
def statement(statement_id: int) -> Response:
    """What was said in public about an incident (R21.05)."""
    found = queries_incidents.statement(g.institution, statement_id)
    if found is None:
        abort(404)
    return page("portal/statement.html", said=found[0], place=found[1])
