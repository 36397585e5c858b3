"""The settings of text messages: which providers, their accounts, caps, and the token of their receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.config_reader import Reader
from shared.domain.sms import TEMPLATED

PROVIDERS = ("outbox", "aliyun", "tencent", "gateway")
NEEDS = {
    "aliyun": ("ALIYUN_SMS_ACCESS_KEY_ID", "ALIYUN_SMS_ACCESS_KEY_SECRET", "ALIYUN_SMS_SIGN_NAME"),
    "tencent": ("TENCENT_SMS_SECRET_ID", "TENCENT_SMS_SECRET_KEY", "TENCENT_SMS_APP_ID", "TENCENT_SMS_SIGN_NAME"),
    "gateway": ("GATEWAY_SMS_URL", "GATEWAY_SMS_SECRET"),
}
SHORTEST_TOKEN = 24


@dataclass(frozen=True, kw_only=True)
class SmsSettings:
    """Everything about text messages; a field is the setting's name in small letters."""

    sms_provider: str
    sms_second_provider: str
    aliyun_sms_access_key_id: str
    aliyun_sms_access_key_secret: str = field(repr=False)
    aliyun_sms_endpoint: str
    aliyun_sms_sign_name: str
    aliyun_sms_templates: Mapping[str, str]
    tencent_sms_secret_id: str
    tencent_sms_secret_key: str = field(repr=False)
    tencent_sms_endpoint: str
    tencent_sms_region: str
    tencent_sms_app_id: str
    tencent_sms_sign_name: str
    tencent_sms_templates: Mapping[str, str]
    gateway_sms_url: str
    gateway_sms_key_id: str
    gateway_sms_secret: str = field(repr=False)
    gateway_sms_fields: Mapping[str, str]
    sms_receipt_token: str = field(repr=False)
    sms_cap_number: int
    sms_cap_prefix: int
    sms_cap_day: int
    sms_bulk_from: int

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that text messages really go through, in the order in which they are tried."""
        named = (self.sms_provider, self.sms_second_provider)
        return tuple(dict.fromkeys(name for name in named if name and name != "outbox"))


def read_sms(read: Reader) -> SmsSettings:
    """The settings as given; what is wrong or missing is noted in `read`."""
    endpoint = "https://dysmsapi.aliyuncs.com"
    tencent = "https://sms.tencentcloudapi.com"
    found = SmsSettings(
        sms_provider=read.choice("SMS_PROVIDER", "outbox", PROVIDERS),
        sms_second_provider=read.choice("SMS_SECOND_PROVIDER", "", ("", *PROVIDERS[1:])),
        aliyun_sms_access_key_id=read.text("ALIYUN_SMS_ACCESS_KEY_ID"),
        aliyun_sms_access_key_secret=read.text("ALIYUN_SMS_ACCESS_KEY_SECRET"),
        aliyun_sms_endpoint=read.url("ALIYUN_SMS_ENDPOINT", endpoint, ("https", "http"), endpoint),
        aliyun_sms_sign_name=read.text("ALIYUN_SMS_SIGN_NAME"),
        aliyun_sms_templates=_templates(read, "ALIYUN_SMS_TEMPLATES"),
        tencent_sms_secret_id=read.text("TENCENT_SMS_SECRET_ID"),
        tencent_sms_secret_key=read.text("TENCENT_SMS_SECRET_KEY"),
        tencent_sms_endpoint=read.url("TENCENT_SMS_ENDPOINT", tencent, ("https", "http"), tencent),
        tencent_sms_region=read.text("TENCENT_SMS_REGION", "ap-guangzhou"),
        tencent_sms_app_id=read.text("TENCENT_SMS_APP_ID"),
        tencent_sms_sign_name=read.text("TENCENT_SMS_SIGN_NAME"),
        tencent_sms_templates=_templates(read, "TENCENT_SMS_TEMPLATES"),
        gateway_sms_url=read.url("GATEWAY_SMS_URL", "", ("https", "http"), "https://sms.example.gov.cn/send"),
        gateway_sms_key_id=read.text("GATEWAY_SMS_KEY_ID"),
        gateway_sms_secret=read.text("GATEWAY_SMS_SECRET"),
        gateway_sms_fields=_pairs(
            read, "GATEWAY_SMS_FIELDS", "to:to,text:text,sign:sign,template:template,params:params,reference:reference"
        ),
        sms_receipt_token=read.text("SMS_RECEIPT_TOKEN"),
        sms_cap_number=read.number("SMS_CAP_NUMBER", 10, 1, 1000),
        sms_cap_prefix=read.number("SMS_CAP_PREFIX", 500, 1, 1_000_000),
        sms_cap_day=read.number("SMS_CAP_DAY", 20_000, 1, 100_000_000),
        sms_bulk_from=read.number("SMS_BULK_FROM", 20, 2, 100_000),
    )
    _check(read, found)
    return found


def _pairs(read: Reader, name: str, default: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in read.names(name, default))
    return {left.strip(): right.strip() for left, _, right in pairs}


def _templates(read: Reader, name: str) -> dict[str, str]:
    """Which approved template of the provider stands for which notice, until the register says otherwise."""
    found = _pairs(read, name, "")
    if wrong := [notice for notice, template in found.items() if notice not in TEMPLATED or not template]:
        read.fault(
            name,
            f"没有这些通知，或者没写模板编号 (no such notice, or no template): {'、'.join(wrong)}",
            f"写成这样 (write it like this): {name}=accepted:SMS_1,answered:SMS_2",
        )
    return found


def _check(read: Reader, found: SmsSettings) -> None:
    for provider in found.providers:
        for name in NEEDS[provider]:
            if not read.text(name):
                read.fault(
                    name,
                    f"用 {provider} 发短信时必须填写 (required to send through {provider})",
                    "填写短信平台给您的值 (copy it from the provider's console)",
                )
    if found.sms_second_provider and found.sms_second_provider == found.sms_provider:
        read.fault(
            "SMS_SECOND_PROVIDER", "和第一家相同 (the same as the first)", "换成另一家，或者不填 (choose another)"
        )
    token = found.sms_receipt_token
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isalnum()):
        read.fault(
            "SMS_RECEIPT_TOKEN",
            f"要有至少 {SHORTEST_TOKEN} 个字母或数字 (needs at least that many letters or digits)",
            "生成一个 (make one): python3 -c 'import secrets; print(secrets.token_hex(24))'",
        )
