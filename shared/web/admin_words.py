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
    "watch_kind": {
        "sign_in": _l("登录"),
        "password_right": _l("密码正确，还要双重验证"),
        "sign_in_failed": _l("登录没有成功"),
        "factor_failed": _l("双重验证没有通过"),
        "password_failed": _l("再次输入的密码不对"),
        "waited": _l("试得太快，要等一会儿"),
        "proved": _l("再次验证"),
        "session_ended": _l("登录结束"),
        "refused": _l("没有权限，没有办成"),
        "many_reads": _l("一天打开了很多投诉"),
    },
    "proof": {"password": _l("密码"), "code": _l("验证码"), "passkey": _l("通行密钥")},
    "session_end": {
        "left": _l("本人退出"),
        "own": _l("本人在别处结束"),
        "password": _l("更改了密码"),
        "many": _l("同时登录太多，结束了最久没用的"),
        "idle": _l("太久没有操作"),
    },
    "refused": {"not_yours": _l("不由这个岗位办理"), "no_such_case": _l("不存在，或者不由这个人看")},
    "alarm": {
        "failures": _l("一天内多次没有通过登录或者验证"),
        "refusals": _l("一天内多次要看、要办没有权限的事"),
        "reads": _l("一天打开了很多投诉"),
        "spread": _l("一天内很多账号都有人登录不成功"),
    },
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
    },
}
