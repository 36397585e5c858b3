"""Processes as on hosts of their own: own folders, own part of the keys, one database, one Redis."""

from __future__ import annotations

import getpass
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import update

from shared.config import ROOT
from shared.db import work
from shared.models.duty import Duty
from shared.servers import free_port
from tests.conftest import ENGINE
from tests.support import world
from tests.support.acts import file, newest_case, sign_in, track
from tests.support.http import Browser
from tests.support.installation import Installation, installation, monday_ahead
from tests.support.programs import until
from tests.support.sink import letters

KEYS = {"web1": "web", "web2": "web", "worker1": "worker", "worker2": "worker", "scheduler": "scheduler"}


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    options = ["--ahead", str(monday_ahead())]
    with installation(ENGINE, options, METRICS_PORT=str(free_port())) as made:
        made.keeper.programs.append(made.program("metrics", "shared.cli", "metrics"))
        split = made.folder / "split"
        command = [ROOT / "docs/deploy/split-keys.sh", made.env["KEY_DIR"], split, *[getpass.getuser()] * 3]
        subprocess.run(command, check=True)
        for program in made.keeper.programs:
            own = made.folder / "hosts" / program.name
            keys = split / KEYS.get(program.name, "web")
            folders = {"KEY_DIR": keys, "FILES_DIR": own / "files", "CHECKPOINT_DIR": own / "checkpoints"}
            program.env = program.env | {name: str(path) for name, path in folders.items()}
        made.start()
        yield made


def named(place: Installation) -> None:
    browser = Browser(place.ports[:1])
    browser.send("/submit/what?how=named", respondent="财政所", story=world.STORY, wish="")
    browser.send("/submit/contact", name="王小明", phone="13800138000", email="wang@example.cn", notify="email")
    assert browser.send("/submit/check").location == "/submit/done"


def test_what_one_host_takes_in_another_shows_and_a_third_sends(place: Installation) -> None:
    receipt = file(Browser(place.ports[:1]))
    assert track(Browser(place.ports[1:]), receipt).status == 200
    assert world.STORY in (desk := sign_in(place, "intake", place.ports[1:])).get(newest_case(desk)).text
    named(place)
    until(lambda: "wang@example.cn" in {one["to"] for one in letters(place.folder / "mail")}, 75)


def checkpoints(place: Installation) -> list[Path]:
    """Those signed so far; the next one is due, as if a quarter of an hour had passed."""
    idle = Duty.name == "checkpoint", Duty.last_run.is_not(None), Duty.lease.is_(None)
    with place.app.app_context(), work() as session:
        session.execute(update(Duty).where(*idle).values(next_due=world.MONDAY))
    return list((place.folder / "hosts").rglob("checkpoint-*.txt"))


def test_only_the_scheduler_s_host_signs_checkpoints(place: Installation) -> None:
    file(Browser(place.ports[:1]))
    until(lambda: checkpoints(place), 60, every=1)
    assert {path.parts[-3] for path in checkpoints(place)} == {"scheduler"}


def test_the_figures_of_the_host_come_from_its_processes_and_the_database(place: Installation) -> None:
    desk = sign_in(place, "intake", place.ports[:1])
    desk.get("/office/queue")
    text = figures(place)
    assert "huiyin_database_up 1.0" in text
    assert re.search(r'huiyin_requests_total\{method="GET",page="/office/queue",status="2xx",zone="office"\} \d', text)
    assert not re.search(r'page="/submit/check"', text), "one person's filing"


def figures(place: Installation) -> str:
    with urlopen(f"http://127.0.0.1:{place.env['METRICS_PORT']}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def test_no_process_wrote_a_line_with_anything_of_anybody(place: Installation) -> None:
    for log in Path(place.folder).glob("*.log"):
        said = log.read_text("utf-8", "replace")
        assert not [word for word in ("王小明", "13800138000", "wang@example", world.STORY[:10]) if word in said], log
