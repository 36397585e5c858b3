"""The words for how messages travel: providers, states of a template, why something wasn't sent and what to do."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from shared.domain.notices import BY_CODE

PROVIDER_NAMES: dict[str, Any] = {
    "aliyun": _l("阿里云"),
    "tencent": _l("腾讯云"),
    "gateway": _l("省短信平台"),
}
TEMPLATE_STATES: dict[str, Any] = {
    "draft": _l("草稿"),
    "submitted": _l("送审中"),
    "approved": _l("已批准"),
    "rejected": _l("被拒"),
}
VARIABLES: dict[str, Any] = {
    "tail": _l("受理编号的后四位"),
    "due": _l("日期"),
    "was_due": _l("原来的日期"),
    "phone": _l("机构电话"),
}
REASONS: dict[str, Any] = {
    "digest": _l("和其他通知一起，在上班时汇总发出"),
    "nobody": _l("没有要通知的人，或者来信人选择不通知"),
    "restored": _l("系统恢复以前就在等待，需要负责人同意"),
    "refused": _l("负责人不同意发出"),
    "slow": _l("对方收得慢，会接着发"),
    "worker_died": _l("处理这条通知的程序几次中断，请联系系统管理员"),
    "timeout": _l("对方没有回应"),
    "unreachable": _l("连不上对方的服务器，请检查网络和地址"),
    "disconnected": _l("对方中途断开了"),
    "tls": _l("对方的证书不受信任，请联系邮件服务器的管理员"),
    "tls_expired": _l("对方的证书过期了，请联系邮件服务器的管理员换证书"),
    "tls_not_yet": _l("对方的证书还没有生效，请核对两边的时间"),
    "tls_name": _l("对方的证书不是这台服务器的，请核对 SMTP_URL 里的主机名"),
    "address_invalid": _l("邮箱地址写得不对，请打电话核对"),
    "address_not_supported": _l("邮件服务器写不出这个地址，请打电话"),
    "not_mobile": _l("不是手机号码，收不到短信，请打电话"),
    "quiet_hours": _l("不在可以发短信的时段，到时再发"),
    "cap_number": _l("这个号码今天的条数满了，明天再发"),
    "cap_prefix": _l("这个号段今天的条数满了，明天再发"),
    "cap_day": _l("今天的总条数满了，明天再发"),
    "template_missing": _l("这种通知没有短信模板，请登记"),
    "template_not_approved": _l("短信模板还没有批准"),
    "no_provider_left": _l("各家短信平台都没有送到，请打电话"),
    "not_delivered": _l("运营商没有送到，请打电话"),
    "not_agreed": _l("负责人没有同意群发，请打电话或者写信"),
    "not_written": _l("我们这边没有写成这条通知，请联系系统管理员"),
    "bulk": _l("等负责人同意后再发"),
    "number": _l("号码不对，请打电话核对"),
    "isv.MOBILE_NUMBER_ILLEGAL": _l("号码不对，请打电话核对"),
    "InvalidParameterValue.IncorrectPhoneNumber": _l("号码不对，请打电话核对"),
    "FailedOperation.PhoneNumberInBlacklist": _l("这个号码退订了短信，请打电话"),
    "SignatureDoesNotMatch": _l("短信平台不认我们的签名密钥，请核对设置"),
    "AuthFailure.SignatureFailure": _l("短信平台不认我们的签名密钥，请核对设置"),
    "smtp_535": _l("邮件服务器不认我们的账号，请核对 SMTP_URL"),
    "smtp_550": _l("没有这个邮箱，请打电话核对"),
    "smtp_5.1.1": _l("没有这个邮箱，请打电话核对"),
    "smtp_5.2.2": _l("对方的邮箱满了，请打电话"),
}
OTHER = _l("对方没有收下，代码是 %(code)s")
"""Codes of providers and mail servers that have no words of their own."""
LATER = _l("对方的邮件服务器暂时不收（%(code)s），会再试")


def provider_name(code: str) -> str:
    """A provider of text messages."""
    return str(PROVIDER_NAMES.get(code, code))


def state_name(code: str) -> str:
    """The state of a template."""
    return str(TEMPLATE_STATES[str(code)])


def reason_words(code: str) -> str:
    """Why a message wasn't sent or didn't arrive, and what to do; '' where there is no reason."""
    if not code or code in REASONS:
        return str(REASONS.get(code, ""))
    if code.startswith("smtp_4"):
        return str(LATER) % {"code": code}
    return str(OTHER) % {"code": code}


def variable_names(notice: str) -> list[tuple[str, str]]:
    """The variables that a notice may state, each with its words; the owed ones first."""
    owed = BY_CODE.get(notice)
    return [("{" + name + "}", str(VARIABLES[name])) for name in (owed.facts if owed else ())]
