"""Real processes whose parts go away: Redis, the database, the mail server (R3, R4, R7), and one thing done twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from sqlalchemy import func, select

from shared.db import db, reading
from shared.models.case import Case
from tests.conftest import ENGINE
from tests.support import world
from tests.support.acts import draft, file, newest_case, sign_in, track
from tests.support.http import Browser
from tests.support.installation import Installation, installation, monday_ahead
from tests.support.programs import until
from tests.support.sink import letters

OTHER = "取号机坏了两个星期，窗口的人说没有人来修，请安排人看一看。"


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    with installation(ENGINE, ["--ahead", str(monday_ahead())]) as made:
        made.start()
        yield made


def cases(place: Installation) -> int:
    with place.app.app_context(), reading() as session:
        found = session.scalar(select(func.count()).select_from(Case)) or 0
        db.session.remove()
        return found


def mailed(place: Installation) -> int:
    return len({one["id"] for one in letters(place.folder / "mail")})


def test_a_redis_that_forgets_goes_away_and_comes_back_keeps_nobody_from_filing_and_loses_no_letter(
    place: Installation,
) -> None:
    before, redis = mailed(place), place["redis"]
    freeze(place, signal.SIGSTOP)
    receipts = [file(Browser(place.ports))]  # its bell is rung, and forgotten
    with Redis.from_url(place.env["REDIS_URL"]) as queues:
        queues.flushall()
    redis.kept = False
    redis.send(signal.SIGKILL)
    until(lambda: redis.dead)
    receipts += [file(Browser(place.ports)) for _ in range(4)]
    assert all(track(Browser(place.ports), one).status == 200 for one in receipts)
    assert sign_in(place, "intake").get("/office/queue").status == 200
    redis.kept = True
    freeze(place, signal.SIGCONT)
    until(lambda: mailed(place) == before + 5, 75)


def freeze(place: Installation, number: signal.Signals) -> None:
    for worker in (place["worker1"], place["worker2"]):
        worker.send(number, [*worker.forks(), worker.pid])


def test_a_database_that_is_away_gives_the_words_back_and_takes_them_the_next_time(place: Installation) -> None:
    browser = Browser(place.ports, timeout=60)
    sent = browser.form("/submit/what?how=anonymous", respondent="财政所", story=OTHER, wish="")
    place.database.stop()
    try:
        answer = browser.post("/submit/what", sent)
    finally:
        place.database.start()
    assert (answer.status, OTHER in answer.text) == (503, True)
    assert not any(word in answer.text.lower() for word in ("psycopg", "sqlite", "traceback"))
    until(place.healthy, 30)
    assert browser.post("/submit/what", sent).location == "/submit/check"


def test_a_mail_server_that_says_nothing_holds_nobody_up_and_gets_the_letter_later(place: Installation) -> None:
    before = mailed(place)
    place.mood.write_text("hang")
    begun = time.monotonic()
    file(Browser(place.ports))
    assert time.monotonic() - begun < 5
    until((place.folder / "mail" / "held").exists, 30)
    place.mood.write_text("ok")
    until(lambda: mailed(place) == before + 1, 75)


def test_one_form_sent_eight_times_at_once_to_two_servers_is_one_case(place: Installation) -> None:
    browser, before = Browser(place.ports), cases(place)
    sent = draft(browser)
    others = [Browser(place.ports[:: 1 - 2 * (n % 2)], cookies=dict(browser.cookies)) for n in range(8)]
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda one: one.post("/submit/check", sent), others))
    assert {one.location for one in answers} == {"/submit/done"}
    assert cases(place) == before + 1
    assert len({one.get("/submit/done").text.count("receipt-no") for one in others}) == 1


def test_of_two_clerks_on_one_case_the_second_keeps_the_words_and_sees_what_happened(place: Installation) -> None:
    file(Browser(place.ports))
    first, second = (sign_in(place, "intake", place.ports[::turn]) for turn in (1, -1))
    step = f"{newest_case(first)}/refer"
    held = second.form(step)
    assert first.send(newest_case(first) + "/add_note", text="已电话核实，内容属实。").status == 303
    answer = second.post(step, held | {"text": OTHER} | dict.fromkeys(set(held) & {"reason", "grounds"}, OTHER))
    assert answer.status in {409, 422}
    assert OTHER in answer.text or world.STORY in answer.text
