"""The request to Aliyun, checked by a server that signs by itself, by the official client and by the manual."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from shared.senders import SENT, Outcome, Result, Sms
from shared.senders.aliyun import AliyunSms, authorization

SMS = Sms(
    "13800138000", "answered", "【监察室】已有答复", {"tail": "0043", "phone": "0871-12345678 转 8*~"}, "outbox-7"
)
SECRET = "made-up secret"


class Provider(HTTPServer):
    """Answers as told, and keeps what it was asked."""

    asked: list[SimpleNamespace]
    status = 200
    body = json.dumps({"Code": "OK", "BizId": "1", "RequestId": "2", "Message": "OK"})
    hangs = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that gave up is no news."""


class Counter(BaseHTTPRequestHandler):
    """Takes one request the way the provider documents it."""

    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append(
            SimpleNamespace(
                path=self.path, headers={name.lower(): value for name, value in self.headers.items()}, body=body
            )
        )
        if self.server.hangs:
            released.wait(5)
            return
        answer = self.server.body.encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""


released = threading.Event()


@contextmanager
def provider(**told: object) -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), Counter) as server:
        server.asked = []
        for name, value in told.items():
            setattr(server, name, value)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            released.set()
            server.shutdown()
            thread.join()
            released.clear()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def sender(server: Provider, timeout: float = 5) -> AliyunSms:
    endpoint = f"http://127.0.0.1:{server.server_port}"
    return AliyunSms("key-1", SECRET, endpoint, "南溪镇监察室", {"answered": "SMS_1"}, timeout)


def signature_by_the_manual(request: SimpleNamespace) -> str:
    """The signature as the provider would compute it from what came over the wire."""
    headers = request.headers
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    pairs = sorted(parse_qs(urlsplit(request.path).query, strict_parsing=True).items())
    query = "&".join(quote(name, safe="-_.~") + "=" + quote(values[0], safe="-_.~") for name, values in pairs)
    head = "".join(f"{name}:{headers[name]}\n" for name in signed)
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = f"POST\n/\n{query}\n{head}\n{';'.join(signed)}\n{payload}"
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()


def test_the_provider_finds_the_signature_right():
    with provider() as server:
        assert sender(server).send(SMS) == SENT
    [request] = server.asked
    assert request.headers["authorization"].endswith(f"Signature={signature_by_the_manual(request)}")


def test_every_header_the_provider_requires_is_signed():
    with provider() as server:
        sender(server).send(SMS)
    names = set(server.asked[0].headers)
    signed = set(server.asked[0].headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";"))
    assert {name for name in names if name.startswith("x-acs-")} | {"host", "content-type"} == signed


def test_the_provider_gets_the_template_and_its_values_but_no_text_of_ours():
    with provider() as server:
        sender(server).send(SMS)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(server.asked[0].path).query).items()}
    assert json.loads(asked.pop("TemplateParam")) == SMS.params
    assert asked == {
        "PhoneNumbers": "13800138000",
        "SignName": "南溪镇监察室",
        "TemplateCode": "SMS_1",
        "OutId": "outbox-7",
    }


def test_each_institution_signs_with_its_own_name():
    with provider() as server:
        sender(server).send(replace(SMS, sign="云岭县法制办"))
    assert parse_qs(urlsplit(server.asked[0].path).query)["SignName"] == ["云岭县法制办"]


def test_no_two_requests_carry_the_same_nonce():
    with provider() as server:
        sender(server).send(SMS)
        sender(server).send(SMS)
    assert len({request.headers["x-acs-signature-nonce"] for request in server.asked}) == 2


def test_the_official_client_signs_the_same_request_the_same_way():
    from alibabacloud_tea_openapi.utils import Utils

    query = {"PhoneNumbers": "13800138000", "SignName": "南溪 *~/'+", "TemplateParam": json.dumps(SMS.params)}
    payload = hashlib.sha256(b"").hexdigest()
    headers = {"host": "127.0.0.1:8600", "x-acs-action": "SendSms", "x-acs-content-sha256": payload, "x-acs-date": "d"}
    request = SimpleNamespace(method="POST", pathname="/", query=query, headers=headers)
    theirs = Utils.get_authorization(request, "ACS3-HMAC-SHA256", payload, "key-1", SECRET)
    assert authorization("key-1", SECRET, "POST", "/", query, headers) == theirs


def test_the_worked_example_of_the_manual_comes_out():
    # https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    header = authorization("YourAccessKeyId", "YourAccessKeySecret", "POST", "/", query, headers)
    assert header.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (200, '{"Code": "isv.MOBILE_NUMBER_ILLEGAL"}', Result(Outcome.FAILED, "isv.MOBILE_NUMBER_ILLEGAL")),
        (200, '{"Code": "isv.BUSINESS_LIMIT_CONTROL"}', Result(Outcome.RETRY, "isv.BUSINESS_LIMIT_CONTROL")),
        (400, '{"Code": "SignatureDoesNotMatch"}', Result(Outcome.RETRY, "SignatureDoesNotMatch")),
        (500, '{"Code": "OK"}', Result(Outcome.RETRY, "OK")),
        (503, "<html>busy</html>", Result(Outcome.RETRY, "http_503")),
        (200, "[1]", Result(Outcome.RETRY, "http_200")),
    ],
)
def test_a_bad_number_is_final_and_anything_else_is_tried_again(status: int, body: str, result: Result):
    with provider(status=status, body=body) as server:
        assert sender(server).send(SMS) == result


def test_a_provider_that_hangs_is_tried_again():
    with provider(hangs=True) as server:
        assert sender(server, timeout=0.2).send(SMS) == Result(Outcome.RETRY, "timeout")


def test_a_provider_that_is_away_is_tried_again():
    with provider() as server:
        pass
    assert sender(server).send(SMS) == Result(Outcome.RETRY, "unreachable")


def test_a_notice_without_a_template_fails_at_once_so_that_a_person_can_call():
    with provider() as server:
        unknown = Sms("13800138000", "reopened", "", {}, "outbox-8")
        assert sender(server).send(unknown) == Result(Outcome.FAILED, "template_missing")
    assert server.asked == []
