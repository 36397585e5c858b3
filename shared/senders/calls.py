"""One call to a provider over HTTP: its answer, or what is known of a way that is blocked."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from shared.senders import Outcome, Result
from shared.senders.certificates import tls_reason

MOST_READ = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered; `json` is None where it isn't JSON."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The answer as JSON, None where it can't be read as that."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class _Stay(HTTPRedirectHandler):
    """A provider doesn't move: a redirect would carry number and signature to somebody else."""

    def redirect_request(self, *_given: Any) -> None:
        """Leaves the 30x as the answer."""


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer | Result:
    """Sends it within seconds; raises nothing for what a network does: that is a RETRY with its reason."""
    request = Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310  the settings let only http and https through
    try:
        with build_opener(_Stay).open(request, timeout=timeout) as answer:
            return Answer(answer.status, _body(answer, timeout))
    except HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, _refused(refusal, timeout))
    except (OSError, HTTPException) as fault:
        timed_out = isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError)
        return Result(Outcome.RETRY, "timeout" if timed_out else tls_reason(fault) or "unreachable")


def _body(answer: HTTPResponse | HTTPError, timeout: float) -> bytes:
    """The answer, its end cut off where it is long; a provider that sends it byte by byte has the timeout in all."""
    until, parts, length = time.monotonic() + timeout, list[bytes](), 0
    while length < MOST_READ and (part := answer.read1(MOST_READ)):
        parts.append(part)
        length += len(part)
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(parts)


def _refused(refusal: HTTPError, timeout: float) -> bytes:
    try:
        return _body(refusal, timeout)
    except (OSError, HTTPException):
        return b""


def values(data: Any, *path: str | int) -> Any:
    """What lies at a path of names and places in somebody else's JSON; None where anything is missing."""
    for step in path:
        if isinstance(step, str) and isinstance(data, dict):
            data = data.get(step)
        elif isinstance(step, int) and isinstance(data, list) and len(data) > step:
            data = data[step]
        else:
            return None
    return data
