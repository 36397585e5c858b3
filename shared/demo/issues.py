"""R2.17 in the demo: a common issue drafted by the intake, approved by the chief, published, or waiting for it."""

from __future__ import annotations

import datetime as dt

from shared.db import FAR
from shared.demo.parts import Part
from shared.demo.shapes import Cluster
from shared.demo.story import Story
from shared.domain.lifecycle import Role
from shared.services import common_issues
from shared.services.common_issues import Words


def common_issue(cluster: Cluster, stories: list[Story], now: dt.datetime, days_ago: int) -> Part:
    """Drawn from the cases of a cluster, so many days ago."""
    first = stories[0]
    cast, keys = first.cast, first.keys
    at = first.hours.office(now - dt.timedelta(days=days_ago + 1), 0, first.rng)
    yield at
    words = Words(cluster.title, cluster.problem, cluster.improvement)
    issue = common_issues.save(None, cast.who(Role.INTAKE), at, words, [story.case_id for story in stories])
    common_issues.submit(issue, cast.who(Role.INTAKE), at, keys)
    at = first.hours.office(at, 1, first.rng) if cluster.stage == "published" else FAR
    yield at
    common_issues.decide(issue, cast.who(Role.CHIEF), at, keys, approved=True)
    at += dt.timedelta(minutes=1)
    yield at
    common_issues.publish(issue, at)
    return at
