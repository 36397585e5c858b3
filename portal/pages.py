"""Pages that explain: the rules in force, help, privacy, accessibility."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, request
from flask_babel import lazy_gettext as _l

from portal import route, rule_book
from portal.flow import flow
from portal.home import here
from portal.receipts import receipt_minutes
from portal.submit_forms import MODES
from shared import clock
from shared.domain.privacy import of_text, shipped
from shared.domain.regimes import Clause, Regime
from shared.services import privacy_notices, quarter_keys, queries_portal, rosters
from shared.web.dates import zone
from shared.web.page import page
from shared.web.state import settings

TOPICS: dict[str, Any] = {
    "who": _l("谁可以反映"),
    "scope": _l("可以反映什么"),
    "channels": _l("怎样反映"),
    "content": _l("要写明什么"),
    "accept": _l("怎样受理"),
    "time": _l("多长时间"),
    "steps": _l("怎样办理"),
    "feedback": _l("怎样答复您"),
    "publish": _l("什么会公开"),
    "protect": _l("怎样保护您"),
    "duty": _l("谁承担责任"),
    "roles": _l("谁来办理"),
    "archive": _l("怎样存档"),
}


def by_topic(regime: Regime) -> list[tuple[Any, list[Clause]]]:
    """The clauses under their headings, in the order in which people ask."""
    known = [(title, [c for c in regime.clauses if c.topic == topic]) for topic, title in TOPICS.items()]
    rest = [c for c in regime.clauses if c.topic not in TOPICS]
    return [(title, clauses) for title, clauses in [*known, (_l("其他"), rest)] if clauses]


@route("/rules")
def rules() -> Response:
    """The rule book in force, each number with its clause."""
    regime = queries_portal.regime(here())
    more = rule_book.about(regime)
    return page("portal/rules.html", regime=regime, topics=by_topic(regime), flow=flow(regime), **more)


@route("/help")
def help() -> Response:
    """How to file, to follow, and whom to ask."""
    regime = queries_portal.regime(g.institution) if g.institution else None
    modes = [MODES[mode] for mode in (regime.modes if regime else MODES)]
    on_duty = rosters.round_the_clock(g.institution, clock.now()) if g.institution else []
    return page("portal/help.html", regime=regime, modes=modes, settings=settings(), on_duty=on_duty)


@route("/privacy")
def privacy() -> Response:
    """What is kept, why, for how long, who sees it; every earlier version stays readable."""
    asked = request.args.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    found = privacy_notices.read(g.institution.id, number) if g.institution else None
    if asked and found is None:
        abort(404)
    notice = found.notice if found else of_text(shipped())
    shown: dict[str, Any] = {"settings": settings(), "notice": notice, "version": found}
    shown["gone_on"] = quarter_keys.gone_from_backups(clock.now().astimezone(zone()).date())
    return page("portal/privacy.html", receipt_minutes=receipt_minutes(), **shown)


@route("/accessibility")
def accessibility() -> Response:
    """What was done so that everybody can use these pages, and where to say what doesn't work."""
    return page("portal/accessibility.html")
