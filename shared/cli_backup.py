"""Commands about backups: take one, look at it, restore it, try it, let old ones go."""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shared import clock, schema
from shared.backup import drill, keyring, prune, put_back, take
from shared.backup.put_back import Outcome
from shared.config import Settings, from_environment
from shared.db import db
from shared.domain.errors import Refused
from shared.processes import say
from shared.sealing import boxes, envelope, keyfiles
from shared.sealing.envelope import Unreadable
from shared.web import state

WHY = {
    "no_backup_key": "没有设置 BACKUP_KEY：在另一台机器上运行 backup-key，把公钥写进设置 (set BACKUP_KEY first)",
    "no_keys_key": "没有设置 BACKUP_KEYS_KEY：密钥要用另一对钥匙封存 (set BACKUP_KEYS_KEY first)",
    "backup_inside": "备份不能放在程序、文件或密钥的文件夹里，请换到另一块盘 (choose a folder on another disk)",
    "backup_running": "这个文件夹里正在备份，等它结束再来 (a backup is running there: wait for it to end)",
    "backup_unreadable": "备份读不出来，请换一份 (this backup can't be read: use another one)",
    "no_backup": "这个文件夹里没有完整的备份 (no complete backup in this folder)",
    "no_room": "磁盘放不下数据库的副本，请先腾出空间 (not enough room for a copy of the database)",
    "database_damaged": "数据库文件已经损坏，请从备份恢复 (the database file is damaged: restore a backup)",
    "keys_beside_data": "密钥不能和数据放在同一个文件夹，请换一处 (keep the keys in another place than the data)",
    "not_empty": "文件夹里已经有东西，请给一个空的 (give an empty folder)",
    "programs_running": "网站、任务或定时进程还在运行，请先全部停下来 (stop web, worker and scheduler first)",
    "database_in_use": "数据库里有数据，不会覆盖。请给一个空的数据库 (it holds rows: give an empty database)",
    "other_engine": "备份来自另一种数据库，请把 DATABASE_URL 换成同一种 (use the same kind of database)",
    "newer_backup": "备份来自更新的程序，请先换上那一版 (made by a newer program: install that one first)",
    "wrong_key": "这把私钥打不开这份备份 (this private key doesn't fit this backup)",
    "no_right_to_create": "这个账号不能建库，请用所有者的账号演练 (use the owner's account for the drill)",
    "backup_first": "要升级的数据库里有数据：加上 --backup 文件夹 先备份，或者 --without-backup (back up first)",
}
KEPT = "恢复以后 (after the restore)：运行 upgrade，登录看一件投诉，再启动；见 docs/operations.md"


