"""Figures for Prometheus: one process for each host gathers what the others tell it and asks the database for the rest.

The others send a datagram for each request to this machine's own METRICS_PORT and wait for nothing; where nobody
listens it is lost, and that is well. So no figures lie on the disk, and a process that ends takes none along.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shared.services.queries_health import Figures

disable_created_metrics()  # type: ignore[no-untyped-call]  # untyped there; they would tell when a page was first asked for

HERE = "127.0.0.1"
PUBLIC_BUCKETS = (0.1, 0.5, 2.0, 10.0)
OFFICE_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
TOGETHER = 10
"""What citizens do is told by tens of one page, so that no look at the figures shows what one person did when."""
MOST_PAGES = 1000
"""Whatever else is sent to the port must not fill the memory."""
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: the page's pattern, never its address."""

    zone: str
    method: str
    page: str
    status: int
    seconds: float
    statements: int

    def line(self) -> bytes:
        """As it travels."""
        facts = (self.zone, self.method, self.page, self.status, f"{self.seconds:.4f}", self.statements)
        return "\t".join(map(str, facts)).encode()

    @classmethod
    def read(cls, line: bytes) -> Seen:
        """As it arrives; raises ValueError where it isn't one."""
        zone, method, page, status, seconds, statements = line.decode().split("\t")
        return cls(zone, method, page, int(status), float(seconds), int(statements))


class Teller:
    """The sending end, in every process that answers requests."""

    def __init__(self, port: int) -> None:
        self.to = (HERE, port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)

    def __del__(self) -> None:
        self.socket.close()

    def tell(self, seen: Seen) -> None:
        """Sends it and forgets it; nobody may be there."""
        try:
            self.socket.sendto(seen.line(), self.to)
        except OSError:
            return


class Requests:
    """What has been told of requests so far; citizens' are held back until there are ten of a page."""

    def __init__(self, registry: CollectorRegistry) -> None:
        page = ("method", "page")
        self.count = Counter("huiyin_requests", "Requests answered", [*page, "zone", "status"], registry=registry)
        self.sql = Counter("huiyin_sql_statements", "SQL statements sent for pages", page, registry=registry)
        public = Histogram(
            "huiyin_public_seconds", "Time to answer a citizen", page, buckets=PUBLIC_BUCKETS, registry=registry
        )
        office = Histogram(
            "huiyin_office_seconds", "Time to answer staff", page, buckets=OFFICE_BUCKETS, registry=registry
        )
        self.seconds = {"public": public, "office": office}
        self.held: defaultdict[tuple[str, str], list[Seen]] = defaultdict(list)
        self.pages: set[tuple[str, str]] = set()

    def take(self, seen: Seen) -> None:
        """Counts it, at once or with nine others; a fault of ours is told at once, without its time."""
        key = (seen.method, seen.page)
        if seen.zone not in self.seconds or (key not in self.pages and len(self.pages) >= MOST_PAGES):
            return
        self.pages.add(key)
        if seen.zone == "office":
            self._count([seen])
        elif seen.status >= 500:
            self.count.labels(*key, seen.zone, "5xx").inc()
        else:
            self.held[key].append(seen)
            if len(self.held[key]) >= TOGETHER:
                self._count(self.held.pop(key))

    def _count(self, some: list[Seen]) -> None:
        for seen in some:
            self.count.labels(seen.method, seen.page, seen.zone, f"{seen.status // 100}xx").inc()
            self.sql.labels(seen.method, seen.page).inc(seen.statements)
            self.seconds[seen.zone].labels(seen.method, seen.page).observe(seen.seconds)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked at each look: the figures, or None while the database is away, and how the bells stand."""

    figures: Figures | None
    jobs: dict[str, int] | None


class House(Collector):
    """What the database and Redis say when somebody looks; asked again after a quarter of a minute."""

    FRESH_SECONDS = 15.0

    def __init__(self, ask: Callable[[], Asked]) -> None:
        self.ask, self.asked, self.at, self.lock = ask, Asked(None, None), 0.0, threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """The figures as Prometheus wants them."""
        with self.lock:
            if time.monotonic() - self.at > self.FRESH_SECONDS or not self.at:
                self.asked, self.at = self.ask(), time.monotonic()
            asked = self.asked
        yield _gauge("database_up", "Whether the database answers", asked.figures is not None)
        yield _gauge("redis_up", "Whether Redis answers", asked.jobs is not None)
        if asked.figures is not None:
            yield from _told(asked.figures)
        if asked.jobs is not None:
            yield _by("jobs", "Jobs of RQ by where they stand", "state", asked.jobs)

    def describe(self) -> list[Metric]:
        """Nothing is asked before somebody looks."""
        return []


def _told(found: Figures) -> Iterator[Metric]:
    yield _by("notices", "Notices by state that somebody or something has to see to", "state", dict(found.notices))
    yield _gauge("notices_oldest_due_seconds", "How long the oldest notice that may go has waited", found.oldest_due)
    yield _gauge("cases_open", "Cases that are open", found.open_cases)
    yield _gauge("cases_overdue", "Open cases with a limit that has passed", found.overdue_cases)
    yield _gauge("privacy_requests_late", "Requests about personal data past their day", found.late_requests)
    yield _gauge("calendar_missing", "A year of working days that is needed isn't loaded", found.calendar_missing)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"huiyin_{name}", says, value=value)


def _by(name: str, says: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"huiyin_{name}", says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def serve(bind: str, port: int, ask: Callable[[], Asked], over: threading.Event) -> None:
    """Listens for datagrams and for Prometheus until it is over."""
    registry = CollectorRegistry()
    requests = Requests(registry)
    registry.register(House(ask))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind((HERE, port))
        heard.settimeout(0.5)
        server, _thread = start_http_server(port, addr=bind, registry=registry)
        while not over.is_set():
            try:
                requests.take(Seen.read(heard.recv(LONGEST)))
            except TimeoutError:
                continue
            except (ValueError, UnicodeDecodeError):  # somebody else's datagram
                continue
        server.shutdown()
        server.server_close()
