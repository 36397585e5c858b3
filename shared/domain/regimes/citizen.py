"""What the complainant hears and can do: feedback, hearing again, appeal, return visits, surveys, publication."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.domain.regimes.base import Cited, Data, Named, Row, Share


class FeedbackRule(Cited):
    """How the result reaches the complainant."""

    same_channel: bool = False
    """R17.07: by the channel it came by; another needs a reason."""
    signature_face: bool = False
    """R2.16, R20.05: who is told face to face signs."""
    phone_record: bool = False
    read_back: bool = False
    """R20.01: what was said on the phone is read back and confirmed."""
    satisfaction: bool = False
    until_satisfied: bool = False
    """R1.09, R26.05: goes on until the complainant is content."""
    promise: bool = False
    """R20.01: a day is named when it is taken in."""
    written: bool = False
    """R25.04: in writing to whoever sent it."""
    text: str = ""


class ReopenRule(Data):
    """How long and how often a dissatisfied citizen is heard again by the same office."""

    days: int
    times: int | None = None
    """None: no cap in the source (R1.09: 直到用户满意为止)."""
    row: Row
    quote: str = ""


class Appeal(Cited):
    """Where somebody who disagrees may go: the complainant (R14.04, R17.08) or punished staff (R3.09)."""

    code: str
    name: str
    who: Literal["complainant", "staff"] = "complainant"
    inside: bool = True
    to: str = ""
    days: int | None = None
    answer_days: int | None = None


Way = Literal["phone", "form", "face", "key", "online"]
"""How somebody is asked: by phone, on a form, at the door, a key customer at home (R25.08), or on the own page."""


class Ask(Data):
    """One question of a return visit in the rule book's words, and what kind of answer it takes."""

    text: str
    kind: Literal["level", "advice", "still", "score"] = "advice"
    """How content one is, what else one has to say, whether the problem is still there (R7.05), a score (R8.01)."""


class Visit(Cited):
    """A return visit after the end (R7.05, R9.14)."""

    role: str
    all: bool = True
    share: Share | None = None
    """Of the closed cases, where not all are visited; neither: whom the office picks."""
    ways: list[Way] = ["phone", "face", "online"]
    """With `online`, a citizen who has rated the answer well on the own page need not be asked again."""
    asks: list[Ask] = []
    reopens: bool = False
    """Whoever is dissatisfied is heard again at once."""
    key_class: str = ""
    """The class of key customers, who are served at the door on days off as well (W1.05)."""
    same_unit: bool = False
    """R7.05: by the unit that handled it before."""


class Survey(Cited):
    """Questions with a score each (R8.01)."""

    code: str
    name: str
    items: list[Named] = Field(min_length=1)
    scale: int = Field(5, ge=2, le=10)
    cadence: str = ""
    ways: list[Way] = ["online", "form", "phone", "face"]


class PublicationRule(Data):
    """Common issues: the least number of complainants and the row that calls for publication."""

    least: int = Field(ge=5)
    row: Row
    quote: str = ""


class Notice(Named):
    """Something that has to be public: a contact page, results without names (R9.06, R10.03)."""

    where: str = ""


class Protection(Named):
    """A duty of confidence: from whom what is kept."""

    against: list[str] = []
