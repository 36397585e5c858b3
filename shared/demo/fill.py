"""Fills a demo: two made-up institutions whose past half year is played through the real services."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from shared.crypto import Keys
from shared.db import FAR, reading, work
from shared.demo import corpus, stages
from shared.demo.cast import Cast, Hours, engage
from shared.demo.shapes import Corpus, Sample
from shared.demo.story import Story
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.services.calendars import calendar

HOUSES = (("township", 400, 7), ("county", 40, 11))
"""Which corpora, how many complaints, and the seed."""
DAYS_BACK = 182
STUCK_SINCE = 24  # days: whatever is older has been dealt with, but for a handful
FRESH = dt.timedelta(hours=20)
EVERY = 50


def fill(keys: Keys, now: dt.datetime, say: Callable[[str], None], share: float = 1) -> bool:
    """Fills an empty database, with a share of the complaints where asked; False where there is something already."""
    with reading() as session:
        if session.scalar(select(func.count()).select_from(Institution)):
            return False
    for name, number, seed in HOUSES:
        book = corpus.load(name)
        cast = engage(book, now)
        say(f"  {book.institution.name}：{len(book.units)} 个单位，{len(book.people)} 名工作人员")
        samples = corpus.complaints(book, max(1, round(number * share)), seed)
        cases = play(keys, cast, samples, seed, now, say)
        _common_issues(book, cast, samples, cases, now)
    _settle(now)
    return True


def play(
    keys: Keys, cast: Cast, samples: list[Sample], seed: int, now: dt.datetime, say: Callable[[str], None]
) -> dict[int, int]:
    """Plays the stories side by side in the order of time, up to now; returns sample number → case id."""
    with reading() as session:
        hours = Hours(calendar(session), ZoneInfo("Asia/Shanghai"))
        session.rollback()
    stories = [_story(keys, cast, hours, samples[n], n, seed, now) for n in range(len(samples))]
    plays = [stages.PLAYS[cast.regime.code](story) for story in stories]
    agenda = [(next(play), n) for n, play in enumerate(plays)]
    heapq.heapify(agenda)
    filed = 0
    while agenda and agenda[0][0] < now:
        _, n = heapq.heappop(agenda)
        before = stories[n].case_id
        when = next(plays[n], FAR)
        heapq.heappush(agenda, (when, n))
        if not before:
            filed += 1
            if filed % EVERY == 0:
                say(f"  {filed} / {len(samples)}")
    return {n: story.case_id for n, story in enumerate(stories)}


def _story(keys: Keys, cast: Cast, hours: Hours, sample: Sample, n: int, seed: int, now: dt.datetime) -> Story:
    rng = random.Random(f"{seed}:{n}:story")  # noqa: S311  made-up lives, no secrets
    days = rng.uniform(0, DAYS_BACK) if rng.random() < 0.8 else rng.uniform(0, STUCK_SINCE)
    received = now - dt.timedelta(days=days)
    if sample.channel in {"web", "email"}:  # any day, from morning to late evening
        local = received.astimezone(hours.zone).replace(hour=rng.randint(7, 22), minute=rng.randint(0, 59), second=0)
        received = min(local.astimezone(dt.UTC), now - dt.timedelta(minutes=rng.randint(5, 300)))
    else:
        received = hours.office(received - dt.timedelta(days=1), 0, rng)
    received = min(received, now - dt.timedelta(minutes=2)).replace(microsecond=0)
    stuck = ""
    if rng.random() < (0.35 if days < STUCK_SINCE else 0.02):
        stuck = rng.choice(stages.STEPS[cast.regime.code])
    return Story(cast, hours, keys, sample, received, rng, stuck)


def _settle(now: dt.datetime) -> None:
    """What was owed in the past counts as sent; the newest notices are left for the worker to send really."""
    wished = select(Complainant.case_id).where(Complainant.notify != "none")
    old = (OutboxRow.state == "queued", OutboxRow.created_at < now - FRESH)
    nobody = (OutboxRow.audience == "citizen", OutboxRow.case_id.not_in(wished))
    with work() as session:
        done = {"done_at": OutboxRow.created_at}
        session.execute(update(OutboxRow).where(*old, *nobody).values(state="dropped", outcome="nobody", **done))
        session.execute(update(OutboxRow).where(*old).values(state="sent", attempts=1, **done))


def _common_issues(
    book: Corpus, cast: Cast, samples: list[Sample], cases: dict[int, int], now: dt.datetime
) -> None:
    """R2.17: two published, one waiting for approval."""
