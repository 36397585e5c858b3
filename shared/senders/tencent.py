"""Sending text messages through Tencent Cloud: signed requests, and what the answers mean for a retry."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from shared import clock
from shared.senders import Receipt, Result, Sms, signed
from shared.senders.calls import Answer, post, values

ALGORITHM = "TC3-HMAC-SHA256"
VERSION = "2021-01-11"
SERVICE = "sms"
MOST_PULLED = 100
# Faults of this one message, by https://cloud.tencent.com/document/api/382/59177; any other may be mended (R7).
ABOUT_NUMBER = frozenset(
    {
        "InvalidParameterValue.IncorrectPhoneNumber",
        "FailedOperation.PhoneNumberInBlacklist",
        "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone",
    }
)
HOPELESS = ABOUT_NUMBER | frozenset(
    {
        "FailedOperation.TemplateIncorrectOrUnapproved",
        "FailedOperation.SignatureIncorrectOrUnapproved",
        "FailedOperation.ContainSensitiveWord",
        "InvalidParameterValue.ContentLengthLimit",
        "InvalidParameterValue.TemplateParameterFormatError",
        "InvalidParameterValue.TemplateParameterLengthLimit",
    }
)


def authorization(
    key_id: str, secret: str, headers: Mapping[str, str], body: bytes, at: int, service: str = SERVICE
) -> str:
    """The Authorization header of a POST to `/`; signs all of `headers`, whose names are in lower case."""
    day = f"{dt.datetime.fromtimestamp(at, dt.UTC):%Y-%m-%d}"
    lower = {name: value.lower() for name, value in headers.items()}
    names, whole = signed.canonical("POST", "/", "", lower, hashlib.sha256(body).hexdigest())
    scope = f"{day}/{service}/tc3_request"
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    mark = signed.signature(key, ALGORITHM, str(at), scope, whole)
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={mark}"


@dataclass(frozen=True, slots=True)
class TencentSms:
    """One account, one application in it, and its usual signature."""

    secret_id: str
    secret_key: str = field(repr=False)
    endpoint: str
    region: str
    app_id: str
    sign_name: str
    template_ids: Mapping[str, str]
    timeout: float = 5

    def send(self, sms: Sms) -> Result:
        """Ask Tencent Cloud to send; accepted there counts as sent."""
        order = sms.order or tuple(sms.params)
        said = {
            "PhoneNumberSet": [sms.to if sms.to.startswith("+") else f"+86{sms.to}"],
            "SmsSdkAppId": self.app_id,
            "SignName": sms.sign or self.sign_name,
            "TemplateParamSet": [sms.params.get(name, "") for name in order],
            "SessionContext": sms.reference,
        }
        return signed.sent(
            sms, self.template_ids, lambda code: self._call("SendSms", said | {"TemplateId": code}), _result
        )

    def pull(self) -> list[Receipt]:
        """Receipts that the provider has kept for us; each is handed out once."""
        answer = self._call("PullSmsSendStatus", {"Limit": MOST_PULLED, "SmsSdkAppId": self.app_id})
        found = None if isinstance(answer, Result) else values(answer.json, "Response", "PullSmsSendStatusSet")
        rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return [
            Receipt(str(one["SerialNo"]), one["ReportStatus"] == "SUCCESS", str(one.get("Description") or ""))
            for one in rows
            if one.get("SerialNo") and one.get("ReportStatus") in {"SUCCESS", "FAIL"}
        ]

    def _call(self, action: str, asked: Mapping[str, Any]) -> Answer | Result:
        body, at = json.dumps(asked).encode(), int(clock.now().timestamp())
        told = {
            "content-type": "application/json; charset=utf-8",
            "host": urlsplit(self.endpoint).netloc,
            "x-tc-action": action,
        }
        headers = told | {
            "x-tc-version": VERSION,
            "x-tc-region": self.region,
            "x-tc-timestamp": str(at),
            "authorization": authorization(self.secret_id, self.secret_key, told, body, at),
        }
        return post(f"{self.endpoint.rstrip('/')}/", body, headers, self.timeout)


def _result(answer: Answer) -> Result:
    said = values(answer.json, "Response", "SendStatusSet", 0) or values(answer.json, "Response", "Error")
    code, ref = values(said, "Code"), values(said, "SerialNo")
    return signed.judged(answer.status, code, good="Ok", ref=ref, hopeless=HOPELESS, about_number=ABOUT_NUMBER)


def receipts(sent: Any) -> list[Receipt]:
    """The receipts of a push; what doesn't look like one is passed over."""
    rows = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    return [
        Receipt(str(one["sid"]), one["report_status"] == "SUCCESS", str(one.get("errmsg", "")))
        for one in rows
        if one.get("sid") and one.get("report_status") in {"SUCCESS", "FAIL"}
    ]
