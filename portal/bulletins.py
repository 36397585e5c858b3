"""Published common issues: a list to search, a page each, a feed."""

from __future__ import annotations

from flask import Response, abort, g, make_response, render_template, request

from portal import route
from shared.services import queries_public
from shared.web.page import page

LONGEST_NEEDLE = 40


@route("/notices")
def notices() -> Response:
    """The list, newest first; htmx asks for the list alone."""
    words = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST_NEEDLE]
    number = request.args.get("page", "1")
    at = int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000 else 1
    found = queries_public.notices(g.institution, words, at)
    return page("portal/notices.html", fragment="portal/_notices_list.html", found=found, words=words, at=at)


@route("/notices/<int(max=2147483647):issue_id>")
def notice(issue_id: int) -> Response:
    """One issue: the problem, what improves, how many complained."""
    found = queries_public.notice(g.institution, issue_id)
    if found is None:
        abort(404)
    return page("portal/notice.html", issue=found)


@route("/notices.atom")
def notices_feed() -> Response:
    """The newest issues for feed readers."""
    found = queries_public.notices(g.institution, "", 1)
    response = make_response(render_template("portal/notices.atom.xml", issues=found.issues))
    response.content_type = "application/atom+xml; charset=utf-8"
    return response
