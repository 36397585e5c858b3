"""The search index over what the office may read: pairs of characters, for Chinese has no spaces.

FTS5 on SQLite, a GIN index over text[] on PostgreSQL; both find two-character words, and neither needs an extension.
The index holds keyed hashes of the pairs in the order of the hashes: without the institution's key it tells no word.
Nothing of the complainant's identity or contact is ever put in.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import ColumnElement, bindparam, select, text
from sqlalchemy.orm import Session

from shared import sealed
from shared.models.case import Case
from shared.models.corrective import CorrectiveAction
from shared.models.institution import Institution

_KEEP = re.compile(r"[^\w]+")
LONGEST = 60
HASH_BYTES = 4
"""Short: a false match among four thousand million shows one line too many, and says less to whoever steals it."""


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


def put(session: Session, case: Case) -> None:
    """Indexes a new case."""
    put_words(session, case.institution_id, case.id, *_words_of(case))


def add_action(session: Session, case: Case, action: CorrectiveAction) -> None:
    """Indexes the case once more, with an action that is ordered because of it (R1.07: 以便跟踪检索)."""
    drop(session, case)
    session.add(action)
    session.flush()
    put_words(session, case.institution_id, case.id, *_all_words(session, case))


def put_words(session: Session, institution_id: int, case_id: int, *words: str) -> None:
    """Indexes the words of a case."""
    found = blind(_key(session, institution_id), grams("\n".join(words)))
    if _postgresql(session):
        session.execute(
            text("insert into case_text (case_id, grams) values (:id, :grams)"), {"id": case_id, "grams": found}
        )
    else:
        session.execute(
            text("insert into case_text (rowid, grams) values (:id, :grams)"),
            {"id": case_id, "grams": " ".join(found)},
        )


def drop(session: Session, case: Case) -> None:
    """Takes a case out of the index, its words still at hand, for FTS5 keeps no copy to look them up."""
    if _postgresql(session):
        session.execute(text("delete from case_text where case_id = :id"), {"id": case.id})
    else:
        gone = " ".join(blind(_key(session, case.institution_id), grams("\n".join(_all_words(session, case)))))
        sql = "insert into case_text (case_text, rowid, grams) values ('delete', :id, :grams)"
        session.execute(text(sql), {"id": case.id, "grams": gone})


def blind(key: bytes, pairs: Iterable[str]) -> list[str]:
    """The pairs as the index holds them, in an order that says nothing of theirs."""
    return sorted({hmac.digest(key, pair.encode(), "sha256")[:HASH_BYTES].hex() for pair in pairs})


def _words_of(case: Case) -> tuple[str, ...]:
    return case.register_no, case.respondent, case.story, case.wish


def _all_words(session: Session, case: Case) -> tuple[str, ...]:
    """What stands in the index of a case that may have actions; none of them ever changes its words."""
    of_case = select(CorrectiveAction).where(CorrectiveAction.case_id == case.id).order_by(CorrectiveAction.id)
    actions = session.scalars(of_case).all()
    return (*_words_of(case), *(word for one in actions for word in (one.number, one.title, one.text)))


def _key(session: Session, institution_id: int) -> bytes:
    return sealed.search_key(session.get_one(Institution, institution_id))


def matches(session: Session, institution_id: int, needle: str) -> ColumnElement[bool] | None:
    """The condition that a case holds every pair of the needle; None where there is nothing to look for.

    A needle is cut at 60 characters. A text that has all pairs, but not side by side, matches too.
    """
    pairs = blind(_key(session, institution_id), grams(needle[:LONGEST]))
    if not pairs:
        return None
    if _postgresql(session):
        clause = text('"case".id in (select case_id from case_text where grams @> :pairs)')
        return clause.bindparams(bindparam("pairs", pairs))  # type: ignore[return-value]  # a text condition is one
    query = " AND ".join(f'"{pair}"' for pair in pairs)
    clause = text('"case".id in (select rowid from case_text where case_text match :query)')
    return clause.bindparams(bindparam("query", query))  # type: ignore[return-value]  # a text condition is one


def similar(session: Session, case: Case, limit: int = 200) -> list[int]:
    """Ids of cases of the institution that share a telling pair of characters with this one, newest first."""
    telling = grams(f"{case.respondent}\n{case.story}")[:40]
    if not telling:
        return []
    pairs = blind(_key(session, case.institution_id), telling)
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
        query = " OR ".join(f'"{pair}"' for pair in pairs)
        parameters = {"query": query, "inst": case.institution_id, "id": case.id, "n": limit}
    return list(session.scalars(text(sql), parameters))
