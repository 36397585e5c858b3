"""Sending text messages through Aliyun: one signed request, and what its answers mean for a retry."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from shared import clock
from shared.senders import SENT, Outcome, Result, Sms

ALGORITHM = "ACS3-HMAC-SHA256"
# Faults of this one message; any other may be mended at our side or theirs while the outbox retries (R7).
HOPELESS = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.MOBILE_COUNT_OVER_LIMIT",
        "isv.INVALID_PARAMETERS",
        "isv.INVALID_JSON_PARAM",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.BLACK_KEY_CONTROL_LIMIT",
    }
)


def query_string(query: Mapping[str, str]) -> str:
    """The canonical query: sorted by name, percent-encoded by RFC 3986."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def authorization(
    key_id: str, secret: str, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """The Authorization header of a request; signs all of `headers`, whose names are in lower case."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = "\n".join((method, path, query_string(query), lines, names, headers["x-acs-content-sha256"]))
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"


@dataclass(frozen=True, slots=True)
class AliyunSms:
    """One account and its usual signature; `template_ids` names the approved template of each notice."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    endpoint: str
    sign_name: str
    template_ids: Mapping[str, str]
    timeout: float = 5

    def send(self, sms: Sms) -> Result:
        """Ask Aliyun to send; accepted by Aliyun counts as sent."""
        template = self.template_ids.get(sms.notice_code)
        if template is None:
            return Result(Outcome.FAILED, "template_missing")
        request = self._request(sms, template)
        try:
            with urlopen(request, timeout=self.timeout) as answer:  # noqa: S310  the endpoint is the operator's  # nosec B310
                return _result(answer.status, answer.read(65536))
        except HTTPError as refusal:
            with refusal:
                return _result(refusal.code, refusal.read(65536))
        except (OSError, HTTPException) as fault:
            timed_out = isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError)
            return Result(Outcome.RETRY, "timeout" if timed_out else "unreachable")

    def _request(self, sms: Sms, template: str) -> Request:
        query = {
            "PhoneNumbers": sms.to,
            "SignName": sms.sign or self.sign_name,
            "TemplateCode": template,
            "TemplateParam": json.dumps(sms.params, ensure_ascii=False),
            "OutId": sms.reference,
        }
        headers = {
            "host": urlsplit(self.endpoint).netloc,
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            # urllib adds a content type to every POST, and what is sent has to be signed.
            "content-type": "application/x-www-form-urlencoded",
        }
        signed = authorization(self.access_key_id, self.access_key_secret, "POST", "/", query, headers)
        return Request(  # noqa: S310  the settings let only http and https through
            f"{self.endpoint.rstrip('/')}/?{query_string(query)}",
            data=b"",
            headers=headers | {"accept": "application/json", "authorization": signed},
            method="POST",
        )


def _result(status: int, body: bytes) -> Result:
    try:
        code = str(json.loads(body)["Code"])
    except (ValueError, TypeError, KeyError):
        return Result(Outcome.RETRY, f"http_{status}")
    if status == 200 and code == "OK":
        return SENT
    return Result(Outcome.FAILED if code in HOPELESS else Outcome.RETRY, code)
