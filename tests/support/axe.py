"""axe-core on a page: what keeps people from reading or using it, by WCAG 2.2 A and AA.

`axe-4.14.1.min.js` is `axe.min.js` of the npm package axe-core 4.14.1, unchanged: © Deque Systems, Inc.,
Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/). Tests alone use it; nothing of it is served to anybody.
"""

from pathlib import Path
from typing import Any

from lxml.etree import Element
from lxml.html import document_fromstring
from playwright.sync_api import Browser, Page, Route

from tests.support.runs import SECOND

SCRIPT = Path(__file__).with_name("axe-4.14.1.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found =>
  found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.html.slice(0, 120)).join(' | ')))"""
SHOWN = {"class", "type", "role", "lang", "hidden", "data-size", "data-theme"}
SAID = SHOWN | {"aria-hidden", "aria-expanded", "aria-current"}
"""Attributes whose value axe may mind; of the others it counts that an element has them."""
_seen: dict[tuple[int, bool], set[int]] = {}


def faults(page: Page, eyes: Page | None = None) -> list[str]:
    """Every A and AA fault of the page as it stands; one all of whose parts were seen in their place isn't checked.

    Where the page's browser runs no script, `eyes` does: axe looks at the very same page through them.
    """
    if SECOND:  # what a page looks like doesn't hang on the database
        return []
    width, html = (page.viewport_size or {"width": 0})["width"], page.content()
    seen, shown = _seen.setdefault((width, bool(eyes)), set()), parts(html)
    if shown <= seen:
        return []
    found = _found(page) if eyes is None else _through(eyes, page, html)
    if not found:
        seen |= shown
    return found


def parts(html: str) -> set[int]:
    """A number for each kind of part of a page: what it is, and what it stands in from the root down."""
    found: dict[Any, int] = {}
    for element in document_fromstring(html).iter(Element):
        kinds = sorted((name, value if name in SAID else "") for name, value in element.attrib.items())
        speaks = any(text.strip() for text in element.itertext())
        found[element] = hash((found.get(element.getparent()), element.tag, tuple(kinds), speaks))
    return set(found.values())


def _found(page: Page) -> list[str]:
    page.evaluate(SCRIPT + ";0")
    found: list[str] = page.evaluate(RUN, RULES)
    return found


def _through(eyes: Page, page: Page, html: str) -> list[str]:
    def answer(route: Route) -> None:
        same = route.request.is_navigation_request()
        route.fulfill(body=html if same else "", content_type="text/html; charset=utf-8" if same else "text/javascript")

    eyes.set_viewport_size(page.viewport_size or {"width": 1280, "height": 800})
    eyes.route(page.url.partition("#")[0], answer)
    eyes.route("**/*.js*", answer)
    eyes.goto(page.url)
    found = _found(eyes)
    eyes.unroute_all()
    return found


def eyes_of(browser: Browser) -> Page:
    """Eyes for `faults`: a page in a browser window of its own."""
    return browser.new_context().new_page()
