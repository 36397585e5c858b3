"""The words for files: whether they were checked for viruses, and what was taken out of them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

FILES: dict[str, dict[str, Any]] = {
    "scan": {
        "unchecked": _l("未检查病毒"),
        "checking": _l("正在检查病毒"),
        "clean": _l("没有发现病毒"),
        "found": _l("发现病毒，已隔离"),
        "failed": _l("病毒检查没有成功，稍后再查"),
    },
    "removed": {
        "gps": _l("位置信息"),
        "time": _l("拍摄时间"),
        "camera": _l("相机型号"),
        "author": _l("作者"),
        "software": _l("软件名称"),
        "thumbnail": _l("缩略图"),
        "comment": _l("批注"),
        "script": _l("脚本"),
        "attachment": _l("内嵌文件"),
    },
}
