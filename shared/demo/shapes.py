"""The shapes of a made-up institution and its complaints, and how they are read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Institution:
    """Names, contacts, footer and numbering; the fields of the row of the same name."""

    slug: str
    name: str
    office_name: str
    phone: str
    address: str
    hours: str
    email: str
    register_prefix: str
    slip_prefix: str
    sms_sign: str
    intro: str
    footer: Mapping[str, str]
    redirects: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A handling unit with its sections."""

    code: str
    name: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a unit; `office` is the supervisory office itself, `section` is empty for the whole unit."""

    unit: str
    role: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff and the roles held."""

    username: str
    name: str
    title: str
    roles: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it cannot be heard, on what basis, where to go, and the outside body it may be sent to."""

    reason: str
    basis: str
    go: str
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A template: a complaint with slots, and what is found and done about it."""

    code: str
    category: str
    unit: str
    topic: str
    respondent: str
    text: str
    wish: str
    severity: str = ""
    points: tuple[str, ...] = ()
    finding: str = ""
    fix: str = ""
    plan: str = ""
    cannot: str = ""
    wrong: str = ""
    returned: str = ""
    co: tuple[str, ...] = ()
    co_reason: str = ""
    ask: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    refusal: Refusal | None = None
    cluster: str = ""
    slots: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A common issue (R2.17): alike stories and the announcement; `stage` is published or awaiting."""

    code: str
    stage: str
    category: str
    unit: str
    title: str
    problem: str
    improvement: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Upper:
    """A body that sends cases down, with its own deadline in days."""

    name: str
    days: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that is known of one made-up institution."""

    regime: str
    institution: Institution
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    stories: tuple[Story, ...]
    clusters: tuple[Cluster, ...]
    upper: tuple[Upper, ...]
    slots: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    citizens: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented person; `email` may be empty."""

    name: str
    phone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class Handling:
    """What staff and citizen write later on; a return and co-handling only where the story has them."""

    points: tuple[str, ...]
    solution: str
    opinion: str
    answer: str
    phone_record: str
    face_record: str
    plan: str
    cannot: str
    extension: str
    good: str
    bad: str
    again: str
    wrong_unit: str
    return_reason: str
    co_units: tuple[str, ...]
    co_reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One complaint; `citizen` is empty for anonymous ones, `agent` is who writes on behalf of the citizen.

    `unit` is who should handle it. Exactly one of `handling` and `refusal` is given.
    `questions` are pairs of what staff ask and what the citizen answers.
    """

    story: str
    text: str
    wish: str
    happened: str
    respondent: str
    category: str
    unit: str
    severity: str
    mode: str
    channel: str
    notify: str
    citizen: Citizen | None
    agent: Citizen | None
    relation: str
    upper: Upper | None
    cluster: str
    questions: tuple[tuple[str, str], ...]
    refusal: Refusal | None
    handling: Handling | None


def load(name: str) -> Corpus:
    """The corpus of `township` or `county`."""
    raw = tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))
    relations = {key: raw["citizens"][key] for key in ("surnames", "given", "special", "relations", "behalf")}
    place = raw["institution"]
    return Corpus(
        regime=raw["regime"],
        institution=Institution(**place | {"redirects": tuple(place["redirects"])}),
        units=tuple(Unit(u["code"], u["name"], tuple(u["sections"])) for u in raw["units"]),
        people=tuple(Person(**p | {"roles": tuple(Grant(**g) for g in p["roles"])}) for p in raw["people"]),
        stories=tuple(_story(s) for s in raw["stories"]),
        clusters=tuple(_cluster(c) for c in raw.get("clusters", ())),
        upper=tuple(Upper(**u) for u in raw["upper"]),
        slots=_lists(raw["slots"]),
        phrases=_lists(raw["phrases"]),
        citizens=_lists(relations),
    )


def _lists(table: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(items) for name, items in table.items()}


def _story(raw: dict[str, Any]) -> Story:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    if "refusal" in raw:
        fields["refusal"] = Refusal(**raw["refusal"])
    if "slots" in raw:
        fields["slots"] = _lists(raw["slots"])
    return Story(**fields)


def _cluster(raw: dict[str, Any]) -> Cluster:
    head = {name: raw[name] for name in ("code", "stage", "category", "unit", "title", "problem", "improvement")}
    shared = ("category", "unit", "severity", "topic", "respondent", "points", "finding", "fix")
    common = {name: raw[name] for name in shared} | {"cluster": raw["code"]}
    stories = (_story(common | story | {"code": f"{raw['code']}-{i:02}"}) for i, story in enumerate(raw["stories"], 1))
    return Cluster(**head, stories=tuple(stories))