def describe(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What can be done and with what."""
    for name, (says, _) in COMMANDS.items():
        one = commands.add_parser(name, help=says)
        one.add_argument("place", type=Path, help="the folder, or one backup in it")
        if name in ("restore", "drill", "verify-backup", "restore-keys"):
            one.add_argument("--private", type=Path, required=name != "verify-backup", help="file with the private key")
        if name in ("restore", "drill"):
            one.add_argument("--outside", type=Path, help="folder with checkpoints kept elsewhere (CHECKPOINT_DIR)")
        if name == "backup":
            one.add_argument("--keys", type=Path, help="another folder, for a backup of the keys")
        if name == "restore-keys":
            one.add_argument("--into", type=Path, required=True, help="the folder that becomes KEY_DIR")
        if name == "prune":
            one.add_argument("--keep-days", type=int, required=True)


def run(given: argparse.Namespace) -> int:
    """One of the commands; the exit code is 0 where all is well."""
    try:
        return COMMANDS[given.command][1](given)
    except Unreadable:
        say("✗ 读不出来：被改动、不完整，或者钥匙不对。什么都没有改变 (unreadable: changed, cut off, or another key)")
    except OSError as fault:
        say(f"✗ 读写没有成功 (reading or writing failed)：{fault.strerror or fault}，{fault.filename or ''}")
    except (psycopg.Error, SQLAlchemyError) as fault:
        kind = type(getattr(fault, "orig", None) or fault).__name__
        say(f"✗ 数据库没有照办：{kind}。恢复和升级要用所有者的账号 (the database refused: use the owner's account)")
    return 1


def make_key(given: argparse.Namespace) -> int:
    """A pair for backups; its private half must never lie on the host that is backed up."""
    path: Path = given.place
    private = boxes.new_private()
    if path.exists():
        raise Refused("not_empty", place=str(path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyfiles.write_once(path, keyfiles.line(private))
    say(f"私钥在 {path}，请离线保存两份 (the private key: keep two copies off line)")
    say(f"公钥 (public key)：{boxes.public_of(private).hex()}")
    return 0


def backup(given: argparse.Namespace) -> int:
    """Takes one, of the keys too where a folder for them is given."""
    with _app():
        return _taken(state.settings(), given.place, given.keys)


def before_upgrade(place: Path) -> None:
    """The backup that comes before a change of the schema, past the lock of a schema that isn't ours."""
    with schema.together():
        _taken(state.settings(), place, None)


def refuse_without_backup() -> None:
    """R13: raises Refused('backup_first') where there is something to lose."""
    try:
        with schema.together():
            put_back.refuse_rows(db.engine)
    except Refused:
        raise Refused("backup_first") from None


def _taken(settings: Settings, place: Path, keys_place: Path | None) -> int:
    began, now = time.monotonic(), clock.now()
    said = take.take(settings, db.engine, state.keys(), state.store(), place, now, say)
    rows = sum(table["rows"] for table in said.tables.values())
    files, new = said.files["count"], said.files["new"]
    say(f"✓ {said.name}：{len(said.tables)} 张表 {rows} 行，{files} 个文件，其中新的 {new} 个")
    say(f"  (tables, rows, files, new ones) {time.monotonic() - began:.0f} s")
    if said.files["missing"]:
        say(f"! {said.files['missing']} 个文件有记录，但已经不在 (files that rows speak of are gone)")
    if quarter := take.old_key(place, said):
        say(
            f"! BACKUP_KEY 从 {quarter} 用到现在，请换上本季度的公钥 (this key is of an earlier quarter: use a new one)"
        )
    if keys_place is not None:
        made = keyring.take(settings, place, keys_place, now, settings.crypto_profile)
        say(f"✓ 密钥 (keys)：{made.name}")
    return 0


def check(given: argparse.Namespace) -> int:
    """Hashes and completeness; with the private key everything is opened as well."""
    with _app():
        return _told(put_back.check(given.place, state.keys(), _private(given.private), say))


def restore(given: argparse.Namespace) -> int:
    """Into the empty database of the settings."""
    began = time.monotonic()
    with _app():
        outside = given.outside or state.settings().checkpoint_dir
        private = _private(given.private)
        found = put_back.restore(given.place, private or b"", state.keys(), state.store(), outside, say)
    code = _told(found)
    say(f"{KEPT} ({time.monotonic() - began:.0f} s)")
    return code


def try_out(given: argparse.Namespace) -> int:
    """Restores into a database that is made for it and removed again; the files are opened where they lie."""
    began, settings = time.monotonic(), from_environment()
    private = _private(given.private)
    with drill.place(settings) as elsewhere, _app(elsewhere):
        outside = given.outside or settings.checkpoint_dir
        found = put_back.restore(given.place, private or b"", state.keys(), None, outside, say)
        opened = put_back.check(given.place, state.keys(), private, say)
    found.faults += opened.faults
    code = _told(found)
    say(f"演练用时 (the drill took) {time.monotonic() - began:.0f} s")
    return code


def let_go(given: argparse.Namespace) -> int:
    """Removes backups older than so many days, never the newest."""
    backups, files = prune.prune(given.place, given.keep_days, clock.now())
    say(f"已删除 {backups} 份备份、{files} 个文件 (backups and files removed)")
    return 0


def restore_keys(given: argparse.Namespace) -> int:
    """Writes an archive of keys into an empty folder."""
    names = keyring.put_back(given.place, _private(given.private) or b"", given.into)
    say(f"已恢复 (restored)：{'、'.join(names)}")
    return 0


def _told(found: Outcome) -> int:
    for line in found.faults:
        say(f"✗ {line}")
    if found.lost:
        first, last, until = (found.lost[name] for name in ("first", "last", "until"))
        say(f"✗ 备份比另存的检查点旧：缺少第 {first} 至 {last} 条记录，最后一条不晚于 {until:%Y-%m-%d %H:%M} UTC")
        say(f"  (older than the checkpoints kept elsewhere: events {first} to {last} are missing)")
    if found.held:
        say(f"{found.held} 条通知等人确认才会发出 (notices wait for a person's yes)")
    if found.report:
        say(f"{found.report.events} 条记录、{found.report.checkpoints} 个检查点 (events, checkpoints)")
    good = not found.faults and not found.lost
    say("✓ 完整无误 (whole and sound)" if good else "✗ 有问题，见上 (see above)")
    return 0 if good else 1


def _private(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        key_id, key = path.read_text("ascii").split()
        private = bytes.fromhex(key)
    except ValueError:
        raise Refused("wrong_key", file=str(path)) from None
    if len(private) != envelope.KEY_BYTES or envelope.key_id(private) != key_id:
        raise Refused("wrong_key", file=str(path))
    return private


@contextmanager
def _app(settings: Settings | None = None) -> Iterator[Flask]:
    # By name, as wsgi itself finds the surfaces: nothing imports wsgi.
    app: Flask = importlib.import_module("wsgi").create_app(settings or from_environment())
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


COMMANDS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "backup-key": ("make a pair of keys for backups, on another machine", make_key),
    "backup": ("back up database and files into a folder", backup),
    "verify-backup": ("check a backup without restoring it", check),
    "restore": ("restore a backup into an empty database", restore),
    "restore-keys": ("restore an archive of keys into an empty folder", restore_keys),
    "drill": ("restore a backup into a temporary database, check it, remove it", try_out),
    "prune": ("remove old backups from a folder", let_go),
}
