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
from shared.demo.pictures import Camera
from shared.demo.shapes import Corpus, Sample
from shared.demo.story import Story
from shared.domain.lifecycle import Role
from shared.models.common_issue import CommonIssue, CommonIssueCase
from shared.models.complainant import Complainant
from shared.models.institution import Institution
from shared.models.outbox import OutboxRow
from shared.services.calendars import calendar

HOUSES = (("township", 400, 7), ("county", 40, 11))
"""Which corpora, how many complaints, and the seed."""
DAYS_BACK = 182
STUCK_SINCE = {"R2": 24, "R5": 75}  # days: whatever is older has been dealt with, but for a handful
FRESH = dt.timedelta(hours=20)
EVERY = 50


def fill(
    keys: Keys, now: dt.datetime, say: Callable[[str], None], *, share: float = 1, camera: Camera | None = None
) -> bool:
    """Fills an empty database, with a share of the complaints where asked; False where there is something already."""
    with reading() as session:
        if session.scalar(select(func.count()).select_from(Institution)):
            return False
        hours = Hours(calendar(session), ZoneInfo("Asia/Shanghai"))
        session.rollback()
    for name, number, seed in HOUSES:
        book = corpus.load(name)
        cast = engage(book, now)
        say(f"  {book.institution.name}：{len(book.units)} 个单位，{len(book.people)} 名工作人员")
        ages = {c.code: 40 - 16 * n if c.stage == "published" else 2 for n, c in enumerate(book.clusters)}
        samples = corpus.complaints(book, max(1, round(number * share)), seed)
        stories = [_story(cast, hours, keys, s, f"{seed}:{n}", now, ages.get(s.cluster, 0)) for n, s in enumerate(samples)]
        for story in stories:
            story.camera = camera
        play(stories, now, say)
        _common_issues(book, cast, stories, ages, now)
    _settle(now)
    return True


def play(stories: list[Story], now: dt.datetime, say: Callable[[str], None]) -> None:
    """Plays the stories side by side in the order of time, up to now."""
    plays = [stages.PLAYS[story.cast.regime.code](story) for story in stories]
    agenda = [(next(play), n) for n, play in enumerate(plays)]
    heapq.heapify(agenda)
    filed = 0
    while agenda and agenda[0][0] < now:
        _, n = heapq.heappop(agenda)
        new = not stories[n].case_id
        heapq.heappush(agenda, (next(plays[n], FAR), n))
        filed += new
        if new and filed % EVERY == 0:
            say(f"  {filed} / {len(stories)}")


def _story(
    cast: Cast, hours: Hours, keys: Keys, sample: Sample, seed: str, now: dt.datetime, at_least: int
) -> Story:
    """One complaint at its place in the past half year, at least so many days ago."""
    rng = random.Random(f"{seed}:story")  # noqa: S311  made-up lives, no secrets
    recent = STUCK_SINCE[cast.regime.code]
    days = rng.uniform(0, DAYS_BACK if rng.random() < 0.8 else recent)
    if at_least:
        days = rng.uniform(at_least + 3, DAYS_BACK)
    received = now - dt.timedelta(days=days)
    if sample.channel in {"web", "email"}:  # any day, from morning to late evening
        local = received.astimezone(hours.zone).replace(hour=rng.randint(7, 22), minute=rng.randint(0, 59), second=0)
        received = min(local.astimezone(dt.UTC), now - dt.timedelta(minutes=rng.randint(5, 300)))
    else:
        received = hours.office(received - dt.timedelta(days=1), 0, rng)
    received = min(received, now - dt.timedelta(minutes=2)).replace(microsecond=0)
    stuck = _stops(cast, sample, rng) if rng.random() < (0.35 if days < recent else 0.02) else ""
    return Story(cast, hours, keys, sample, received, rng, stuck)


def _stops(cast: Cast, sample: Sample, rng: random.Random) -> str:
    """At which step nobody goes on; a returned slip and a helping unit are rare, so they come first."""
    handling = sample.handling
    if handling and handling.wrong_unit and rng.random() < 0.7:
        return "return"
    if handling and handling.co_units and rng.random() < 0.6:
        return rng.choice(("co", "help"))
    return rng.choice(stages.STEPS[cast.regime.code])


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
    book: Corpus, cast: Cast, stories: list[Story], ages: dict[str, int], now: dt.datetime
) -> None:
    """R2.17: what several complained about, drafted by the intake, published by the chief or waiting for it."""
    for cluster in book.clusters:
        chosen = [story for story in stories if story.sample.cluster == cluster.code and story.case_id]
        if not chosen:
            continue
        published, hours, rng = cluster.stage == "published", chosen[0].hours, chosen[0].rng
        drafted = hours.office(now - dt.timedelta(days=ages[cluster.code] + 1), 0, rng)
        decided = hours.office(drafted, 1, rng) if published else None
        with work() as session:
            issue = CommonIssue(
                institution_id=cast.institution_id,
                state="published" if published else "submitted",
                title=cluster.title,
                problem=cluster.problem,
                improvement=cluster.improvement,
                category=cluster.category,
                complainants=len(chosen) if published else 0,
                drafted_by=cast.who(Role.INTAKE).person_id or 0,
                drafted_at=drafted,
                decided_by=cast.who(Role.CHIEF).person_id if published else None,
                decided_at=decided,
                published_at=decided,
            )
            session.add(issue)
            session.flush()
            session.add_all(CommonIssueCase(common_issue_id=issue.id, case_id=story.case_id) for story in chosen)
