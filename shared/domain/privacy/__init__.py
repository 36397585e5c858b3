"""Privacy law as data: why personal data is used, on what ground, who sees it, how long it stays, when it goes."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.domain.errors import Refused

PARTS = ("identity", "content")
"""What retention erases: the identity first, the content later or with it."""
KINDS = ("copy", "correct", "erase")
"""What a citizen may ask for (个人信息保护法 45–47)."""
HOW = ("form", "page", "phone", "face", "letter")
_YEAR = 12


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Data):
    """A sentence in both languages of the pages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, locale: str) -> str:
        """The sentence in the page's language."""
        return self.en if locale.startswith("en") else self.zh


class Purpose(_Data):
    """One use of personal data (art. 17); `months` count from the end of the case, None where another rule says."""

    code: str
    part: Literal["draft", "identity", "content", "tombstone"]
    months: int | None = Field(default=None, ge=1, le=1200)
    consent: Literal["none", "asked", "separate"]
    name: Words
    why: Words
    ground: Words
    kinds: Words
    who: Words


class Notice(_Data):
    """The privacy notice of an institution."""

    request_days: int = Field(ge=1, le=60)
    backup_days: int = Field(ge=0, le=400)
    purpose: list[Purpose]

    @model_validator(mode="after")
    def _whole(self) -> Notice:
        for part in PARTS:
            if sum(p.part == part and p.months is not None for p in self.purpose) != 1:
                raise ValueError(f"part {part}: exactly one purpose says for how many months")
        if self.months["identity"] > self.months["content"]:
            raise ValueError("identity stays no longer than content")
        if len({p.code for p in self.purpose}) != len(self.purpose):
            raise ValueError("a purpose stands twice")
        return self

    @property
    def months(self) -> dict[str, int]:
        """How many months each part stays after the end of the case."""
        return {p.part: p.months for p in self.purpose if p.part in PARTS and p.months is not None}


def shipped() -> str:
    """The notice that comes with the program."""
    return (files("shared.domain.privacy") / "notice.toml").read_text(encoding="utf-8")


def parse(text: str) -> Notice:
    """Reads a notice; raises Refused('privacy_file', faults)."""
    try:
        return Notice.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Refused("privacy_file", faults=[str(error)]) from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise Refused("privacy_file", faults=faults) from error


@lru_cache(maxsize=32)
def of_text(text: str) -> Notice:
    """As `parse`, once per text."""
    return parse(text)


def expires_on(ended: dt.date, months: int) -> dt.date:
    """The first day on which a part of a case that ended on that day is to be erased."""
    n = ended.year * _YEAR + ended.month - 1 + months
    first = dt.date(n // _YEAR, n % _YEAR + 1, 1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return min(first.replace(day=min(ended.day, last.day)), last) + dt.timedelta(days=1)


def expired(notice: Notice, ended: dt.date, today: dt.date) -> Iterator[str]:
    """The parts of a case whose time has passed, identity first; where the content goes, the identity goes with it."""
    for part in PARTS:
        if expires_on(ended, notice.months[part]) <= today:
            yield part
