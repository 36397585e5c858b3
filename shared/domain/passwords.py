"""What a staff password must be, by the profile that the installation follows (ASVS 6.2, 等保三级 身份鉴别)."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from shared.domain.errors import Refused
from shared.domain.throttle import Lock

LONGEST = 200
KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "1qaz2wsx3edc4rfv5tgb6yhn")
_WORDS = (
    "password passw0rd p@ssword p@ssw0rd letmein welcome iloveyou admin administrator root system security auditor "
    "huiyin woaini woaini1314 dearbook monkey dragon football baseball master shadow superman michael princess "
    "sunshine login guest test demo default changeme secret qwerty asdf zxcv abc china zhongguo beijing shanghai "
    "tousu jubao xinfang jiancha zhengfu zhengwu gongwu mima nihao wang zhang "
    "correcthorsebatterystaple trustno1 whatever starwars freedom computer internet pa55word"
)
KNOWN = frozenset(_WORDS.split())
"""Words that guessing programs try first, among them those of this trade; digits and signs around them are ignored."""
AROUND = "0123456789!@#$%^&*._- "


@cache
def common() -> frozenset[str]:
    """The commonest passwords, folded; where they come from stands beside them (ASVS 6.2.4)."""
    packed = (files(__package__) / "common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().splitlines())


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of rules: `shortest` with the password alone, `shortest_with` where a second factor is asked for too."""

    code: str
    shortest: int
    shortest_with: int
    kinds: int
    max_age: dt.timedelta | None
    lock: Lock | None
    sessions: int
    """How many sign-ins of one person may stand at once; a further one ends the one that was idle longest."""
    keeps: dt.timedelta
    """How long the security record is kept: half a year at least (网络安全法)."""
    leaked: Callable[[str], bool] | None = field(default=None, compare=False)
    """Whether a password is known to have leaked, where the installation keeps a file of such."""

    def least(self, strong: bool) -> int:
        """How many characters a password has at least."""
        return self.shortest_with if strong else self.shortest

    def too_old(self, set_at: dt.datetime, now: dt.datetime) -> bool:
        """Whether a password set then must be changed by now."""
        return self.max_age is not None and now - set_at >= self.max_age


NIST = Profile("nist", 15, 8, 1, None, None, 10, dt.timedelta(days=184))
"""NIST SP 800-63B: length and a list of known words; no composition, no change without a reason, a growing wait."""
MLPS3 = Profile("mlps3", 12, 10, 3, dt.timedelta(days=90), Lock(5, dt.timedelta(minutes=30)), 1, dt.timedelta(days=366))
"""GB/T 22239-2019 §8.1.4.1: kinds of characters, regular change, a lock after failed tries."""
PROFILES = {p.code: p for p in (NIST, MLPS3)}


def check(profile: Profile, password: str, *, strong: bool, about: Iterable[str] = ()) -> None:
    """Raises Refused('password_short', n), Refused('password_long'), Refused('password_kinds', n) or 'password_known'.

    `strong` says that a second factor is asked for too; `about` are the person's own name, user name and the like.
    """
    folded = unicodedata.normalize("NFKC", password)
    least = profile.least(strong)
    if len(folded) < least:
        raise Refused("password_short", field="new", n=least)
    if len(folded) > LONGEST:
        raise Refused("password_long", field="new", n=LONGEST)
    if sum(bool(re.search(kind, folded)) for kind in KINDS) < profile.kinds:
        raise Refused("password_kinds", field="new", n=profile.kinds)
    if easily_guessed(folded, about) or (profile.leaked is not None and profile.leaked(folded)):
        raise Refused("password_known", field="new")


def easily_guessed(password: str, about: Iterable[str] = ()) -> bool:
    """Whether it is a known word, a common password, the person's own name, one thing repeated or a run of keys.

    Digits and signs around a word are ignored.
    """
    plain = password.casefold()
    letters = re.sub(r"[\W\d_]+", "", plain)
    own = {word.casefold() for word in about if len(word) >= 2}
    if letters in KNOWN | own or plain in own or plain.strip(AROUND) in KNOWN | own:
        return True
    if plain in common() or plain.strip(AROUND) in common():
        return True
    return len(set(plain)) < 5 or _repeated(plain) or _run(plain)


def _repeated(text: str) -> bool:
    """abcabcabc: a piece of at most half its length, again and again."""
    return (text + text).find(text, 1) <= len(text) // 2


def _run(text: str) -> bool:
    """Mostly runs of three and more along the alphabet, a row of keys or the digits, in either direction."""
    rows = [r for one in ROWS for r in (one * 2, (one * 2)[::-1])]
    at = in_runs = 0
    while at < len(text):
        length = max((n for n in range(3, len(text) - at + 1) if any(text[at : at + n] in r for r in rows)), default=0)
        in_runs += length
        at += max(length, 1)
    return in_runs * 3 >= len(text) * 2
