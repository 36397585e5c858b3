"""What Aliyun and Tencent Cloud have in common: how a request is signed, and what an answer means for a retry."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from typing import Any

from shared.senders import Outcome, Result, Sms
from shared.senders.calls import Answer


def canonical(method: str, path: str, query: str, headers: Mapping[str, str], body_hash: str) -> tuple[str, str]:
    """The names of the signed headers, and the hash of a request written down as both sign it."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    whole = "\n".join((method, path, query, lines, names, body_hash))
    return names, hashlib.sha256(whole.encode()).hexdigest()


def signature(key: bytes, *lines: str) -> str:
    """Of the lines that name algorithm, moment and request."""
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def sent(sms: Sms, templates: Mapping[str, str], ask: Callable[[str], Answer | Result], read: Reader) -> Result:
    """Hands a message over under its approved template; without one it fails before anything is asked."""
    template = sms.template or templates.get(sms.notice_code)
    if template is None:
        return Result(Outcome.FAILED, "template_missing")
    answer = ask(template)
    return answer if isinstance(answer, Result) else read(answer)


def judged(
    status: int, code: Any, *, good: str, ref: Any, hopeless: Collection[str], about_number: Collection[str]
) -> Result:
    """What an answer's code says: handed over, never to go, or to be tried again (R7)."""
    if not isinstance(code, str):
        return Result(Outcome.RETRY, f"http_{status}")
    if status == 200 and code == good:
        return Result(Outcome.SENT, ref=str(ref or ""))
    outcome = Outcome.FAILED if code in hopeless else Outcome.RETRY
    return Result(outcome, code[:80], about_address=code in about_number)


Reader = Callable[[Answer], Result]
"""Finds the code in one provider's answer."""
