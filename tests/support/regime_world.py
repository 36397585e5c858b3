"""A world for a rule book's tests, made from its file alone: one person for each of its own roles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app

from shared.demo import small
from shared.demo.cast import Cast
from shared.demo.consented import consented
from shared.domain.regimes import Regime
from shared.domain.visibility import Actor
from shared.services import answers, decisions, intake, officer_keys, replies, slips
from shared.services.answers import Told
from shared.services.intake import Complaint, Receipt
from shared.services.replies import Proposal
from tests.support import world as w

MONDAY = w.MONDAY
STORY = "我在这里遇到的事情说了两次都没有人处理，希望你们看一看，告诉我怎么办。"
SOLVED = Proposal("solved", "已经当面道歉并改正。", "已经改正，今后每周检查。")
TOLD = Told("phone", "已经改正，谢谢您告诉我们。", record="来电人表示满意。", satisfaction="good")


@dataclass
class RegimeWorld:
    """The made-up institution: `actor("dept_head")` by the rule book's role, `unit(0)` by its place in [sample]."""

    cast: Cast

    @property
    def book(self) -> Regime:
        return self.cast.regime

    @property
    def usernames(self) -> dict[str, str]:
        """How each of them signs in, by the rule book's role."""
        slug = self.book.sample.slug if self.book.sample else ""
        return {role: f"{slug}-{role}".replace("_", "-")[:40] for role in self.cast.actors}

    def actor(self, role: str) -> Actor:
        return self.cast.actors[role]

    def unit(self, n: int = 0) -> int:
        return self.cast.units[f"u{n}"]

    def as_(self, role: str, unit: int | None = None) -> Actor:
        """Whoever acts in a role of the product: as_("intake"), as_("signer", 0)."""
        from shared.domain.lifecycle import Role

        return self.cast.who(Role(role), "" if unit is None else f"u{unit}")

    def file_case(self, app: Flask, now: dt.datetime = MONDAY, **more: Any) -> Receipt:
        channel = next(one for one in ("phone", "letter") if one in self.book.channels)
        facts = {"mode": "anonymous", "story": STORY, "respondent": "某单位", "channel": channel, **more}
        keys = app.extensions["huiyin"].keys
        return intake.file(keys, self.cast.institution_id, Complaint(**facts), now, actor=self.as_("intake"))

    def accepted(self, app: Flask, now: dt.datetime = MONDAY, severity: str = "", **more: Any) -> int:
        case_id = self.file_case(app, now, **more).case_id
        self.accept(case_id, now, severity=severity)
        return case_id

    def accept(self, case_id: int, now: dt.datetime = MONDAY, category: str = "", severity: str = "") -> None:
        category = category or self.book.categories[0].code
        severity = severity or self.book.default_severity or ""
        consented(self.cast, case_id, "accept", now)
        decisions.accept(case_id, self.as_("intake"), now, category=category, severity=severity)

    def transferred(self, app: Flask, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
        case_id = self.accepted(app, now, **more)
        consented(self.cast, case_id, "transfer", now)
        call = dict(unit_id=self.unit(), points="请逐项查明", text=STORY)
        return case_id, slips.transfer(case_id, self.as_("dispatcher"), now, **call)

    def signed(self, app: Flask, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
        case_id, slip_id = self.transferred(app, now, **more)
        slips.sign(slip_id, self.as_("signer", 0), now)
        slips.assign_section(slip_id, self.as_("director", 0), now, section_id=self.unit())
        return case_id, slip_id

    def replied(self, app: Flask, now: dt.datetime = MONDAY, **more: Any) -> tuple[int, int]:
        case_id, slip_id = self.signed(app, now, **more)
        writer = self.as_("handler", 0)
        replies.submit(slip_id, writer, now, SOLVED)
        heads = [a for a in self.cast.everybody("unit_head", "u0") if a.person_id != writer.person_id]
        replies.decide(slip_id, heads[0], now, approved=True)
        replies.hand_in(slip_id, self.as_("signer", 0), now)
        return case_id, slip_id

    def answered(self, app: Flask, now: dt.datetime = MONDAY, **more: Any) -> int:
        case_id, _ = self.replied(app, now, **more)
        consented(self.cast, case_id, "feed_back", now)
        answers.feed_back(case_id, self.as_("intake"), now, replace(TOLD, why_means="来信人希望用电话听答复。"))
        return case_id


def of(code: str) -> RegimeWorld:
    """The institution of a rule book, in an empty database; inside an application context."""
    if not w._calendar_loaded():
        w.calendars.load_years((w.ROOT / "shared/domain/calendars/cn.csv").read_text(encoding="utf-8"), MONDAY)
    cast = small.engage(code, MONDAY, w._hash())
    keys = current_app.extensions["huiyin"].keys
    pair = w._pair(keys)
    officer_keys.enrol(keys, dict.fromkeys(officer_keys.officers_of(cast.institution_id), pair), MONDAY)
    return RegimeWorld(cast)
