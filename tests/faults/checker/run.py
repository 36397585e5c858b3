"""The checker: `python -m tests.faults.checker.run [--seconds N] [--minutes N] [--database KIND] [--seed N]`.

Clients file, ask, answer and note under marks of their own while a nemesis breaks one part after the other; each
client knows of each act whether it was done, was not done, or that it can't tell. At the end the database must agree.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
from collections import Counter
from dataclasses import dataclass

from tests.faults.checker import verdict
from tests.faults.checker.clients import Citizen, Clerk, Record
from tests.faults.checker.nemesis import Nemesis
from tests.support.installation import Installation, installation, monday_ahead

CITIZENS, CLERKS = 3, 2


@dataclass
class Outcome:
    """What the run came to."""

    seed: int
    faults: list[str]
    told: Counter[str]
    broken: Counter[str]

    def text(self) -> str:
        """For whoever reads the terminal."""
        acts = " ".join(f"{name}={n}" for name, n in sorted(self.told.items()))
        breaks = " ".join(f"{name}={n}" for name, n in sorted(self.broken.items()))
        lines = [f"seed {self.seed}", f"told: {acts}", f"broken: {breaks}", *(f"✗ {one}" for one in self.faults)]
        return "\n".join([*lines, f"{len(self.faults)} faults"])


def check(kind: str, seconds: float, seed: int) -> Outcome:
    """Runs clients and nemesis for so long on this database and says what was wrong afterwards."""
    with installation(kind, ["--ahead", str(monday_ahead())]) as place:
        place.start()
        record, nemesis = Record(seed), Nemesis(place, seed)
        _run(place, record, nemesis, seconds)
        verdict.settle(place)
        found = verdict.faults(place, record, nemesis)
        told = Counter(f"{one.mark[0]}:{one.outcome}" for one in record.told)
        return Outcome(seed, found, told, Counter(name for _, name in nemesis.done))


def _run(place: Installation, record: Record, nemesis: Nemesis, seconds: float) -> None:
    over = threading.Event()
    clients = [Citizen(place, record, n) for n in range(CITIZENS)]
    clients += [Clerk(place, record, CITIZENS + n) for n in range(CLERKS)]
    threads = [threading.Thread(target=one.work, args=(over,), daemon=True) for one in clients]
    threads.append(threading.Thread(target=nemesis.rage, args=(over,), daemon=True))
    for thread in threads:
        thread.start()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a client hangs"


def main() -> int:
    """As long as asked, on one database or on both."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--minutes", type=float, default=0)
    options.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    options.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    given, wrong = options.parse_args(), 0
    for kind in given.database or ["sqlite", "postgresql"]:
        outcome = check(kind, given.minutes * 60 or given.seconds, given.seed)
        sys.stdout.write(f"{kind}: {outcome.text()}\n")
        sys.stdout.flush()
        wrong += len(outcome.faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
