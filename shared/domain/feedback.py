"""How the result reaches whoever complained, and where those who disagree may go."""

from __future__ import annotations

from shared.domain.regimes import Regime
from shared.domain.regimes.citizen import Appeal

MEANS = ("online", "email", "letter", "phone", "face")
_OWN = {
    "web": "online",
    "wechat": "online",
    "weibo": "online",
    "email": "email",
    "phone": "phone",
    "letter": "letter",
    "fax": "letter",
    "upper": "letter",
    "referral": "letter",  # R25.04: in writing to whoever sent it
    "visit": "face",
    "internal": "face",
}


def own_means(channel: str) -> str:
    """The way back along the channel by which a complaint came; '' where it has none, as a letter box."""
    return _OWN.get(channel, "")


def needs_reason(book: Regime, channel: str, means: str) -> bool:
    """Whether an answer by this means leaves the channel that the rule book holds it to (R9.06, R17.07)."""
    rule = next((one for one in book.channel_rules if one.code == channel), None)
    held = bool(book.feedback and book.feedback.same_channel) or (rule is not None and rule.reply_by == "same")
    own = own_means(channel)
    return held and own != "" and means != own


def asks_opinion(book: Regime, means: str) -> bool:
    """Whether somebody who is told face to face and signs also says how content they are (R20.05)."""
    said = book.feedback
    return means == "face" and said is not None and said.signature_face and said.satisfaction


def published(book: Regime, channel: str) -> bool:
    """Whether the result of what came by this channel is told on the platform, without names (R9.06)."""
    held = {one.code for one in book.channel_rules if one.reply_by == "publish"}
    return channel in held if held else any(one.code == "results" for one in book.notices)  # R16.03: all of them


def publishes(book: Regime) -> bool:
    """Whether the results of any channel are told."""
    return any(published(book, channel) for channel in book.channels)


def review(book: Regime) -> Appeal | None:
    """The review by the same body that a complainant may ask for, in the rule book's own name (R14.04, R17.08)."""
    return next((one for one in book.appeals if one.who == "complainant" and one.inside), None)


def ways_out(book: Regime) -> list[Appeal]:
    """Where else a complainant who disagrees may go."""
    return [one for one in book.appeals if one.who == "complainant" and not one.inside]


def review_days(book: Regime) -> int:
    """For how many days after the answer a complainant may ask to be heard again."""
    asked = review(book)
    return asked.days if asked is not None and asked.days is not None else book.reopen.days
