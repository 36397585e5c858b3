"""Who breaks things: one fault after the other, in an order that the seed decides, each mended after a moment."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis, RedisError

from tests.support.installation import Installation

PROGRAMS = ("web1", "web2", "worker1", "worker2", "scheduler", "mail", "redis")


@dataclass
class Nemesis:
    """Breaks an installation for as long as it is let."""

    place: Installation
    seed: int
    done: list[tuple[float, str]] = field(default_factory=list)

    def rage(self, over: threading.Event) -> None:
        """Every fault once, in a new order each round."""
        dice, begun = random.Random(self.seed), time.monotonic()
        while not over.is_set():
            for fault in dice.sample(FAULTS, len(FAULTS)):
                if over.wait(dice.uniform(0.2, 1.0)):
                    return
                self.done.append((time.monotonic() - begun, fault.__name__))
                fault(self.place, dice)

    def count(self, *names: str) -> int:
        """How often these faults were caused."""
        return sum(name in names for _, name in self.done)


def kill_web(place: Installation, dice: random.Random) -> None:
    """The whole web server dies."""
    program = place[dice.choice(["web1", "web2"])]
    program.send(signal.SIGKILL, [*program.forks(), program.pid])


def kill_web_process(place: Installation, dice: random.Random) -> None:
    """The process that answers dies, its master lives."""
    program = place[dice.choice(["web1", "web2"])]
    program.send(signal.SIGKILL, program.forks())


def kill_worker(place: Installation, dice: random.Random) -> None:
    """The worker dies; what it has forked goes on."""
    place[dice.choice(["worker1", "worker2"])].send(signal.SIGKILL)


def kill_horse(place: Installation, _dice: random.Random) -> None:
    """The forks that send letters die."""
    for name in ("worker1", "worker2"):
        place[name].send(signal.SIGKILL, place[name].forks())


def kill_worker_with_horse(place: Installation, dice: random.Random) -> None:
    """Worker and forks die together."""
    program = place[dice.choice(["worker1", "worker2"])]
    program.send(signal.SIGKILL, [*program.forks(), program.pid])


def kill_scheduler(place: Installation, _dice: random.Random) -> None:
    """The scheduler dies."""
    place["scheduler"].send(signal.SIGKILL)


def stop_redis(place: Installation, dice: random.Random) -> None:
    """Redis is away for a moment."""
    redis = place["redis"]
    redis.kept = False
    redis.send(signal.SIGKILL)
    time.sleep(dice.uniform(0.5, 2))
    redis.kept = True


def flush_redis(place: Installation, _dice: random.Random) -> None:
    """Redis forgets everything."""
    try:
        with Redis.from_url(place.env["REDIS_URL"], socket_timeout=1) as redis:
            redis.flushall()
    except RedisError:
        return  # it is still on its way back


def stop_database(place: Installation, dice: random.Random) -> None:
    """The database stops as if the power had gone; an SQLite file is held by somebody else."""
    place.database.stop()
    time.sleep(dice.uniform(0.3, 1.5))
    place.database.start()


def mail_refuses(place: Installation, dice: random.Random) -> None:
    """The mail server has a bad day."""
    _mood(place, "451", dice.uniform(0.5, 1.5))


def mail_hangs(place: Installation, dice: random.Random) -> None:
    """The mail server says nothing."""
    _mood(place, "hang", dice.uniform(0.5, 2))


def freeze(place: Installation, dice: random.Random) -> None:
    """A program stands still for a moment."""
    program = place[dice.choice(PROGRAMS)]
    pids = [*program.forks(), program.pid]
    program.send(signal.SIGSTOP, pids)
    time.sleep(dice.uniform(0.3, 2))
    program.send(signal.SIGCONT, pids)


def _mood(place: Installation, mood: str, seconds: float) -> None:
    place.mood.write_text(mood)
    time.sleep(seconds)
    place.mood.write_text("ok")


FAULTS: tuple[Callable[[Installation, random.Random], None], ...] = (
    kill_web,
    kill_web_process,
    kill_worker,
    kill_horse,
    kill_worker_with_horse,
    kill_scheduler,
    stop_redis,
    flush_redis,
    stop_database,
    mail_refuses,
    mail_hangs,
    freeze,
)
SEND_TWICE = ("kill_worker", "kill_horse", "kill_worker_with_horse", "stop_database", "freeze", "mail_hangs")
"""After these a letter may come twice: the server had it, and our note of that was lost."""
