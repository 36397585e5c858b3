"""The papers of a case's file, of every kind, read in one statement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Integer, String, Text, bindparam, case, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from shared.db import UtcDateTime
from shared.models.answer import Answer, Decision, Note
from shared.models.case_field import CaseField
from shared.models.case_track import CaseTrack
from shared.models.extension import Extension
from shared.models.question import Question
from shared.models.rating import Rating
from shared.models.slip import EvidenceRequest
from shared.sealed import Sealed, carried, read


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the file; what `code`, `more` and `rest` hold is said where each kind is read, below."""

    kind: str
    id: int
    at: dt.datetime
    by_id: int | None
    code: str
    text: str
    more: str
    rest: str
    day: dt.date | None
    until: dt.date | None
    then: dt.datetime | None
    unit_id: int | None
    round: int | None


_NO_TEXT, _NO_ID = literal("", String()), cast(null(), Integer)
_NO_DAY, _NO_TIME = cast(null(), Date), cast(null(), UtcDateTime())


def _part(kind: str, table: Any, at: Any, **given: Any) -> tuple[Any, str, dict[str, str]]:
    """One kind of paper in the columns that all kinds share, and which of them are sealed."""
    blank: dict[str, Any] = {
        "by_id": _NO_ID,
        "code": _NO_TEXT,
        "text": _NO_TEXT,
        "more": _NO_TEXT,
        "rest": _NO_TEXT,
        "day": _NO_DAY,
        "until": _NO_DAY,
        "then": _NO_TIME,
        "unit_id": _NO_ID,
        "round": _NO_ID,
    }
    columns = {k: carried(c) if isinstance(c.type, Sealed) else c for k, c in {**blank, **given}.items()}
    head = [literal(kind, String()).label("kind"), table.id.label("id"), at.label("at")]
    places = {k: c.type.place for k, c in given.items() if isinstance(c.type, Sealed)}
    row = select(*head, *(cast(c, Text).label(k) if k in _TEXTS else c.label(k) for k, c in columns.items()))
    return row, kind, places


_TEXTS = {"code", "text", "more", "rest"}


def papers_of(session: Session, case_id: int) -> list[Paper]:
    """Fields, decisions, questions, answers, ratings, notes, extensions, evidence, tracks, in one statement."""
    query, places = _question()
    rows = [_opened(Paper(*row), places) for row in session.execute(query, {"of_case": case_id})]
    return sorted(rows, key=lambda p: (p.at, p.kind, p.id))


@lru_cache(maxsize=1)
def _question() -> tuple[Any, dict[str, dict[str, str]]]:
    """The statement, and which columns of which kind are sealed: writing it anew costs more than running it."""
    d, q, a, r, n, x, e = Decision, Question, Answer, Rating, Note, Extension, EvidenceRequest
    f = CaseField  # code is the step, text the answers as JSON, unit_id the slip that it was filled for
    t = CaseTrack  # code is the trigger, text the track, more the post, then when it ended
    fate = case((q.answered_at.is_not(None), "answered"), (q.lapsed_at.is_not(None), "lapsed"), else_="open")
    parts = [
        _part("field", f, f.at, by_id=f.by_id, code=f.step, text=f.answers, unit_id=f.slip_id),
        _part("decision", d, d.at, by_id=d.by_id, code=d.kind, text=d.reason, more=d.basis, rest=d.redirect),
        _part(
            "question",
            q,
            q.asked_at,
            by_id=q.asked_by,
            code=fate,
            text=q.text,
            more=q.answer,
            day=q.due_day,
            then=q.answered_at,
        ),
        _part(
            "answer",
            a,
            a.at,
            by_id=a.by_id,
            code=a.means,
            text=a.text,
            more=a.record,
            rest=a.satisfaction,
            unit_id=a.by_unit_id,
            round=a.round,
        ),
        _part("rating", r, r.at, code=r.level, text=r.comment, more=r.rehandle, rest=r.by, round=r.round),
        _part("note", n, n.at, by_id=n.by_id, text=n.text),
        _part(
            "extension",
            x,
            x.asked_at,
            by_id=x.asked_by,
            code=x.state,
            text=x.reason,
            more=x.comment,
            rest=x.limit_id,
            day=x.old_day,
            until=x.new_day,
            then=x.decided_at,
        ),
        _part(
            "evidence",
            e,
            e.asked_at,
            by_id=e.asked_by,
            text=e.wanted,
            more=e.given,
            day=e.due_day,
            then=e.given_at,
            unit_id=e.unit_id,
        ),
    ]
    parts.append(_part("track", t, t.at, code=t.cause, text=t.what, more=t.post, then=t.left_at))
    tables: tuple[Any, ...] = (f, d, q, a, r, n, x, e, t)
    of_case: Any = bindparam("of_case")
    query = union_all(*(row.where(of.case_id == of_case) for (row, *_), of in zip(parts, tables, strict=True)))
    return query, {kind: places for _, kind, places in parts}


def _opened(paper: Paper, places: dict[str, dict[str, str]]) -> Paper:
    words: dict[str, Any] = {name: read(place, getattr(paper, name)) for name, place in places[paper.kind].items()}
    return replace(paper, **words)
