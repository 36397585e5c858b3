"""Commands about institutions: list them, make one from a file, rename one."""

from __future__ import annotations

import argparse
from pathlib import Path

from shared import clock
from shared.domain.errors import Refused
from shared.domain.institutions import Fault
from shared.processes import say
from shared.services import institutions
from shared.web.labels import label

TOLD = {
    "file": "读不了这个文件 (this file can't be read)",
    "toml": "不是有效的 TOML (not TOML)",
    "unknown": "没有这一项 (unknown key)",
    "missing": "缺少这一项 (missing)",
    "table": "要写成一个表，如 [institution] (must be a table)",
    "tables": "要写成一个个表，如 [[units]] (must be an array of tables)",
    "text": "要填一行文字，200 字以内 (must be one line of text, 200 characters at most)",
    "regime": "没有这部制度 (no such rule book)",
    "slug": "用小写字母开头，只含小写字母、数字和 -，2 到 31 个 (lower-case letters, digits and -, 2 to 31)",
    "email": "不像邮箱地址 (no e-mail address)",
    "time_zone": "没有这个时区，例如 Asia/Shanghai (no such time zone)",
    "twice": "写了两次 (named twice)",
    "role": "只能是 system_admin、security_admin、auditor 之一 (one of these three)",
    "bad_username": "小写字母、数字和 . _ -，2 到 40 个 (lower-case letters, digits, . _ -, 2 to 40)",
    "one_each": "三种管理员各要一位 (one administrator of each kind)",
    "combined": "一个账号不能兼任两种管理员 (no account holds two of the three)",
    "taken": "别的机构已经在用 (another institution has it)",
    "username_taken": "这个用户名已经有人用 (this user name is taken)",
    "no_institution": "没有这个机构 (no such institution)",
}


def describe(parser: argparse.ArgumentParser) -> None:
    """What can be done with institutions."""
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("list", help="every institution with its rule book")
    what.add_parser("new", help="make what a file names (see docs/deploy/institution.toml)").add_argument(
        "file", type=Path
    )
    renamed = what.add_parser("rename", help="another name; the address stays")
    renamed.add_argument("slug")
    renamed.add_argument("--name", default="")
    renamed.add_argument("--office-name", default="")


def run(given: argparse.Namespace) -> int:
    """Does one of them; 1 with everything that is wrong, and then nothing has changed."""
    try:
        return {"list": _list, "new": _new, "rename": _rename}[given.what](given)
    except Refused as refused:
        found = refused.facts.get("faults")
        if not isinstance(found, list):
            raise
        return _tell(found)


def _list(_given: argparse.Namespace) -> int:
    for line in institutions.listed():
        waits = "" if line.open else "，制度还有空白待填，尚未对外开放 (blanks to fill, not open yet)"
        say(f"{line.slug}\t{line.name}\t{line.office_name}\t{line.regime}\t{line.units} 个承办单位 (units){waits}")
    return 0


def _new(given: argparse.Namespace) -> int:
    try:
        text = given.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return _tell([(str(given.file), "file")])
    made = institutions.make(text, clock.now())
    say(f"机构已建好，网址是 /at/{made.slug} (made; its address)")
    say("24 小时内各自打开，设置密码，只显示这一次 (each opens the own link within a day; shown once):")
    for admin, token in made.links:
        say(f"  {label('role', admin.role)} {admin.name}（{admin.username}）  /office/first/{token}")
    if not made.open:
        say("制度里还有空白：请系统管理员在“规则”页填好，填好才对外开放 (fill the rule book's blanks to open)")
    return 0


def _rename(given: argparse.Namespace) -> int:
    institutions.rename(given.slug, clock.now(), name=given.name, office_name=given.office_name)
    say("已改名；网址和以前打印的文书不变 (renamed; the address and papers already printed stay)")
    return 0


def _tell(faults: list[Fault]) -> int:
    say(f"✗ 有 {len(faults)} 处要改，什么都没有建 (to correct; nothing was made):")
    for where, code in faults:
        say(f"  {where}: {TOLD[code]}")
    return 1
