"""Real processes whose clocks stand wrong or beyond the last calendar, and no internet (R12, R17, R20)."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from shared import clock
from shared.config import ROOT
from shared.db import db, reading
from shared.models.case import Case
from shared.models.event import Event
from tests.conftest import ENGINE
from tests.support import samples, strace, world
from tests.support.acts import file, newest_case, sign_in, track
from tests.support.http import Browser
from tests.support.installation import Installation, installation, monday_ahead, web
from tests.support.programs import until

DAY = 86400.0
LAST_DAY = dt.datetime(2027, 12, 31, 2, 0, tzinfo=dt.UTC)


def only_web(place: Installation) -> None:
    """Leaves the rest out: what the workers do with time is not asked here."""
    place.keeper.programs = [one for one in place.keeper.programs if one.name in {"web1", "web2", "redis"}]


def moved(place: Installation, number: int, seconds: float) -> None:
    """One of the web servers goes on under another time."""
    old = place[f"web{number}"]
    old.end()
    place.keeper.programs.remove(old)
    place.options = ["--ahead", str(place.ahead + seconds)]
    place.keeper.programs.append(web(place, number))
    until(place.healthy, 60)


def the_case(place: Installation) -> Case:
    with place.app.app_context(), reading() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case is not None
        session.expunge(case)
        db.session.remove()
        return case


def test_a_clock_that_jumps_moves_no_due_date_breaks_no_chain_and_ends_sessions_early() -> None:
    with installation(ENGINE, ["--ahead", str(monday_ahead())]) as place:
        only_web(place)
        place.start()
        file(Browser(place.ports[:1]))
        due, desk = the_case(place).due_at, sign_in(place, "intake", place.ports[:1])
        moved(place, 2, 730 * DAY)
        late = Browser(place.ports[1:], cookies=dict(desk.cookies))
        assert "/office/sign-in" in late.get("/office/queue").location
        moved(place, 2, -731 * DAY)  # a day before the first server
        address = newest_case(sign_in(place, "intake", place.ports[1:]))
        assert sign_in(place, "intake", place.ports[1:]).send(f"{address}/add_note", text="核对。").status == 303
        assert the_case(place).due_at == due
        assert in_order(place) == ["received", "noted"]
        assert whole(place)


def in_order(place: Installation) -> list[str]:
    with place.app.app_context(), reading() as session:
        return list(session.scalars(select(Event.kind).where(Event.case_id == the_case(place).id).order_by(Event.seq)))


def whole(place: Installation) -> bool:
    command = [sys.executable, "-m", "shared.cli", "verify", "chain"]
    return subprocess.run(command, cwd=ROOT, env=place.env, capture_output=True).returncode == 0


def test_a_year_without_a_calendar_is_never_guessed_in_silence() -> None:
    with installation(ENGINE, ["--ahead", str((LAST_DAY - clock.now()).total_seconds())]) as place:
        only_web(place)
        place.start()
        receipt, desk = file(Browser(place.ports)), sign_in(place, "intake")
        accepted = desk.send(f"{newest_case(desk)}/accept", category="content", severity="general")
        assert accepted.status == 303, accepted.text[:3000]
        assert the_case(place).due_provisional
        assert "暂定" in desk.get(newest_case(desk)).text
        assert track(Browser(place.ports), receipt).status == 200


def test_without_the_internet_everything_works_but_sending() -> None:
    outside = {"SMTP_URL": "smtp://mail.example:25"}
    with installation(ENGINE, ["--ahead", str(monday_ahead()), "--alone"], **outside) as place:
        own = [one for one in place.keeper.programs if one.name not in {"redis", "mail"}]
        for program in own:
            program.command = [*strace.connections(place.folder / f"{program.name}.calls"), *program.command]
        place.start()
        browser = Browser(place.ports)
        page = browser.form("/submit/what?how=anonymous", respondent="财政所", story=world.STORY, wish="")
        sent = browser.upload("/submit/evidence", page | {"act": "upload"}, "照片.png", samples.png())
        assert sent.status == 303, sent.text[:2000]
        assert track(Browser(place.ports), file(browser)).status == 200
        desk = sign_in(place, "intake")
        assert "照片" in desk.get(newest_case(desk)).text
        assert "Network is unreachable" not in place.said()
        logs = [place.folder / f"{program.name}.calls" for program in own]
        until(lambda: all(called_redis(log) for log in logs if not log.name.startswith("web")), 60)  # all are at work
        assert [strace.called_outside(log) for log in logs] == [set()] * len(own)


def called_redis(log: Path) -> bool:
    return log.exists() and "AF_UNIX" in log.read_text("utf-8", "replace")
