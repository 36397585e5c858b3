"""Fills a demo: two made-up institutions whose past half year is played through the real services."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable, Iterator
from itertools import cycle
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from shared.crypto import Keys
from shared.db import FAR, reading, work
from shared.demo import channels, corpus, issues, ledger, notices, officers, privacy, small_stories, stages, watch
from shared.demo.cast import Cast, Hours, engage
from shared.demo.parts import Part
from shared.demo.pictures import Camera
from shared.demo.shapes import Sample
from shared.demo.story import Story
from shared.files import Store
from shared.models.complainant import Complainant
from shared.models.counter import Counter
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.services import counters
from shared.services.calendars import calendar

HOUSES = (("township", 400, 7), ("county", 40, 11))
"""Which corpora, how many complaints, and the seed."""
DAYS_BACK = 182
STUCK_SINCE = {"R2": 24, "R5": 75}  # days: whatever is older has been dealt with, but for a handful
FRESH = dt.timedelta(hours=20)
FILLED = "demo:filled"
"""The counter that says the demo is whole: filling it can be cut short."""


def fill(
    keys: Keys,
    now: dt.datetime,
    say: Callable[[str], None],
    *,
    share: float = 1,
    camera: Camera | None = None,
    store: Store | None = None,
) -> bool:
    """Fills an empty database, with a share of the complaints where asked; False where there is something already."""
    with reading() as session:
        if session.scalar(select(func.count()).select_from(Institution)):
            if not session.scalar(select(func.count()).select_from(Counter).where(Counter.key == FILLED)):
                say("  演示数据上次没有填完，重填请用 ./huiyin up --fresh (cut short last time; --fresh fills it anew)")
            return False
        hours = Hours(calendar(session), ZoneInfo("Asia/Shanghai"))
        session.rollback()
    casts = []
    for name, number, seed in HOUSES:
        book = corpus.load(name)
        cast = engage(book, now)
        officers.equip(cast, keys, now)
        say(f"  {book.institution.name}：{len(book.units)} 个单位，{len(book.people)} 名工作人员")
        ages = {c.code: 40 - 16 * n if c.stage == "published" else 2 for n, c in enumerate(book.clusters)}
        samples = corpus.complaints(book, max(1, round(number * share)), seed)
        stops = cycle(stages.STEPS[cast.regime.code])
        stories = [
            _story(cast, hours, keys, sample, f"{seed}:{n}", now, ages.get(sample.cluster, 0), stops)
            for n, sample in enumerate(samples)
        ]
        for story in stories:
            story.camera = camera
        stories += privacy.long_ago(stories, now)
        plays = [stages.PLAYS[cast.regime.code](story) for story in stories]
        for cluster in book.clusters:
            chosen = [story for story in stories if story.sample.cluster == cluster.code]
            plays += [issues.common_issue(cluster, chosen, now, ages[cluster.code])] if chosen else []
        play(plays, now, say)
        ledger.fill(cast, hours, now)
        officers.ask_to_see(cast, now)
        watch.to_sign(cast, now)
        watch.flood(cast, keys, now)
        privacy.told(cast, now)
        channels.register(cast, now)
        casts.append(cast)
    small_stories.fill(keys, now, say, play)
    _settle(now)
    channels.hold_some(cast)
    for one in casts:
        notices.told(one, now)
    privacy.settle(now, store)
    with work() as session:
        counters.add(session, cast.institution_id, {FILLED: 1})
    return True


def play(plays: list[Part], now: dt.datetime, say: Callable[[str], None]) -> None:
    """Plays the stories side by side in the order of time, up to now."""
    agenda = [(next(play), n) for n, play in enumerate(plays)]
    heapq.heapify(agenda)
    month = ""
    while agenda and agenda[0][0] < now:
        at, n = heapq.heappop(agenda)
        if f"{at:%Y-%m}" != month:
            month = f"{at:%Y-%m}"
            say(f"  … {month}")
        heapq.heappush(agenda, (next(plays[n], FAR), n))


def _story(
    cast: Cast,
    hours: Hours,
    keys: Keys,
    sample: Sample,
    seed: str,
    now: dt.datetime,
    at_least: int,
    stops: Iterator[str],
) -> Story:
    """One complaint at its place in the past half year, at least so many days ago."""
    rng = random.Random(f"{seed}:story")  # noqa: S311  made-up lives, no secrets
    recent = STUCK_SINCE[cast.regime.code]
    days = rng.uniform(at_least + 3, DAYS_BACK) if at_least else rng.uniform(0, DAYS_BACK)
    if not at_least and rng.random() < 0.2:
        days = rng.uniform(0, recent)
    stuck = _stops(sample, rng, stops) if rng.random() < (0.4 if days < recent else 0.02) else ""
    received = now - dt.timedelta(days=max(days, 5) if stuck else days)  # it had the time to get as far as that
    if sample.channel in {"web", "email"}:  # any day, from morning to late evening
        local = received.astimezone(hours.zone).replace(hour=rng.randint(7, 22), minute=rng.randint(0, 59), second=0)
        received = min(local.astimezone(dt.UTC), now - dt.timedelta(minutes=rng.randint(5, 300)))
    else:
        received = hours.office(received - dt.timedelta(days=1), 0, rng)
    received = min(received, now - dt.timedelta(minutes=2)).replace(microsecond=0)
    return Story(cast, hours, keys, sample, received, rng, stuck)


def _stops(sample: Sample, rng: random.Random, stops: Iterator[str]) -> str:
    """At which step nobody goes on: each in turn, but a return and a helping unit first, for they are rare."""
    handling = sample.handling
    if handling and handling.wrong_unit and rng.random() < 0.7:
        return "return"
    if handling and handling.co_units and rng.random() < 0.6:
        return rng.choice(("co", "help"))
    return next(stops)


def _settle(now: dt.datetime) -> None:
    """What was owed in the past counts as sent; the newest notices are left for the worker to send really."""
    wished = select(Complainant.case_id).where(Complainant.notify != "none")
    old = (OutboxRow.state == "queued", OutboxRow.created_at < now - FRESH)
    nobody = (OutboxRow.audience == "citizen", OutboxRow.case_id.not_in(wished))
    with work() as session:
        done = {"done_at": OutboxRow.created_at}
        session.execute(update(OutboxRow).where(*old, *nobody).values(state="dropped", outcome="nobody", **done))
        session.execute(update(OutboxRow).where(*old).values(state="sent", attempts=1, **done))
