"""Working through the queue: the pane's steps lead back to the list they came from, with the next case marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, request, url_for

from backoffice import bp
from backoffice import queue as queue_page
from shared import clock
from shared.domain.lifecycle import CASE_STEPS, Route, State
from shared.models.case import Case
from shared.services import queries_queue
from shared.services.queries_case import CaseView
from shared.services.queries_queue import VIEWS, Asked
from shared.web.auth import me
from shared.web.page import see_other

LONGEST = 600
KEPT = ("category", "channel", "mode", "severity", "unit", "q", "sort", "after")
ONWARD = {Route.TRANSFER: "transfer", Route.INVESTIGATE: "investigate"}
"""What follows acceptance, where the same person may do it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the queue that somebody works through."""

    view: str
    args: dict[str, str]

    def __str__(self) -> str:
        return f"{self.view}?{urlencode(self.args)}" if self.args else self.view

    @property
    def asked(self) -> Asked:
        """What that page was asked for."""
        return queue_page._asked(self.view, self.args)

    @property
    def url(self) -> str:
        """Its address."""
        return url_for("office.queue", view=self.view, **self.args)  # type: ignore[arg-type]  # names of its arguments


def _read(view: str, query: str) -> Place | None:
    """A page of the queue and nothing else: what comes from a browser never leads elsewhere."""
    if view not in VIEWS or len(query) > LONGEST:
        return None
    return Place(view, {k: v for k, v in parse_qsl(query) if k in KEPT})


def came_from() -> Place | None:
    """The page of the queue that a step was opened from, as its address says."""
    view, _, query = request.args.get("queue", "").partition("?")
    return _read(view, query)


@bp.app_template_global()
def queue_at() -> str | None:
    """The page of the queue beside which the pane is shown, to be carried by the pane's links."""
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    root, _, view = here.path.removeprefix(url_for("office.home")).partition("/")
    place = _read(view or "open", here.query) if root == "queue" else None
    return str(place) if place else None


@bp.app_template_global()
def queue_shown() -> str:
    """The page of the queue that is being shown."""
    view = (request.view_args or {}).get("view", "open")
    return str(_read(view, request.query_string.decode("ascii", "replace")) or view)


@bp.app_template_global()
def queue_link() -> dict[str, str | None]:
    """The page of the queue that this step belongs to: as a link, and as what a form's address carries."""
    place = came_from()
    return {"url": place.url if place else None, "carried": str(place) if place else None}


def behind(case: Case) -> tuple[Place, Asked] | None:
    """Where to go on after a step: asked before the step, for that moves the case in its list."""
    place = came_from()
    if place is None:
        return None
    key = (case.received_at if place.asked.sort == "received" else case.due_at, case.id)
    return place, replace(place.asked, after=key)


def go_back(place: Place, asked: Asked) -> Response:
    """Back to the queue, where the script marks the first case of what was behind the one that is done."""
    rest = queries_queue.page(me(), asked, clock.now()).cases
    mark = f"case-{rest[0].id}" if rest else None
    return see_other("office.queue", view=place.view, **place.args, _anchor=mark)


def onward(action: str, view: CaseView) -> str:
    """The step that the same person may take right after acceptance, '' where there is none."""
    if action != "accept":
        return ""
    steps = [ONWARD[r] for r in view.regime.routes if r in ONWARD]
    lawful = [s for s in steps if State.ACCEPTED in CASE_STEPS[s].frm and CASE_STEPS[s].roles & view.roles]
    return lawful[0] if lawful else ""
