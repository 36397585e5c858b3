"""The words for the administrators' codes: roles, kinds of unit, factors, acts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

ADMIN_LABELS: dict[str, dict[str, Any]] = {
    "role": {
        "system_admin": _l("系统管理员"),
        "security_admin": _l("安全管理员"),
        "auditor": _l("审计员"),
        "investigator": _l("调查员"),
        "gov_leader": _l("分管领导"),
        "dispatcher": _l("转办人"),
        "signer": _l("签收专人"),
        "director": _l("主管领导"),
        "unit_head": _l("单位领导"),
        "intake": _l("受理人"),
        "chief": _l("负责人"),
        "archivist": _l("归档人"),
        "handler": _l("经办人"),
    },
    "unit_kind": {"office": _l("监察机构"), "handling": _l("承办单位"), "section": _l("科室")},
    "factor": {"app": _l("验证器应用"), "passkey": _l("通行密钥")},
    "admin_act": {
        "account_created": _l("新建账号"),
        "account_changed": _l("修改姓名或者联系方式"),
        "account_closed": _l("停用账号"),
        "account_reopened": _l("恢复账号"),
        "link_made": _l("给出设置密码的链接"),
        "password_set": _l("用链接设置了密码"),
        "role_granted": _l("授予岗位"),
        "role_removed": _l("收回岗位"),
        "sessions_ended": _l("结束所有登录"),
        "factor_added": _l("开启双重验证"),
        "factor_removed": _l("不再使用一种双重验证"),
        "factor_reset": _l("重置双重验证"),
        "codes_renewed": _l("更换恢复码"),
        "unit_created": _l("添加单位"),
        "unit_renamed": _l("单位改名"),
        "unit_closed": _l("停用单位"),
        "unit_reopened": _l("恢复单位"),
        "notice_released": _l("同意发出暂停的通知"),
        "notice_retried": _l("再发一次没有发出的通知"),
        "notice_replaced": _l("改用别的办法告知"),
        "notice_dropped": _l("不再发这条通知"),
    },
}
