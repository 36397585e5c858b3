"""Commands of the program: `python -m shared.cli COMMAND`."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from flask import Flask
from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import select

from shared import (
    cli_backup,
    cli_institution,
    cli_keys,
    cli_metrics,
    cli_regimes,
    cli_verify,
    clock,
    crypto,
    logs,
    rights,
    schema,
    signing,
)
from shared.config import BadSettings, from_environment
from shared.db import db, reading, work
from shared.domain import regimes
from shared.domain.errors import Refused
from shared.domain.lifecycle import ADMIN_ROLES, Role
from shared.models.calendar import CalendarYear
from shared.processes import say
from shared.run import tell_faults
from shared.sealing.service import KeyServiceAway
from shared.senders.bounce import LARGEST
from shared.services import (
    calendars,
    deliveries,
    evidence,
    first_admin,
    numbers,
    privacy_notices,
    queries_portal,
    recounts,
    regime_settings,
    retention,
)
from shared.web import state
from shared.web.labels import label

WORKER_TTL = 60


def main(arguments: list[str]) -> int:
    """Runs one command; the exit code is 0, or 1 and 2 with a reason on the screen."""
    given = parser().parse_args(arguments)
    try:
        if given.command in WITHOUT_APP:
            return WITHOUT_APP[given.command](given)
        if given.command == "verify" and given.what != "chain":
            return cli_verify.without_database(given)
        if given.command == "regimes":
            return cli_regimes.run(given)
        with _app().app_context():
            run: Callable[[argparse.Namespace], int] = COMMANDS[given.command]
            return run(given)
    except BadSettings as bad:
        return tell_faults(bad)
    except crypto.KeysUnusable as bad:
        say(f"✗ 密钥文件有问题 (the key files need a hand):\n{bad}")
        return 2
    except (KeyServiceAway, schema.WrongSchema) as away:
        say(f"✗ {away}")
        return 2
    except Refused as refused:
        facts = "，".join(f"{name} {value}" for name, value in refused.facts.items())
        say(f"✗ {cli_backup.WHY.get(refused.code, refused.code)}{f'：{facts}' if facts else ''}")
        return 1


def parser() -> argparse.ArgumentParser:
    """Every command with what it takes."""
    made = argparse.ArgumentParser(prog="python -m shared.cli", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    for name, says in (
        ("demo", "fill an empty demo with made-up institutions"),
        ("scheduler", "periodic work"),
        ("metrics", "figures for Prometheus on METRICS_PORT"),
        ("keys", "make the key files that are missing"),
        ("bounce", "take in a letter that came back, from standard input"),
        ("rights", "print the matrix of rights into docs/rights.md"),
        *((name, says) for name, (says, _) in cli_keys.COMMANDS.items()),
    ):
        commands.add_parser(name, help=says)
    newer = commands.add_parser("upgrade", help="bring the database to the newest schema; load shipped calendars")
    newer.add_argument("--backup", type=Path, help="a folder: back up into it first")
    newer.add_argument("--without-backup", action="store_true", help="there is a backup already")
    newer.add_argument("--while-running", action="store_true", help="programs of the version before may go on")
    cli_backup.describe(commands)
    first = commands.add_parser("admin", help="make an administrator's account while there is none of that kind")
    first.add_argument("slug", help="the institution")
    first.add_argument("role", choices=sorted(map(str, ADMIN_ROLES)))
    first.add_argument("username")
    first.add_argument("name")
    commands.add_parser("worker", help="send notices").add_argument("--burst", action="store_true")
    commands.add_parser("calendar", help="load a year of working days").add_argument("file", type=Path)
    commands.add_parser("regime", help="take a shipped rule book into use for new cases").add_argument(
        "code", choices=regimes.codes()
    )
    cli_institution.describe(commands.add_parser("institution", help="list, make and rename institutions"))
    cli_regimes.describe(commands.add_parser("regimes", help="check rule books; write docs/regimes.md"))
    cli_verify.describe(commands.add_parser("verify", help="check the evidence"))
    notice = commands.add_parser("privacy", help="take a privacy notice into use as an institution's new version")
    notice.add_argument("slug")
    notice.add_argument("file", type=Path)
    numbered = commands.add_parser("numbers", help="every number of a year, accounted for; 1 where one is missing")
    numbered.add_argument("year", type=int)
    erase = commands.add_parser("retention", help="erase what has stayed as long as the privacy notice says")
    erase.add_argument("--dry-run", action="store_true", help="list it only")
    return made


def _app() -> Flask:
    # By name, as wsgi itself finds the surfaces: nothing imports wsgi.
    app: Flask = importlib.import_module("wsgi").create_app(from_environment())
    return app


def make_keys(_given: argparse.Namespace) -> int:
    """The key files that are missing."""
    settings = from_environment()
    crypto.load_keys(settings.key_dir, create=True, worker=settings.worker_key_dir, service=state.key_service(settings))
    signing.load(settings.key_dir, create=True)
    say(f"密钥在 {settings.key_dir}，请另存一份备份 (the keys are there, keep a backup elsewhere)")
    return 0


def upgrade(given: argparse.Namespace) -> int:
    """The newest schema, and the shipped calendars of years that nobody has loaded yet; a backup comes first."""
    if given.backup:
        cli_backup.before_upgrade(given.backup)
    elif state.settings().production and not given.without_backup and schema.current(db.engine) != schema.newest():
        cli_backup.refuse_without_backup()
    schema.upgrade(while_running=given.while_running)
    load_shipped_years(clock.now())
    evidence.adopt(state.keys())
    return 0


def load_shipped_years(now: dt.datetime) -> None:
    """Loads shipped calendar years that the database doesn't know; a year loaded by hand stays as it is."""
    shipped = (files("shared.domain") / "calendars" / "cn.csv").read_text(encoding="utf-8")
    head, *lines = shipped.splitlines()
    with work() as session:
        known = {str(year) for year in session.scalars(select(CalendarYear.year))}
    if new := [line for line in lines if line and line[:4] not in known]:
        calendars.load_years("\n".join([head, *new]), now)


