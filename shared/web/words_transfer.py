"""The words for what is hidden in a unit's copy, and for the state of its files."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

TRANSFER: dict[str, dict[str, Any]] = {
    "co_state": {
        "asked": _l("待协调"),
        "signing": _l("等待第二人签字"),
        "agreed": _l("待提交意见"),
        "declined": _l("不需协办"),
        "done": _l("已提交意见"),
        "waived": _l("不再等待"),
    },
    "hidden": {
        "name": _l("姓名"),
        "phone": _l("电话"),
        "identity": _l("证件号码"),
        "card": _l("银行卡"),
        "account": _l("账号"),
        "plate": _l("车牌"),
        "address": _l("地址"),
        "employer": _l("工作单位"),
        "self": _l("说出身份的话"),
        "mail": _l("电子邮箱"),
        "chat": _l("社交账号"),
        "birth": _l("出生日期"),
        "file": _l("文件名"),
    },
    "copy_state": {"making": _l("正在制作"), "done": _l("已完成"), "failed": _l("失败"), "recalled": _l("已收回")},
}
