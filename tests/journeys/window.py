"""A browser window in which every page must be sound, driven in the words that stand on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.support import axe

SCROLLS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """least => [...document.querySelectorAll('a.btn, button, input, select, textarea, .choice label, summary')]
  .filter(e => e.offsetParent && !e.closest('[aria-hidden=true]') && !['radio', 'checkbox', 'hidden'].includes(e.type))
  .filter(e => e.getBoundingClientRect().height < least - .5).map(e => e.outerHTML.slice(0, 100))"""
FOCUS = "() => document.activeElement.className || document.activeElement.tagName.toLowerCase()"


class Window:
    """One person's browser: `clicks` counts what the person pressed or chose; typed text doesn't count."""

    def __init__(self, browser: Browser, address: str, *, script: bool, width: int = 1280, height: int = 800) -> None:
        self.address, self.script, self.clicks = address, script, 0
        self.context = browser.new_context(
            base_url=address, java_script_enabled=script, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        self.context.set_default_timeout(20000)  # a busy machine is no fault
        self.page: Page = self.context.new_page()
        self.eyes: Page | None = None if script else axe.eyes_of(browser)
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._sent)

    def close(self) -> None:
        """Closes the window; nothing may have gone wrong in it."""
        complaints = self.complaints
        if self.eyes:
            self.eyes.context.close()
        self.context.close()
        assert not complaints, complaints

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that says 4xx is an answer, not a fault; Chromium writes a line about it all the same.
        answer = "the server responded with a status of 4" in message.text and "/static/" not in str(message.location)
        if message.type in ("error", "warning") and not answer:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _sent(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.complaints.append(f"{self.page.url} asked {request.url}")

    # What a person does.

    def goes_to(self, path: str) -> None:
        """Opens an address."""
        self.page.goto(path)
        self.looks()

    def follows(self, words: str) -> None:
        """Follows a link, in a menu too."""
        self.clicks += 1
        with self.leads_on():
            self.link(words).click()

    def presses(self, words: str) -> None:
        """Presses a button that sends the form."""
        self.clicks += 1
        with self.leads_on():
            self.page.get_by_role("button", name=words, exact=True).first.click()

    def hits(self, key: str) -> None:
        """Hits a key that leads to another page."""
        with self.leads_on():
            self.page.keyboard.press(key)

    def chooses(self, words: str) -> None:
        """Chooses one of several answers."""
        self.clicks += 1
        self.page.locator(".choice label").filter(has_text=re.compile(rf"^\s*{re.escape(words)}")).first.click()

    def picks(self, question: str, answer: str) -> None:
        """Picks an answer from a list."""
        self.clicks += 1
        self.field(question).select_option(label=answer)

    def writes(self, question: str, words: str) -> None:
        """Types an answer."""
        self.field(question).fill(words)

    def link(self, words: str) -> Locator:
        """The link that is called so; else the first whose name holds the words."""
        exact = self.page.get_by_role("link", name=words, exact=True)
        return exact.first if exact.count() else self.page.get_by_role("link", name=words).first

    def field(self, question: str) -> Locator:
        """The field to write in or the list to pick from that this label names."""
        named = self.page.get_by_label(re.compile(rf"^{re.escape(question)}"))
        return named.and_(self.page.locator(":not([type=radio]):not([type=checkbox])")).first

    # What a person sees.

    @contextmanager
    def leads_on(self) -> Iterator[None]:
        """What is done inside leads to another page, which has to be sound."""
        with self.page.expect_event("load"):  # a new document: the history entry of a preview is none
            yield
        self.looks()

    def looks(self) -> None:
        """The page is sound: nothing in the console, nothing out of sight sideways, no fault that axe knows."""
        page = self.page
        assert page.evaluate(SCROLLS) <= 0, f"{page.url} scrolls sideways"
        expect(page.locator(".htmx-request")).to_have_count(0)  # a part that still comes is looked at too
        found = axe.faults(page, self.eyes)
        assert not found, f"{page.url}: {found}"
        assert not self.complaints, self.complaints

    def reads(self, *words: str) -> None:
        """All these words stand on the page."""
        said = self.page.locator("body").inner_text()
        missing = [one for one in words if one not in said]
        assert not missing, f"{self.page.url} doesn't say {missing}, but: {said}"

    def small_targets(self, least: int) -> list[str]:
        """Buttons and fields that are lower than so many pixels."""
        found: list[str] = self.page.evaluate(SMALL, least)
        return found

    @property
    def heading(self) -> str:
        """What the page is called."""
        return self.page.locator("h1").inner_text()

    @property
    def focus(self) -> str:
        """What has the focus: its class or its tag."""
        return str(self.page.evaluate(FOCUS))

    def storage(self) -> dict[str, Any]:
        """What the pages left in the browser: names of cookies with their end, and the two storages."""
        kept = self.page.evaluate("() => [{...localStorage}, {...sessionStorage}]")
        return {"cookies": {c["name"]: c["expires"] for c in self.context.cookies()}, "storages": kept}
