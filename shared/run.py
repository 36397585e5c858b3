"""Runs a whole installation as one tree of processes: `./huiyin up` ends up here."""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from io import TextIOWrapper
from typing import NoReturn, TextIO

from shared import servers
from shared.config import BadSettings, Settings, from_environment
from shared.processes import CannotRun, Child, end, say, step, watch


def main(arguments: Sequence[str]) -> int:
    """Start everything, keep it running, end it all on Ctrl-C or TERM."""
    given = options().parse_args(arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal in GBK has no sign for a cross
    if given.port:
        os.environ["PORT"] = str(given.port)
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = from_environment()
        with _only_run(settings):
            children: list[Child] = []
            try:
                _run(settings, fresh=given.fresh, children=children)
            finally:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)  # the end is under way; asking twice changes nothing
                end(children)
    except BadSettings as bad:
        return tell_faults(bad)
    except CannotRun as reason:
        say(f"✗ {reason}")
        return 1
    except KeyboardInterrupt:
        say("\n正在停止… (stopping)")
        return 0


def options() -> argparse.ArgumentParser:
    """What `./huiyin up` takes."""
    parser = argparse.ArgumentParser(prog="huiyin up", description="回音 Huiyin: set up and run everything.")
    parser.add_argument("--port", type=int, help="port to listen on (PORT)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away first")
    return parser


def tell_faults(bad: BadSettings) -> int:
    """List every wrong setting with what to do about it; the exit code of a refused start."""
    say(f"✗ 有 {len(bad.faults)} 个设置要改，改好后再启动 ({len(bad.faults)} settings to correct before the start):")
    for fault in bad.faults:
        say(f"  {fault.name}: {fault.problem}\n      → {fault.remedy}")
    say("  全部设置见 docs/operations.md (all settings are listed there)")
    return 2


def _run(settings: Settings, *, fresh: bool, children: list[Child]) -> NoReturn:
    if fresh:
        _throw_away(settings)
    port = _port(settings)
    env = {**os.environ, "PORT": str(port), "REDIS_URL": settings.redis_url, "PYTHONUNBUFFERED": "1"}
    if settings.catches_mail:
        env["SMTP_URL"] = f"smtp://127.0.0.1:{servers.free_port()}"
    for child in _own_servers(settings, env):
        children.append(child)
        child.start(env)
    if not servers.redis_answers(settings.redis_url):
        where = settings.data_dir / "redis" / "redis.log" if settings.embedded_redis else "REDIS_URL"
        raise CannotRun(f"Redis 没有回答：{settings.redis_url}，请检查 {where} (no Redis answers there)")
    say("正在准备数据库… (preparing the database)")
    step("upgrade", env)
    if settings.demo:
        say("正在检查演示数据，第一次需要一会儿… (checking the demo data; the first time takes a moment)")
        step("demo", env)
    for child in _programs(settings, port):
        children.append(child)
        child.start(env)
    _wait_for_web(children, settings.bind, port)
    address = f"http://{_visible(settings.bind)}:{port}"
    say(f"\n  回音 Huiyin  →  {address}/\n  工作人员 (staff)  →  {address}/office/\n  Ctrl-C 停止 (stops it)\n")
    watch(children, env)


def _own_servers(settings: Settings, env: dict[str, str]) -> list[Child]:
    found = []
    if settings.embedded_redis:
        binary = servers.redis_binary()
        if binary is None:
            raise CannotRun(
                "没有找到 Redis：请安装 redis-server，或填写 REDIS_URL (install redis-server or set REDIS_URL)"
            )
        socket = servers.socket_path(settings.redis_url)
        try:
            servers.private_folder(socket.parent)
            data = servers.private_folder(settings.data_dir / "redis")
        except PermissionError as fault:
            raise CannotRun(f"不能使用这个文件夹 (this folder can't be used): {fault}") from fault
        found.append(Child("Redis", servers.redis_command(binary, socket, data), leaves_last=True))
    if settings.catches_mail:
        mail_port = env["SMTP_URL"].rpartition(":")[2]
        found.append(
            Child(
                "收信 (mail)",
                [sys.executable, "-m", "shared.servers", mail_port, str(settings.mail_dir)],
                leaves_last=True,
            )
        )
    return found


def _programs(settings: Settings, port: int) -> list[Child]:
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    gunicorn = f"-c python:shared.web_server --bind={host}:{port} --workers={settings.web_workers}"
    figures = Child("指标 (metrics)", [sys.executable, "-m", "shared.cli", "metrics"])
    return [
        Child("网站 (web)", [sys.executable, "-m", "gunicorn", *gunicorn.split(), "wsgi:create_app()"]),
        Child("任务 (worker)", [sys.executable, "-m", "shared.cli", "worker"]),
        Child("定时 (scheduler)", [sys.executable, "-m", "shared.cli", "scheduler"]),
        *([figures] if settings.metrics_port else ()),
    ]


def _wait_for_web(children: list[Child], bind: str, port: int) -> None:
    for _ in range(600):
        dead = next((c for c in children if c.process and c.process.poll() is not None), None)
        if dead:
            raise CannotRun(f"{dead.label} 没能启动，原因见上面的输出 (did not start; the lines above say why)")
        try:
            connection = HTTPConnection(_visible(bind).strip("[]"), port, timeout=5)
            connection.request("HEAD", "/", headers={"Host": "localhost"})
            connection.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise CannotRun("网站一分钟内没有回答 (the web server did not answer within a minute)")


def _only_run(settings: Settings) -> TextIO:
    """Hold the lock of this data folder: two runs would start two Redis servers over the same files."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = (settings.data_dir / ".running").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotRun("这个文件夹里已经有一个在运行 (it is already running from this folder)") from None
    return lock


def _throw_away(settings: Settings) -> None:
    kept_here = settings.database_url == f"sqlite:///{settings.data_dir / 'huiyin.sqlite'}"
    if not (settings.demo and kept_here):
        raise CannotRun("--fresh 只用于自带数据库的演示 (--fresh is for the demo with its own database only)")
    say("正在清空演示数据… (throwing the demo's data away)")
    for path in (
        *settings.data_dir.glob("huiyin.sqlite*"),
        *map(settings.data_dir.joinpath, ("files", "mail", "redis")),
    ):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _port(settings: Settings) -> int:
    for port in range(settings.port, min(settings.port + 50, 65536)):
        try:
            if servers.port_is_free(settings.bind, port):
                break
        except OSError:
            raise CannotRun(f"BIND={settings.bind} 不是这台机器的地址 (no address of this machine)") from None
    else:
        raise CannotRun(f"{settings.port} 起的 50 个端口都被占用，请改 PORT (fifty ports in a row are taken, set PORT)")
    if port != settings.port:
        say(f"端口 {settings.port} 已被占用，改用 {port} (port {settings.port} is taken, using {port})")
    return port


def _visible(bind: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, bind)  # noqa: S104 (compared, not bound)
    return f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