def demo(_given: argparse.Namespace) -> int:
    """Two made-up institutions, where there is none yet."""
    from shared import cron
    from shared.demo import fill
    from shared.demo.pictures import Camera

    if not state.settings().demo:
        say("✗ 只有 HUIYIN_ENV=demo 才能填入虚构数据 (made-up data belongs into a demo only)")
        return 1
    store = state.store()
    if fill.fill(state.keys(), clock.now(), say, camera=Camera(state.limits(), store), store=store):
        cron.checkpoint_now()  # the pages of evidence are not empty either
    return 0


def worker(given: argparse.Namespace) -> int:
    """Runs jobs until told to stop: one queue, so that a killed worker's job isn't lost."""
    schema.check(db.engine)
    crypto.load_notifier(state.settings().worker_key_dir)  # without it no complainant can be told: say so now
    # A connection of its own: the web's gives up after two seconds, a worker waits for work.
    redis = Redis.from_url(state.settings().redis_url)
    queue = Queue(state.QUEUE, connection=redis, serializer=JSONSerializer)
    db.engine.dispose()  # each job runs in a fork, which must not share a connection
    made = Worker([queue], connection=redis, serializer=JSONSerializer, worker_ttl=WORKER_TTL)
    made.work(burst=given.burst, logging_level="WARNING", date_format=logs.DAY)
    return 0


def scheduler(_given: argparse.Namespace) -> int:
    """Periodic work until told to stop."""
    from shared import cron

    schema.check(db.engine)
    signing.load(state.settings().key_dir, create=not state.settings().production)  # a lost key stops the start
    cron.run()
    return 0


def calendar(given: argparse.Namespace) -> int:
    """Loads the years of a CSV file and moves the due dates that waited for them."""
    now = clock.now()
    years = calendars.load_years(given.file.read_text(encoding="utf-8-sig"), now)
    moved = recounts.go_on(now, seconds=float("inf"))
    say(f"已载入 {'、'.join(map(str, years))} 年，{moved} 个到期日改变 (loaded; due dates moved: {moved})")
    return 0


def regime(given: argparse.Namespace) -> int:
    """Takes the shipped rule book of a code into use; running cases keep the version they were opened under."""
    number = regime_settings.renew(given.code, clock.now())
    say(f"{given.code}: {number} 个机构的新件按此版办理 (institutions whose new cases follow it)")
    return 0


def write_rights(_given: argparse.Namespace) -> int:
    """docs/rights.md, from the written matrix and the tables of the domain."""
    rights.PAGE.write_text(rights.page(label), encoding="utf-8")
    return 0


def admin(given: argparse.Namespace) -> int:
    """The first administrators of an institution: an account with one role, and the link that sets its password."""
    made = first_admin.make(given.slug, Role(given.role), given.username, given.name, clock.now())
    say(f"24 小时内打开，设置密码 (open within a day to set the password): /office/first/{made}")
    return 0


def privacy(given: argparse.Namespace) -> int:
    """Makes a file the newest version of an institution's privacy notice; earlier consents keep theirs."""
    number = privacy_notices.take_in(given.slug, given.file.read_text(encoding="utf-8"), clock.now())
    say(f"隐私说明第 {number} 版已启用 (version {number} of the notice is in use)")
    return 0


def bounce(_given: argparse.Namespace) -> int:
    """A mail server's notification on standard input; always 0, for an error would make the server send another."""
    deliveries.bounced(state.keys(), sys.stdin.buffer.read(LARGEST), clock.now())
    return 0


def erase_due(given: argparse.Namespace) -> int:
    """Erases what is due, or lists it: number, end of the case, parts, and whether a hold keeps it."""
    now = clock.now()
    if given.dry_run:
        for place in queries_portal.institutions():
            for one in retention.due(place.id, now, limit=100_000):
                say(f"{one.register_no}\t{one.ended_on}\t{'+'.join(one.parts)}{chr(9) + 'hold' if one.held else ''}")
        return 0
    say(f"已清除 {retention.run(now, state.store())} 项 (parts erased)")
    return 0


def account_for(given: argparse.Namespace) -> int:
    """The sequences of a year, every number accounted for; 1 where one is missing and nobody has said why."""
    missing = 0
    for place in queries_portal.institutions():
        with reading() as session:
            found = numbers.sequences(session, place.id, given.year)
        for one in found:
            for part in one.stretches:
                say(
                    f"{place.slug}\t{label('series', one.series)}\t{part.first:04d}–{part.last:04d}\t"
                    f"{label('number_fate', part.fate)}\t{part.words}"
                )
            missing += len(one.missing)
    return 1 if missing else 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "upgrade": upgrade,
    "demo": demo,
    "worker": worker,
    "scheduler": scheduler,
    "metrics": cli_metrics.run,
    "calendar": calendar,
    "regime": regime,
    "rights": write_rights,
    "admin": admin,
    "institution": cli_institution.run,
    "verify": cli_verify.chain,
    **{name: run for name, (_, run) in cli_keys.COMMANDS.items()},
    "privacy": privacy,
    "retention": erase_due,
    "numbers": account_for,
    "bounce": bounce,
}
WITHOUT_APP = {"keys": make_keys, **dict.fromkeys(cli_backup.COMMANDS, cli_backup.run)}
"""They make their own application, or need none."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
