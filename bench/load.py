"""A closed-loop load generator: N visitors walk a flow of pages again and again, each waiting for every answer.

A scenario is a TOML file: a table of flows, each a list of steps. A step has a `name` and either `get = "/path"` or
`send = {field = "text"}`: it fills in the form on the page before (`form` picks one by what stands in it) and sends
it to that form's address, hidden fields included, as a browser does.
More: `status` (expected, else 200 to 399), `shows` (what the answer must hold), `keep = {name = "regex"}` (for later
steps), `times` (to take the step more than once). In braces: what was kept, {location} of the last redirect, {n} a
number never used before, and what the caller gives.
"""

from __future__ import annotations

import gzip
import html
import itertools
import re
import socket
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

_numbers = itertools.count(time.time_ns() // 1000 % 10**10)
FORM = re.compile(r"<form\b(.*?)</form>", re.S | re.I)
INPUT = re.compile(r"<input\b[^>]*>", re.I)
ATTRIBUTE = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)')""")
BRACES = re.compile(r"\{(\w+)\}")
Step = dict[str, Any]


class Failed(Exception):
    """The answer is not what the scenario expects."""


def read(path: Path) -> dict[str, list[Step]]:
    """The flows of a scenario."""
    flows = tomllib.loads(path.read_text("utf-8"))
    return {name: [step for step in steps for _ in range(step.get("times", 1))] for name, steps in flows.items()}


@dataclass
class Answer:
    """Status, headers (as sent) and the whole body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def text(self) -> str:
        """The body as text."""
        packed = self.header("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode("utf-8", "replace")


@dataclass
class Visitor:
    """One browser: its cookies, what it has kept, the page it looks at."""

    host: str
    port: int
    known: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    encoding: str = "identity"
    here: str = "/"
    page: str = ""

    def again(self) -> Visitor:
        """Another visitor who knows what this one knows."""
        return Visitor(self.host, self.port, dict(self.known), dict(self.cookies), self.encoding)

    def take(self, step: Step) -> tuple[float, Answer]:
        """One step: seconds until the last byte, and the answer; raises Failed."""
        raw = self._request(step)
        began = time.perf_counter()
        answer = self._exchange(raw)
        seconds = time.perf_counter() - began
        self._look(step, answer)
        return seconds, answer

    def _request(self, step: Step) -> bytes:
        self.known["n"] = str(next(_numbers))
        headers, body = {"Host": f"{self.host}:{self.port}", "Accept-Encoding": self.encoding}, b""
        if "send" in step:
            method, (self.here, fields) = "POST", self._form(step.get("form", ""))
            fields.update({key: self._filled(value) for key, value in step["send"].items()})
            body = urlencode(fields, doseq=True).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
            headers["Origin"] = f"http://{self.host}:{self.port}"
        else:
            method, self.here = "GET", quote(self._filled(step["get"]), safe="/?&=%~:+")
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {self.here} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode() + body

    def _form(self, wanted: str) -> tuple[str, dict[str, Any]]:
        """Where the form on the page is sent to, and its hidden fields."""
        found = next((form for form in FORM.findall(self.page) if wanted in form), None)
        if found is None:
            raise Failed(f"no form {wanted} on {self.here}")
        head = dict(_attributes(found.partition(">")[0]))
        inputs = [dict(_attributes(one)) for one in INPUT.findall(found)]
        hidden = {one["name"]: one.get("value", "") for one in inputs if one.get("type") == "hidden" and "name" in one}
        return head.get("action") or self.here, hidden

    def _filled(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        return BRACES.sub(lambda found: self.known.get(found[1], found[0]), str(value))

    def _exchange(self, raw: bytes) -> Answer:
        with socket.create_connection((self.host, self.port), timeout=30) as connection:
            connection.sendall(raw)
            parts = []
            while part := connection.recv(262_144):
                parts.append(part)
        head, _, body = b"".join(parts).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        if not first:
            raise Failed("no answer")
        pairs = (line.partition(":") for line in lines)
        headers = [(name.lower(), value.strip()) for name, _, value in pairs]
        return Answer(int(first.split()[1]), headers, body)

    def _look(self, step: Step, answer: Answer) -> None:
        self._keep_headers(answer)
        expected = step.get("status")
        if answer.status != expected if expected else not 200 <= answer.status < 400:
            raise Failed(f"{step['name']}: {self.here} answered {answer.status}")
        if answer.status >= 300:
            return
        self.page = answer.text
        if step.get("shows", "") not in self.page:
            raise Failed(f"{step['name']}: {self.here} does not show {step['shows']}")
        for name, pattern in step.get("keep", {}).items():
            found = re.search(pattern, self.page, re.S)
            if found is None:
                raise Failed(f"{step['name']}: no {name} on {self.here}")
            self.known[name] = html.unescape(found[1])

    def _keep_headers(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
            elif name == "location":
                parts = urlsplit(value)
                self.known["location"] = parts.path + (f"?{parts.query}" if parts.query else "")


def _attributes(tag: str) -> list[tuple[str, str]]:
    return [(name.lower(), html.unescape(a or b)) for name, a, b in ATTRIBUTE.findall(tag)]


@dataclass
class Took:
    """One answered step: when, how long, or why not."""

    flow: int
    name: str
    at: float
    seconds: float
    fault: str = ""


@dataclass
class Walked:
    """What a run of one flow gave."""

    seconds: float
    took: list[Took]
    kept: list[dict[str, str]]
    """What each whole walk has kept."""


def walk(visitor: Visitor, steps: list[Step], number: int, took: list[Took]) -> bool:
    """Walks a flow once; False where it broke off."""
    for step in steps:
        try:
            seconds, _ = visitor.take(step)
        except (Failed, OSError) as fault:
            took.append(Took(number, step["name"], time.perf_counter(), 0, str(fault) or type(fault).__name__))
            return False
        took.append(Took(number, step["name"], time.perf_counter(), seconds))
    return True


def run(
    visitors: list[Visitor], steps: list[Step], warm: float, seconds: float, on_start: Any = None, on_end: Any = None
) -> Walked:
    """All visitors at once, for so long; every walk that was begun is finished, what ended in the window counts."""
    stop, numbers = threading.Event(), itertools.count()
    took: list[Took] = []
    kept: list[dict[str, str]] = []

    def keep_walking(first: Visitor) -> None:
        while not stop.is_set():
            visitor = first.again()
            if walk(visitor, steps, next(numbers), took):
                kept.append(visitor.known)

    threads = [threading.Thread(target=keep_walking, args=[one], daemon=True) for one in visitors]
    for thread in threads:
        thread.start()
    time.sleep(warm)
    began = time.perf_counter()
    if on_start:
        on_start()
    time.sleep(seconds)
    ended = time.perf_counter()
    if on_end:
        on_end()
    stop.set()
    for thread in threads:
        thread.join(60)
    inside = [one for one in took if began <= one.at <= ended]
    faults = [one for one in took if one.fault and one not in inside]
    return Walked(ended - began, inside + faults, kept)
