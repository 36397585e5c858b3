"""The front door: choose an institution where there are several, then what to do there."""

from __future__ import annotations

from flask import Response, abort, g

from portal import route
from shared.domain.regimes import LimitRule, Regime
from shared.models.institution import Institution
from shared.services import queries_portal
from shared.web.page import page, see_other


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


@route("/")
def home() -> Response:
    """The institution's front page, or the list to choose from."""
    found = queries_portal.live()
    if g.institution is None:
        return page("portal/choose.html", institutions=found)
    regime = queries_portal.regime(here())
    return page(
        "portal/home.html",
        regime=regime,
        scope=[clause for clause in regime.clauses if clause.topic == "scope"],
        decide=deciding(regime),
        limits=handling(regime),
        several=len(found) > 1,
    )
