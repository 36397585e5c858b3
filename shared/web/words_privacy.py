"""The words for codes of privacy law: requests, consents, erasure."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

PRIVACY: dict[str, dict[str, Any]] = {
    "privacy_kind": {
        "copy": _l("要一份我的个人信息"),
        "correct": _l("更正写错的信息"),
        "erase": _l("删除我的信息"),
    },
    "privacy_state": {"open": _l("等我们答复"), "granted": _l("已照办"), "declined": _l("没有照办")},
    "purpose": {
        "notify": _l("用手机号或者邮箱通知您"),
        "direct": _l("由承办单位直接答复您"),
        "refer": _l("把姓名和联系方式提供给外单位"),
    },
    "consent_how": {
        "form": _l("提交时同意"),
        "page": _l("在查询页同意"),
        "phone": _l("电话同意"),
        "face": _l("当面同意"),
        "letter": _l("书面同意"),
    },
    "part": {"identity": _l("姓名和联系方式"), "content": _l("原文、材料和文书")},
    "erased_count": {
        "identity": _l("身份"),
        "files": _l("附件"),
        "decision": _l("决定"),
        "answer": _l("答复"),
        "note": _l("备注"),
        "case_field": _l("登记内容"),
        "case_record": _l("情况记录"),
        "question": _l("补充问答"),
        "rating": _l("评价"),
        "extension": _l("延期"),
        "slip": _l("转办单"),
        "reply": _l("回复"),
        "evidence_request": _l("调取材料"),
        "co_handling": _l("协办意见"),
        "consent": _l("同意"),
        "privacy_request": _l("个人信息请求"),
        "legal_hold": _l("保全"),
        "finding": _l("责任认定"),
        "penalty": _l("奖罚"),
        "supervision": _l("督办"),
        "incident": _l("应急处置"),
        "incident_step": _l("应急处置的步骤"),
    },
    "erasure_cause": {"retention": _l("保留期限已到"), "request": _l("来信人请求")},
}
EVENTS: dict[str, Any] = {
    "consent_asked": _l("征求来信人单独同意"),
    "consent_given": _l("来信人同意提供身份"),
    "consent_refused": _l("来信人不同意提供身份"),
    "consent_withdrawn": _l("来信人撤回同意"),
    "privacy_asked": _l("来信人提出个人信息请求"),
    "privacy_answered": _l("答复个人信息请求"),
    "hold_set": _l("设置保全"),
    "hold_lifted": _l("解除保全"),
    "erased": _l("到期或者按请求清除"),
}
"""What staff read in a case's story."""
TOLD: dict[str, Any] = {
    "consent_asked": _l("我们请您决定是否提供身份"),
    "consent_given": _l("您同意提供身份"),
    "consent_refused": _l("您不同意提供身份"),
    "consent_withdrawn": _l("您撤回了一项同意"),
    "privacy_asked": _l("您提出了个人信息请求"),
    "privacy_answered": _l("我们答复了您的个人信息请求"),
    "erased": _l("我们清除了个人信息"),
}
"""What the citizen reads in it."""
