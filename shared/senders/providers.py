"""The providers of text messages that the settings name, ready to send."""

from __future__ import annotations

from collections.abc import Callable

from shared.config_sms import SmsSettings
from shared.senders import SmsSender
from shared.senders.aliyun import AliyunSms
from shared.senders.gateway import GatewaySms
from shared.senders.tencent import TencentSms


def providers(given: SmsSettings) -> dict[str, SmsSender]:
    """By name, in the order in which they are tried; empty in a demo, where nothing leaves."""
    return {name: _MADE[name](given) for name in given.providers}


def _aliyun(given: SmsSettings) -> SmsSender:
    return AliyunSms(
        access_key_id=given.aliyun_sms_access_key_id,
        access_key_secret=given.aliyun_sms_access_key_secret,
        endpoint=given.aliyun_sms_endpoint,
        sign_name=given.aliyun_sms_sign_name,
        template_ids=given.aliyun_sms_templates,
    )


def _tencent(given: SmsSettings) -> SmsSender:
    return TencentSms(
        secret_id=given.tencent_sms_secret_id,
        secret_key=given.tencent_sms_secret_key,
        endpoint=given.tencent_sms_endpoint,
        region=given.tencent_sms_region,
        app_id=given.tencent_sms_app_id,
        sign_name=given.tencent_sms_sign_name,
        template_ids=given.tencent_sms_templates,
    )


def _gateway(given: SmsSettings) -> SmsSender:
    return GatewaySms(
        url=given.gateway_sms_url,
        key_id=given.gateway_sms_key_id,
        secret=given.gateway_sms_secret,
        names=given.gateway_sms_fields,
    )


_MADE: dict[str, Callable[[SmsSettings], SmsSender]] = {"aliyun": _aliyun, "tencent": _tencent, "gateway": _gateway}
