"""The request to Tencent Cloud, checked by a server that signs by itself, by the official client and by the manual."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from types import SimpleNamespace

import pytest

from shared import clock
from shared.senders import SENT, Outcome, Receipt, Result, Sms
from shared.senders.tencent import TencentSms, authorization, receipts
from tests.support.sms import Provider, provider

SMS = Sms("13800138000", "accepted", "", {"tail": "0043", "due": "12月23日"}, "huiyin-7-0", order=("due", "tail"))
OK = '{"Response": {"SendStatusSet": [{"SerialNo": "5000:1", "Code": "Ok"}], "RequestId": "r"}}'
SECRET = "made-up secret"


def sender(server: Provider, timeout: float = 5) -> TencentSms:
    return TencentSms("id-1", SECRET, server.url, "ap-guangzhou", "1400006666", "监察室", {"accepted": "1110"}, timeout)


def refused(code: str) -> str:
    return json.dumps({"Response": {"Error": {"Code": code, "Message": ""}}})


def signature_by_the_manual(request: SimpleNamespace) -> str:
    """The signature as the provider would compute it from what came over the wire."""
    headers = request.headers
    signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    lines = "".join(f"{name}:{headers[name].lower()}\n" for name in signed)
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = f"POST\n/\n\n{lines}\n{';'.join(signed)}\n{payload}"
    at = int(headers["x-tc-timestamp"])
    day = dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d")
    text = f"TC3-HMAC-SHA256\n{at}\n{day}/sms/tc3_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"TC3" + SECRET.encode()
    for word in (day, "sms", "tc3_request"):
        key = hmac.new(key, word.encode(), "sha256").digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def test_the_provider_finds_the_signature_right():
    with provider((200, OK)) as server:
        assert sender(server).send(SMS) == SENT
    [request] = server.asked
    assert request.headers["authorization"].endswith(f"Signature={signature_by_the_manual(request)}")


def test_the_worked_example_of_the_manual_comes_out():
    # https://www.tencentcloud.com/document/product/1021/34193
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
    who = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
    header = authorization(*who, headers, body, 1551113065, "cvm")
    assert header == (
        f"TC3-HMAC-SHA256 Credential={who[0]}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_the_official_client_signs_the_same_request_the_same_way():
    from tencentcloud.common.abstract_client import AbstractClient
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.http.request import RequestInternal

    client = CommonClient("sms", "2021-01-11", Credential("id-1", SECRET), "ap-guangzhou")
    headers = {"content-type": "application/json", "host": "127.0.0.1:8600"}
    body = json.dumps({"SignName": "监察室", "TemplateParamSet": ["0043"]})
    request = RequestInternal("127.0.0.1:8600", "POST", "/", body)
    request.data = body
    request.header = {"Content-Type": "application/json", "Host": "127.0.0.1:8600", "X-TC-Timestamp": "1795363199"}
    theirs = AbstractClient._get_tc3_signature(client, {}, request, "2026-11-22", "sms", SECRET)
    ours = authorization("id-1", SECRET, headers, body.encode(), 1795363199)
    assert ours == (
        "TC3-HMAC-SHA256 Credential=id-1/2026-11-22/sms/tc3_request, SignedHeaders=content-type;host, "
        f"Signature={theirs}"
    )


def test_the_day_of_the_signature_is_that_of_utc():
    with provider((200, OK)) as server, clock.frozen(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)):
        assert sender(server).send(SMS) == SENT
    assert "/2026-11-22/sms/" in server.asked[0].headers["authorization"]


def test_the_values_stand_in_the_template_s_order_and_no_text_of_ours_leaves():
    with provider((200, OK)) as server:
        result = sender(server).send(SMS)
    assert result.ref == "5000:1"
    assert json.loads(server.asked[0].body) == {
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "1400006666",
        "SignName": "监察室",
        "TemplateId": "1110",
        "TemplateParamSet": ["12月23日", "0043"],
        "SessionContext": "huiyin-7-0",
    }


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (200, OK.replace('"Ok"', '"InvalidParameterValue.IncorrectPhoneNumber"'), "FAILED number"),
        (200, OK.replace('"Ok"', '"FailedOperation.PhoneNumberInBlacklist"'), "FAILED number"),
        (200, OK.replace('"Ok"', '"FailedOperation.TemplateIncorrectOrUnapproved"'), "FAILED"),
        (200, OK.replace('"Ok"', '"LimitExceeded.PhoneNumberDailyLimit"'), "RETRY"),
        (200, refused("AuthFailure.SignatureFailure"), "RETRY"),
        (500, OK, "RETRY"),
        (200, "[]", "RETRY"),
        (502, "<html>", "RETRY"),
    ],
)
def test_a_bad_number_is_final_everywhere_a_bad_template_here_the_rest_is_tried_again(status, body, result):
    with provider((status, body)) as server:
        got = sender(server).send(SMS)
    assert f"{got.outcome.name}{' number' if got.about_address else ''}" == result


def test_a_provider_that_hangs_or_is_away_is_tried_again():
    with provider(hangs=True) as server:
        assert sender(server, timeout=0.2).send(SMS) == Result(Outcome.RETRY, "timeout")
    assert sender(server).send(SMS) == Result(Outcome.RETRY, "unreachable")


def test_a_provider_that_answers_byte_by_byte_is_not_waited_for():
    with provider((200, OK), drips=True) as server:
        assert sender(server, timeout=0.2).send(SMS) == Result(Outcome.RETRY, "timeout")


def test_pulled_receipts_are_read_and_oddities_passed_over():
    rows = [{"SerialNo": "5000:1", "ReportStatus": "SUCCESS"}, {"SerialNo": "5000:2", "ReportStatus": "FAIL"}, {}, 7]
    body = json.dumps({"Response": {"PullSmsSendStatusSet": rows}})
    with provider((200, body), (200, "null")) as server:
        assert sender(server).pull() == [Receipt("5000:1", True), Receipt("5000:2", False)]
        assert sender(server).pull() == []
    assert server.asked[0].headers["x-tc-action"] == "PullSmsSendStatus"


def test_pushed_receipts_are_read_and_oddities_passed_over():
    good = {"sid": "5000:1", "report_status": "FAIL", "errmsg": "UNDELIV", "mobile": "13800138000"}
    assert receipts([good, {"sid": "x"}, None, {"report_status": "SUCCESS"}]) == [Receipt("5000:1", False, "UNDELIV")]
    assert receipts({"sid": "x"}) == receipts(None) == []
