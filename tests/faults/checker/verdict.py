"""What must hold when all is well again: nothing that was promised is missing, nothing is there twice."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator

from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from shared.config import ROOT
from shared.db import db, reading
from shared.models.case import Case
from shared.models.outbox import OutboxRow
from tests.faults.checker.clients import MARK, Clerk, Record
from tests.faults.checker.nemesis import SEND_TWICE, Nemesis
from tests.support.installation import Installation
from tests.support.programs import until
from tests.support.sink import letters

FINAL = frozenset({"sent", "delivered", "failed", "parked", "held", "replaced", "dropped"})
LATER = {10 * 60: 25, 26 * 3600: 25, 4 * 86400: 120}
"""How far worker and scheduler are moved ahead until everything owed has found its end: retries, quiet hours, a digest
on the next working day; and for how many seconds each is looked at, the last until a busy machine has had its time."""
ONCE = "N"
"""Notes stand once on the page of their case; questions and answers stand in the story and beside it."""


def waiting(app: Flask) -> list[str]:
    """The states of notices that have not found their end."""
    with app.app_context(), reading() as session:
        found = list(session.scalars(select(OutboxRow.state).where(OutboxRow.state.not_in(FINAL))))
        db.session.remove()
        return found


def settle(place: Installation) -> None:
    """All programs run again and have nothing left to do."""
    place.mood.write_text("ok")
    for seconds, patience in LATER.items():
        place.hurry(place.ahead + seconds)
        until(place.whole, 90)  # Redis too, and the programs that have only now been started
        with Redis.from_url(place.env["REDIS_URL"]) as redis:
            redis.flushall()  # whose turn a round was is forgotten, so that the next one begins at once
        try:
            until(lambda: not waiting(place.app), patience, 0.3)
        except AssertionError:
            continue
        return


def faults(place: Installation, record: Record, nemesis: Nemesis) -> list[str]:
    """Everything that is not as promised; nothing is an empty list."""
    pages = read_pages(place, record)
    found = [*record.wrong, *filings(record, pages), *notes(record, pages), *receipts(place, record, pages)]
    found += [f"a notice stays {state}" for state in waiting(place.app)]
    return [*found, *mail(place, nemesis), *chain(place)]


def read_pages(place: Installation, record: Record) -> dict[int, Counter[str]]:
    """The marks on the page of every case, as a clerk reads them."""
    with place.app.app_context(), reading() as session:
        ids = list(session.scalars(select(Case.id)))
        db.session.remove()
    desk, pages = Clerk(place, record, 99).signed_in(), {}
    for case_id in ids:
        answer = desk.get(f"/office/case/{case_id}")
        assert answer.status == 200, f"the page of case {case_id} answers {answer.status}"
        pages[case_id] = Counter(MARK.findall(re.sub(r"(?s)^.*?<main", "", answer.text)))
    return pages


def filings(record: Record, pages: dict[int, Counter[str]]) -> Iterator[str]:
    """Each complaint is one case, none where the sender was told no; there are no others."""
    held: defaultdict[str, list[int]] = defaultdict(list)
    for case_id, marks in pages.items():
        own = {mark for mark in marks if mark[0] == "F"}
        if len(own) != 1:
            yield f"case {case_id} holds {len(own)} complaints"
        for mark in own:
            held[mark].append(case_id)
    for told in record.told:
        if told.mark[0] == "F":
            yield from _counted(told.mark, told.outcome, len(held.pop(told.mark, [])))
    yield from (f"{mark} was never sent" for mark in held)


def notes(record: Record, pages: dict[int, Counter[str]]) -> Iterator[str]:
    """Each note, question and answer stands on one case, none where the sender was told no."""
    there: Counter[str] = Counter()
    for marks in pages.values():
        there.update({mark: n if mark[0] in ONCE else 1 for mark, n in marks.items()})
    for told in record.told:
        if told.mark[0] != "F":
            yield from _counted(told.mark, told.outcome, there[told.mark])


def _counted(mark: str, outcome: str, n: int) -> Iterator[str]:
    allowed = {"ok": {1}, "fail": {0}, "unknown": {0, 1}}[outcome]
    if n not in allowed:
        yield f"{mark} was {outcome} and is there {n} times"


def receipts(place: Installation, record: Record, pages: dict[int, Counter[str]]) -> Iterator[str]:
    """As many receipts as cases as notices that one has come; every receipt seen is on record."""
    with place.app.app_context(), reading() as session:
        known = set(session.scalars(select(Case.receipt_no)))
        told = session.scalar(select(func.count()).where(OutboxRow.notice == "case_received")) or 0
        citizens = session.scalar(select(func.count()).where(OutboxRow.notice == "received")) or 0
        db.session.remove()
    if not len(known) == len(pages) == told == citizens:
        yield f"{len(known)} receipts, {len(pages)} cases, {told} and {citizens} notices of receipt"
    yield from (
        f"{one.mark}: its receipt is not on record"
        for one in record.told
        if one.receipt_no and one.receipt_no not in known
    )


def mail(place: Installation, nemesis: Nemesis) -> Iterator[str]:
    """No letter came twice but where a fault struck between the server's yes and our note; then it is the same one."""
    came = letters(place.folder / "mail")
    doubles = len(came) - len({(one["id"], one["to"]) for one in came})
    if doubles > nemesis.count(*SEND_TWICE):
        yield f"{doubles} letters came twice"
    owed = [one for one in came if re.fullmatch(r"f-[\d-]+@example\.cn", one["to"])]  # a citizen's own address
    with place.app.app_context(), reading() as session:
        sent = OutboxRow.state.in_(("sent", "delivered"))
        rows = session.scalar(select(func.count()).where(OutboxRow.audience == "citizen", sent)) or 0
        db.session.remove()
    if rows != len({one["id"] for one in owed}):
        yield f"{rows} notices to citizens went out as {len({one['id'] for one in owed})} letters"


def chain(place: Installation) -> Iterator[str]:
    """The events are whole: the command an auditor runs says so."""
    command = [sys.executable, "-m", "shared.cli", "verify", "chain", "--outside", place.env["CHECKPOINT_DIR"]]
    done = subprocess.run(command, cwd=ROOT, env=place.env, capture_output=True, text=True)
    if done.returncode:
        yield f"the chain: {done.stdout[-600:]}{done.stderr[-300:]}"
