"""What a demo installation is filled with: believable complaints, drawn the same way from the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from itertools import cycle, islice

from shared.demo.shapes import Citizen, Corpus, Handling, Refusal, Sample, Story, load

__all__ = ["complaints", "load"]

MODES = {"named": 35, "confidential": 30, "anonymous": 30, "behalf": 5}
CHANNELS = {"web": 60, "phone": 20, "letter": 5, "visit": 10, "email": 3, "upper": 2}
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_TRIES = 60


def complaints(corpus: Corpus, n: int, seed: int) -> list[Sample]:
    """`n` complaints with distinct texts, the same for the same seed; each clustered story is told at most once."""
    rng = _rng(seed, "order")
    clustered = [story for cluster in corpus.clusters for story in cluster.stories]
    if len(clustered) * 4 > n:
        clustered = rng.sample(clustered, n // 4)
    told = rng.sample(corpus.stories, len(corpus.stories))
    drawn = [*clustered, *islice(cycle(told), n - len(clustered))]
    rng.shuffle(drawn)
    seen: set[str] = set()
    ways = zip(_quota(MODES, n, rng), _quota(CHANNELS, n, rng), strict=True)
    return [
        _sample(corpus, story, mode, channel, _rng(seed, i), seen)
        for i, (story, (mode, channel)) in enumerate(zip(drawn, ways, strict=True))
    ]


def _sample(corpus: Corpus, story: Story, mode: str, channel: str, rng: random.Random, seen: set[str]) -> Sample:
    values, text = _telling(corpus, story, mode, rng, seen)
    anonymous = mode == "anonymous"
    citizen = None if anonymous else _citizen(corpus, rng, values)
    agent = _citizen(corpus, rng, values) if mode == "behalf" else None
    reached = agent or citizen
    refusal = story.refusal
    return Sample(
        story=story.code,
        text=text,
        wish=_fill(story.wish, values, rng),
        happened=values["when"] if "{when}" in story.text else "",
        respondent=_fill(story.respondent, values, rng),
        category=story.category,
        unit=story.unit,
        severity=story.severity,
        mode=mode,
        channel=channel,
        notify="none" if reached is None else "email" if reached.email and channel in {"web", "email"} else "sms",
        citizen=citizen,
        agent=agent,
        relation=values["relation"] if agent else "",
        upper=rng.choice(corpus.upper) if channel == "upper" else None,
        cluster=story.cluster,
        questions=tuple(zip(story.ask, story.told, strict=True)),
        refusal=refusal and Refusal(refusal.reason, refusal.basis, _fill(refusal.go, values, rng), refusal.outside),
        handling=None if refusal else _handling(corpus, story, values, rng),
    )


def _telling(corpus: Corpus, story: Story, mode: str, rng: random.Random, seen: set[str]) -> tuple[dict[str, str], str]:
    slots = {**corpus.slots, **(story.slots or {}), "relation": corpus.citizens["relations"]}
    openings = corpus.phrases["opening"]
    if "{village}" not in story.text:
        openings += corpus.phrases["opening_from"]
    agent = rng.choice(corpus.citizens["behalf"]) if mode == "behalf" else ""
    for _ in range(_TRIES):
        values = {name: rng.choice(slots[name]) for name in sorted(slots)} | {"tail": f"{rng.randrange(10_000):04}"}
        words = rng.choice(openings) + story.text + rng.choice(corpus.phrases["closing"])
        body = _fill(words, values, rng)
        if body not in seen:
            seen.add(body)
            return values, _fill(agent, values, rng) + body
    raise ValueError(f"{story.code}: too few ways to tell it")


def _handling(corpus: Corpus, story: Story, values: Mapping[str, str], rng: random.Random) -> Handling:
    known = dict(values) | {
        "topic": story.topic,
        "finding": _fill(story.finding, values, rng),
        "fix": _fill(story.fix, values, rng),
        "unit_name": next(unit.name for unit in corpus.units if unit.code == story.unit),
        "phone": corpus.institution.phone,
    }

    def say(name: str) -> str:
        return _fill(rng.choice(corpus.phrases[name]), known, rng)

    return Handling(
        points=tuple(_fill(point, known, rng) for point in story.points),
        solution=say("solution"),
        opinion=say("opinion"),
        answer=say("answer"),
        phone_record=say("phone"),
        face_record=say("face"),
        plan=story.plan or say("plan"),
        cannot=story.cannot or say("cannot"),
        extension=say("extension"),
        good=say("good"),
        bad=say("bad"),
        again=say("again"),
        wrong_unit=story.wrong,
        return_reason=story.returned,
        co_units=story.co,
        co_reason=story.co_reason,
    )


def _citizen(corpus: Corpus, rng: random.Random, values: Mapping[str, str]) -> Citizen:
    names = corpus.citizens
    plain = rng.choice(names["surnames"]) + rng.choice(names["given"])
    tail = f"{rng.randrange(10_000):04}"
    return Citizen(
        name=rng.choice(names["special"]) if rng.random() < 0.05 else plain,
        phone=f"1390000{tail}",
        email=f"shimin{tail}@example.cn" if rng.random() < 0.3 else "",
        address=values["village"] + values["group"],
    )


def _fill(text: str, values: Mapping[str, str], rng: random.Random) -> str:
    return _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text).format_map(values)


def _quota(shares: Mapping[str, int], n: int, rng: random.Random) -> list[str]:
    total = sum(shares.values())
    drawn = [code for code, share in shares.items() for _ in range(n * share // total)]
    drawn += rng.choices(list(shares), weights=list(shares.values()), k=n - len(drawn))
    rng.shuffle(drawn)
    return drawn


def _rng(seed: int, part: str | int) -> random.Random:
    return random.Random(f"{seed}:{part}")  # noqa: S311 - made-up texts, no secrets
