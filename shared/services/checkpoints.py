"""Checkpoints: signed statements about all events so far, which leave the host as files and by mail (promises 1.9)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db import reading, work
from shared.domain import chain, merkle
from shared.domain.chain import Body
from shared.domain.numbering import whole
from shared.models.case import Case
from shared.models.event import Event
from shared.models.evidence import Checkpoint, CheckpointSent, EvidenceDay
from shared.models.institution import Institution
from shared.senders import Email, Outcome, Result
from shared.services import evidence
from shared.signing import Signer

MOST_EVENTS = 20_000
"""Of one checkpoint: what is missed can be told to that many."""
MOST_IN_A_LETTER = 200


def make(signer: Signer, now: dt.datetime) -> int:
    """Publishes the roots of ended days and makes the checkpoints that are due; returns how many.

    Nothing new, no checkpoint: a quiet night adds nothing that could be missed. Two at once do no harm.
    """
    upto = evidence.settled()
    with work() as session:
        _alone(session)
        evidence.publish_days(session, now, upto)
    made = 0
    while _next(signer, now, upto):
        made += 1
    return made


def _alone(session: Session) -> None:
    """Whoever comes second waits; a row's weak lock, for new complaints refer to the institution meanwhile."""
    first = select(Institution.id).order_by(Institution.id).limit(1)
    session.execute(first.with_for_update(key_share=True))


def _next(signer: Signer, now: dt.datetime, upto: int) -> bool:
    with work() as session:
        _alone(session)
        last = session.scalar(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1))
        before = chain.read_body(last.body) if last else Body(0, now, 0, 0, 0, "")
        new = (Event.id > before.last_event, Event.id <= upto)
        query = select(Event.id, Event.mac, Event.seq, Case.institution_id).join(Case).where(*new)
        rows = session.execute(query.order_by(Event.id).limit(MOST_EVENTS)).all()
        days = session.scalars(
            select(EvidenceDay).where(EvidenceDay.id > before.last_day).order_by(EvidenceDay.id)
        ).all()
        if not rows and not days:
            return False
        front, totals = merkle.Frontier(), {place: list(counts) for place, counts in before.totals.items()}
        for event_id, mac, seq, place in rows:
            front.add(chain.leaf(event_id, mac))
            tally(totals, place, seq)
        body = Body(
            number=before.number + 1,
            at=now,
            first_event=before.last_event + 1,
            last_event=rows[-1][0] if rows else before.last_event,
            count=len(rows),
            root=front.root().hex(),
            totals=totals,
            days=tuple((day.institution_id, day.day.isoformat(), day.root) for day in days),
            last_day=days[-1].id if days else before.last_day,
            previous=chain.digest(last.body) if last else "",
        )
        text = body.as_text()
        signed = {"signature": signer.sign(text), "public_key": signer.public}
        session.add(Checkpoint(number=body.number, at=now, last_event=body.last_event, body=text, **signed))
    return True


def tally(totals: dict[str, list[int]], institution_id: int, seq: int) -> None:
    """Counts an event, and the case that it began."""
    counts = totals.setdefault(str(institution_id), [0, 0])
    counts[0] += 1
    counts[1] += seq == 1


def as_text(row: Checkpoint) -> str:
    """A checkpoint as it leaves the host: statement, signature, public key, a line each."""
    return f"{row.body}\n{row.signature}\n{row.public_key}\n"


def write_out(folder: Path) -> int:
    """Writes every checkpoint that isn't there yet into a file of its own, never over another; returns how many."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    there = [path.stem.partition("-")[2] for path in folder.glob("checkpoint-*.txt")]
    last = max((whole(number) or 0 for number in there), default=0)
    with reading() as session:
        rows = session.scalars(select(Checkpoint).where(Checkpoint.number > last).order_by(Checkpoint.number)).all()
        texts = [(row.number, as_text(row)) for row in rows]
        session.rollback()
    for number, text in texts:
        place = os.open(folder / f"checkpoint-{number:08}.txt", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    return len(texts)


def mail_out(to: str, send: Callable[[Email], Result], now: dt.datetime) -> int:
    """Mails the auditor the checkpoints that haven't gone out yet, in one letter; returns how many."""
    with reading() as session:
        sent = session.scalar(select(func.max(CheckpointSent.number))) or 0
        query = select(Checkpoint).where(Checkpoint.number > sent).order_by(Checkpoint.number).limit(MOST_IN_A_LETTER)
        rows = [(row.number, as_text(row)) for row in session.scalars(query)]
        session.rollback()  # no transaction stays open while a mail server takes its time
    if not rows:
        return 0
    last = rows[-1][0]
    head = "存证检查点，请保存这封邮件，不要改动。(Signed checkpoints: keep this letter as it is.)\n\n"
    subject = f"存证检查点 {rows[0][0]}–{last}"
    letter = Email(to, subject, head + "\n".join(text for _, text in rows), None, f"huiyin-checkpoint-{last}")
    if send(letter).outcome is not Outcome.SENT:
        return 0
    with work() as session:
        if session.get(CheckpointSent, last) is None:
            session.add(CheckpointSent(number=last, at=now))
    return len(rows)


@dataclass(frozen=True, slots=True)
class Outside:
    """A checkpoint as it left the host."""

    body: str
    signature: str
    public_key: str


def outside(folder: Path) -> dict[int, Outside]:
    """The checkpoints kept in a folder, by number; what can't be read is left out and so found missing."""
    found = {}
    for path in sorted(folder.glob("checkpoint-*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) >= 3:
            found[whole(path.stem.partition("-")[2]) or 0] = Outside(*lines[:3])
    return found
