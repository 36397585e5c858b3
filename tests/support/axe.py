"""axe-core on a page: what keeps people from reading or using it, by WCAG 2.2 A and AA.

`axe-4.14.1.min.js` is `axe.min.js` of the npm package axe-core 4.14.1, unchanged: © Deque Systems, Inc.,
Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/). Tests alone use it; nothing of it is served to anybody.
"""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

SCRIPT = Path(__file__).with_name("axe-4.14.1.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found =>
  found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.html.slice(0, 120)).join(' | ')))"""
CHANGING = re.compile(r'value="[^"]{20,}"|\d+')
_seen: set[tuple[int, str]] = set()


def faults(page: Page) -> list[str]:
    """Every A and AA fault of the page as it stands; a page just like one checked before isn't checked again."""
    width, shape = (page.viewport_size or {"width": 0})["width"], CHANGING.sub("0", page.content())
    if (width, shape) in _seen:
        return []
    page.evaluate(SCRIPT + ";0")
    found: list[str] = page.evaluate(RUN, RULES)
    if not found:
        _seen.add((width, shape))
    return found


def faults_without_script(page: Page, eyes: Page) -> list[str]:
    """The same for a browser that runs no script: axe looks at its very page through the eyes of one that does."""
    shown, address = page.content(), page.url

    def answer(route: Route) -> None:
        same = route.request.is_navigation_request()
        route.fulfill(body=shown if same else "", content_type="text/html; charset=utf-8" if same else "text/javascript")

    eyes.set_viewport_size(page.viewport_size or {"width": 1280, "height": 800})
    eyes.route(address, answer)
    eyes.route("**/*.js*", answer)
    eyes.goto(address)
    found = faults(eyes)
    eyes.unroute_all()
    return found


def eyes_of(browser: Browser) -> Page:
    """A page for `faults_without_script`, in a browser window of its own."""
    return browser.new_context().new_page()
