"""Sending text messages through a province's own platform: JSON over HTTP, signed with a shared secret."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared import clock
from shared.senders import Outcome, Receipt, Result, Sms
from shared.senders.calls import Answer, post, values

FIELDS = ("to", "text", "sign", "template", "params", "reference")
"""What a request can say; the settings give each the name that the platform expects, or leave it out."""
FRESH_SECONDS = 300
"""How far the clocks of the two sides may be apart."""


def signature(secret: str, at: str, nonce: str, body: bytes) -> str:
    """HMAC-SHA-256 over moment, nonce and the hash of the body, a line each; in hexadecimal."""
    told = f"{at}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()


def sound(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request that came in carries a signature of ours or theirs, made within the last minutes."""
    at, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
    if not (at.isascii() and at.isdigit() and len(at) < 12 and nonce.isascii() and nonce):
        return False
    fresh = abs(int(at) - int(clock.now().timestamp())) <= FRESH_SECONDS
    given = headers.get("X-Signature", "").lower().encode(errors="replace")
    return fresh and hmac.compare_digest(given, signature(secret, at, nonce, body).encode())


@dataclass(frozen=True, slots=True)
class GatewaySms:
    """One platform; `names` says what it calls the parts of a message."""

    url: str
    key_id: str
    secret: str = field(repr=False)
    names: Mapping[str, str]
    sign_name: str = ""
    timeout: float = 5

    def send(self, sms: Sms) -> Result:
        """Hand it over: 2xx means that the platform has it, 4xx other than 408 and 429 that it never will."""
        said: dict[str, Any] = {
            "to": sms.to,
            "text": sms.text,
            "sign": sms.sign or self.sign_name,
            "template": sms.template,
            "params": sms.params,
            "reference": sms.reference,
        }
        body = json.dumps({self.names[n]: v for n, v in said.items() if self.names.get(n)}, ensure_ascii=False).encode()
        at, nonce = str(int(clock.now().timestamp())), secrets.token_hex(16)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-key-id": self.key_id,
            "x-timestamp": at,
            "x-nonce": nonce,
            "x-signature": signature(self.secret, at, nonce, body),
        }
        answer = post(self.url, body, headers, self.timeout)
        return answer if isinstance(answer, Result) else _result(answer)


def _result(answer: Answer) -> Result:
    if 200 <= answer.status < 300:
        ref = values(answer.json, "id")
        return Result(Outcome.SENT, ref=str(ref) if isinstance(ref, str | int) else "")
    wrong_number = values(answer.json, "code") == "number"
    lost = answer.status in {400, 404, 409, 410, 413, 422}  # 401 and 403 are the keeper's to mend, 5xx theirs
    reason = "number" if wrong_number else f"http_{answer.status}"
    return Result(Outcome.FAILED if lost else Outcome.RETRY, reason, about_address=lost and wrong_number)


def receipts(sent: Any) -> list[Receipt]:
    """The receipts of a push: [{"id", "status": "delivered" | "failed", "reason"}]."""
    rows = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    return [
        Receipt(str(one["id"]), one["status"] == "delivered", str(one.get("reason", "")))
        for one in rows
        if one.get("id") and one.get("status") in {"delivered", "failed"}
    ]
