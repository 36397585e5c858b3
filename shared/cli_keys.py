"""Commands about keys: the deposit (escrow) and restoring from it, changing keys, sealing rows from before."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from sqlalchemy import select

from shared import clock, crypto
from shared.db import work
from shared.models.person import Person
from shared.processes import say
from shared.sealing import boxes, escrow, keyfiles, quarters
from shared.sealing.envelope import Unreadable
from shared.services import escrow as deposit
from shared.services import officer_keys, quarter_keys, rotation, staff
from shared.services.officer_keys import ESCROW
from shared.web import state

WHY = {
    "typed": "这份密钥片抄写有误，请对照原件重新输入 (a share is mistyped)",
    "same": "两次输入的是同一份，请输入另一份 (both are the same share)",
    "foreign": "这两份不是本机构这一套密钥片 (these shares are not of this installation)",
}


def make_escrow(_given: argparse.Namespace) -> int:
    """Makes the deposit and prints its three shares, once."""
    folder = state.settings().key_dir
    if (folder / ESCROW).exists():
        say("✗ 密钥片已经打印过，不会再打印第二次 (the shares were printed before and are kept nowhere)")
        return 1
    private = boxes.new_private()
    keyfiles.write_once(folder / ESCROW, keyfiles.line(boxes.public_of(private)))
    say("密钥片：请分别交三个人保管，任意两份可以恢复 (three shares for three people; any two restore the keys)\n")
    for number, share in enumerate(escrow.split(private), 1):
        say(f"  {number}  {share}\n")
    say("只显示这一次。请重启程序；每个岗位有人登录一次后即生效。")
    say("(Shown once. Restart the program; each group is deposited when one of its officers next signs in.)")
    return 0


def restore(_given: argparse.Namespace) -> int:
    """Grants an officer the group's keys with two shares."""
    name = _asked("交给谁，用户名 (whose username)：")
    try:
        number = deposit.restore(
            state.keys(), _asked("第一份 (first share)："), _asked("第二份 (second share)："), name
        )
    except escrow.BadShare as bad:
        say(f"✗ {WHY[bad.code]}；什么都没有改变 (nothing was changed)")
        return 1
    say(f"已恢复 {number} 把钥匙，请 {name} 重新登录 (keys restored, sign in again)")
    return 0


def rotate(_given: argparse.Namespace) -> int:
    """Changes the key of an officer's group and closes every case for the new one; may be started again."""
    name, now = _asked("您的用户名 (username)："), clock.now()
    token = staff.open_session(name, getpass.getpass("密码 (password)："), state.keys(), now)
    with work() as session:
        person_id = session.scalars(select(Person.id).where(Person.username == name)).one()
        try:
            private = officer_keys.private_of(session, person_id, token)
        except Unreadable:
            say("✗ 这个账号没有钥匙 (this account holds no key)")
            return 1
    staff.close_session(token, now)
    rotation.renew_group(state.keys(), person_id, private, now)
    say(f"已换 {rotation.rewrap_group(state.keys(), person_id, private, now)} 件 (cases closed for the new key)")
    say("一小时后再运行一次，销毁旧钥匙 (run again in an hour: the old key is destroyed then)")
    return 0


def reseal(_given: argparse.Namespace) -> int:
    """Closes what old keys still hold: rows from before, content keys, what waits for the notifier."""
    keys, notifier = state.keys(), crypto.load_notifier(state.settings().worker_key_dir)
    old = rotation.renew_old(keys) if {"identity", "contact"} <= keys.rings.keys() else 0
    done = rotation.adopt(keys, notifier, most=sys.maxsize) + rotation.rewrap_notifier(keys, notifier)
    say(f"重新封存 (sealed anew)：{old} + {done} + {rotation.rewrap_content(keys)} + {quarter_keys.renew(keys)}")
    return 0


def quarters_of_keys(_given: argparse.Namespace) -> int:
    """Lists the keys of quarters and destroys the one that is named, once no row and no backup needs it."""
    keys, today = state.keys(), clock.now().date()
    for one in quarter_keys.overview(keys):
        say(f"{one.name}\t{one.rows} 行 (rows)\t{one.from_day} 起可以销毁 (may be destroyed from then on)")
    name = _asked("销毁哪一季的钥匙，不销毁就直接回车 (which one to destroy; none: just Enter)：")
    if not name:
        return 0
    quarter_keys.check(keys, name, today)
    quarters.destroy(state.settings().key_dir / quarters.FOLDER / name)
    say("已销毁。请把别处的副本也销毁，再重启程序 (destroyed; destroy its copies elsewhere too, then restart)")
    return 0


def _asked(question: str) -> str:
    say(question)
    return sys.stdin.readline().strip()


COMMANDS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "escrow": ("print the three shares of the deposit, once", make_escrow),
    "escrow-restore": ("restore a group's keys with two shares", restore),
    "rotate": ("change a group's key", rotate),
    "quarters": ("list the keys of quarters, destroy one that no row and no backup needs", quarters_of_keys),
    "reseal": ("close what old keys still hold", reseal),
}
