"""The front door: choose an institution where there are several, then what to do there."""

from __future__ import annotations

from flask import Response, abort, g, request

from portal import route
from shared.domain.regimes import LimitRule, Regime
from shared.models.institution import Institution
from shared.services import queries_portal
from shared.web.page import page, see_other

FEW = 8
"""So many institutions are seen at a glance; above that, the list has a search box."""
LONGEST = 40


def here() -> Institution:
    """The institution of this page; where the address names none of several, the visitor is asked to choose first."""
    if g.institution is None:
        abort(see_other("portal.home"))
    found: Institution = g.institution
    return found


def handling(regime: Regime) -> list[LimitRule]:
    """The limits within which an accepted case is dealt with; the others are steps on the way."""
    return [rule for rule in regime.limits if rule.id in regime.extension.limits]


def deciding(regime: Regime) -> LimitRule | None:
    """The limit for the decision whether a case is accepted, where the regime sets one."""
    return next((rule for rule in regime.limits if "received" in rule.starts and "accepted" in rule.stops), None)


def fits(place: Institution, words: str) -> bool:
    """Whether every word that is looked for stands in what the institution says of itself."""
    book = queries_portal.regime(place)
    kinds = [kind.name for kind in book.categories]
    said = "\n".join([place.name, place.office_name, place.intro, place.address, book.office.kind, *kinds]).casefold()
    return all(word in said for word in words.casefold().split())


@route("/")
def home() -> Response:
    """The institution's front page, or the list to choose from."""
    found = queries_portal.live()
    if g.institution is None:
        words = "".join(c for c in request.args.get("q", "")[:LONGEST] if c.isprintable()).strip()
        shown = [place for place in found if fits(place, words)]
        return page("portal/choose.html", institutions=shown, total=len(found), few=FEW, words=words)
    regime = queries_portal.regime(here())
    return page(
        "portal/home.html",
        regime=regime,
        scope=[clause for clause in regime.clauses if clause.topic == "scope"],
        decide=deciding(regime),
        limits=handling(regime),
        several=len(found) > 1,
    )
