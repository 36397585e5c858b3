"""Sending text messages through Aliyun: one signed request, and what its answers mean for a retry."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from shared import clock
from shared.senders import Receipt, Result, Sms, signed
from shared.senders.calls import Answer, post, values

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


# Those of them that no other provider could mend.
ABOUT_NUMBER = frozenset({"isv.MOBILE_NUMBER_ILLEGAL"})
WAITING, LOST = "1", "2"
"""What QuerySendDetails says of a message without a receipt, and of one that didn't arrive."""


def query_string(query: Mapping[str, str]) -> str:
    """The canonical query: sorted by name, percent-encoded by RFC 3986."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def authorization(
    key_id: str, secret: str, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """The Authorization header of a request; signs all of `headers`, whose names are in lower case."""
    names, whole = signed.canonical(method, path, query_string(query), headers, headers["x-acs-content-sha256"])
    mark = signed.signature(secret.encode(), ALGORITHM, whole)
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={mark}"


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
        said = {
            "PhoneNumbers": sms.to,
            "SignName": sms.sign or self.sign_name,
            "TemplateParam": json.dumps(sms.params, ensure_ascii=False),
            "OutId": sms.reference,
        }
        return signed.sent(
            sms, self.template_ids, lambda code: self._call("SendSms", said | {"TemplateCode": code}), _result
        )

    def ask(self, ref: str, number: str, day: str) -> Receipt | None:
        """What became of a message handed over on a day (20260930, in China); None while nobody knows."""
        query = {"PhoneNumber": number, "BizId": ref, "SendDate": day, "PageSize": "10", "CurrentPage": "1"}
        answer = self._call("QuerySendDetails", query)
        if isinstance(answer, Result):
            return None
        found = values(answer.json, "SmsSendDetailDTOs", "SmsSendDetailDTO")
        parts = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        states = {str(one.get("SendStatus")) for one in parts}
        if not parts or WAITING in states:
            return None
        code = next((str(one.get("ErrCode", "")) for one in parts if str(one.get("SendStatus")) == LOST), "")
        return Receipt(ref, LOST not in states, code)

    def _call(self, action: str, query: Mapping[str, str]) -> Answer | Result:
        headers = {
            "host": urlsplit(self.endpoint).netloc,
            "x-acs-action": action,
            "x-acs-version": "2017-05-25",
            "x-acs-date": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            # urllib adds a content type to every POST, and what is sent has to be signed.
            "content-type": "application/x-www-form-urlencoded",
        }
        proof = authorization(self.access_key_id, self.access_key_secret, "POST", "/", query, headers)
        url = f"{self.endpoint.rstrip('/')}/?{query_string(query)}"
        return post(url, b"", headers | {"accept": "application/json", "authorization": proof}, self.timeout)


def _result(answer: Answer) -> Result:
    code, ref = values(answer.json, "Code"), values(answer.json, "BizId")
    return signed.judged(answer.status, code, good="OK", ref=ref, hopeless=HOPELESS, about_number=ABOUT_NUMBER)


def receipts(sent: Any) -> list[Receipt]:
    """The receipts of a push (SmsReport): a list of objects; what doesn't look like one is passed over."""
    rows = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    return [
        Receipt(str(one["biz_id"]), one.get("success") is True, str(one.get("err_code", "")))
        for one in rows
        if one.get("biz_id") and isinstance(one.get("success"), bool)
    ]
