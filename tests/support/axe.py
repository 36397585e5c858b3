"""axe-core on a page: what keeps people from reading or using it, by WCAG 2.2 A and AA.

`axe-4.14.1.min.js` is `axe.min.js` of the npm package axe-core 4.14.1, unchanged: © Deque Systems, Inc.,
Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/). Tests alone use it; nothing of it is served to anybody.
"""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tests.support.runs import SECOND

SCRIPT = Path(__file__).with_name("axe-4.14.1.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found =>
  found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.html.slice(0, 120)).join(' | ')))"""
WORDS = re.compile(r">[^<]*[^<\s][^<]*<")
CHANGING = re.compile(r'(?<= )(?:href|value|title|content|action|aria-label)="[^"]+"|\d+')
"""What two pages may differ in and still be alike to axe: where links lead, and what is said where something is."""
_seen: set[tuple[int, bool, str]] = set()


def faults(page: Page, eyes: Page | None = None) -> list[str]:
    """Every A and AA fault of the page as it stands; a page just like one checked before isn't checked again.

    Just like it is one with the same parts in the same order, whatever they say and wherever they lead. Where the
    page's browser runs no script, `eyes` does: axe looks at the very same page through them.
    """
    if SECOND:  # what a page looks like doesn't hang on the database
        return []
    width, html = (page.viewport_size or {"width": 0})["width"], page.content()
    shape = (width, bool(eyes), CHANGING.sub("0", WORDS.sub(">x<", html)))
    if shape in _seen:
        return []
    found = _found(page) if eyes is None else _through(eyes, page, html)
    if not found:
        _seen.add(shape)
    return found


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
