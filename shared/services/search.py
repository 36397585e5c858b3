"""The search index over what the office may read: pairs of characters, for Chinese has no spaces.

FTS5 on SQLite, a GIN index over text[] on PostgreSQL; both find two-character words, and neither needs an extension.
Nothing of the complainant's identity or contact is ever put in.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ColumnElement, bindparam, text
from sqlalchemy.orm import Session

from shared.models.case import Case

_KEEP = re.compile(r"[^\w]+")
LONGEST = 60


def grams(words: str) -> list[str]:
    """The pairs of neighbouring characters, folded in width and case, in order and without repetition."""
    folded = unicodedata.normalize("NFKC", words).lower()
    pairs: dict[str, None] = {}
    for run in _KEEP.split(folded):
        pairs.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
        if len(run) == 1:
            pairs[run] = None
    return list(pairs)


def _postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def put(session: Session, case_id: int, *words: str) -> None:
    """Indexes a new case."""
    found = grams("\n".join(words))
    if _postgresql(session):
        session.execute(
            text("insert into case_text (case_id, grams) values (:id, :grams)"), {"id": case_id, "grams": found}
        )
    else:
        session.execute(
            text("insert into case_text (rowid, grams) values (:id, :grams)"), {"id": case_id, "grams": _words(found)}
        )


def drop(session: Session, case_id: int, *words: str) -> None:
    """Takes a case out of the index; the words are those it was put in with, for FTS5 keeps no copy to look them up."""
    if _postgresql(session):
        session.execute(text("delete from case_text where case_id = :id"), {"id": case_id})
    else:
        gone = _words(grams("\n".join(words)))
        sql = "insert into case_text (case_text, rowid, grams) values ('delete', :id, :grams)"
        session.execute(text(sql), {"id": case_id, "grams": gone})


def _words(pairs: list[str]) -> str:
    """FTS5 cuts at spaces only: each pair is written in hex, so that no tokenizer has an opinion on it."""
    return " ".join(p.encode("utf-16-be").hex() for p in pairs)


def matches(session: Session, needle: str) -> ColumnElement[bool] | None:
    """The condition that a case holds every pair of the needle; None where there is nothing to look for.

    A needle is cut at 60 characters. A text that has all pairs, but not side by side, matches too.
    """
    pairs = grams(needle[:LONGEST])
    if not pairs:
        return None
    if _postgresql(session):
        clause = text('"case".id in (select case_id from case_text where grams @> :pairs)')
        return clause.bindparams(bindparam("pairs", pairs))  # type: ignore[return-value]  # a text condition is one
    query = " AND ".join(f'"{word}"' for word in _words(pairs).split())
    clause = text('"case".id in (select rowid from case_text where case_text match :query)')
    return clause.bindparams(bindparam("query", query))  # type: ignore[return-value]  # a text condition is one


def similar(session: Session, case: Case, limit: int = 200) -> list[int]:
    """Ids of cases of the institution that share a telling pair of characters with this one, newest first."""
    pairs = grams(f"{case.respondent}\n{case.story}")[:40]
    if not pairs:
        return []
    if _postgresql(session):
        sql = (
            'select c.id from case_text t join "case" c on c.id = t.case_id '
            "where t.grams && :pairs and c.institution_id = :inst and c.id <> :id order by c.id desc limit :n"
        )
        parameters = {"pairs": pairs, "inst": case.institution_id, "id": case.id, "n": limit}
    else:
        sql = (
            'select c.id from case_text t join "case" c on c.id = t.rowid '
            "where t.grams match :query and c.institution_id = :inst and c.id <> :id order by c.id desc limit :n"
        )
        query = " OR ".join(f'"{word}"' for word in _words(pairs).split())
        parameters = {"query": query, "inst": case.institution_id, "id": case.id, "n": limit}
    return list(session.scalars(text(sql), parameters))
