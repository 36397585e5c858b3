"""From single runs to what is printed: medians over the rounds, ratios, goals held or missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median

from bench.machine import CALM

BUDGETS = {
    "how": 1,
    "what": 1,
    "check, sent": 10,
    "own case": 6,
    "first page": 6,
    "next page": 6,
    "deep page": 6,
    "rare word": 6,
    "word in every row": 6,
    "staff case": 12,
}
"""Goal 6: SQL statements that a page may cost, without BEGIN and COMMIT."""
FIRST_VISIT, LATER_VISIT = 40 * 1024, 10 * 1024


@dataclass(frozen=True)
class Key:
    """What was measured: a program on a database of so many cases."""

    engine: str
    target: str
    n: int


@dataclass
class Run:
    """One flow, measured once."""

    walks: float
    """Flows per second: requests answered, over the number of steps."""
    requests: float
    server_ms: float
    """Processor time of the web processes per request."""
    db_ms: float
    """That of database and Redis."""
    steps: dict[str, list[float]]
    """Milliseconds of every request, by step."""
    faults: list[str]
    others: float
    """Processor cores that other programs used meanwhile: the noise."""


@dataclass
class Results:
    """Everything measured in one call."""

    runs: dict[tuple[Key, str], list[Run]] = field(default_factory=dict)
    cold: dict[Key, list[float]] = field(default_factory=dict)
    pss: dict[Key, float] = field(default_factory=dict)
    statements: dict[Key, dict[str, int]] = field(default_factory=dict)
    weights: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    crowds: dict[Key, tuple[int, int, int, int]] = field(default_factory=dict)
    """c=32: faults, receipts given, cases stored, notices of receipt queued."""

    def of(self, key: Key, flow: str, what: Callable[[Run], float]) -> float | None:
        """The median over the rounds."""
        runs = self.runs.get((key, flow))
        return median(what(run) for run in runs) if runs else None

    def p50(self, key: Key, flow: str, step: str) -> float | None:
        """Median over the rounds of a step's median milliseconds."""
        return self.of(key, flow, lambda run: at(run.steps.get(step, []), 0.5))


def at(values: list[float], share: float) -> float:
    """The value that `share` of all lie below; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def walks(run: Run) -> float:
    """Flows per second."""
    return run.walks


def requests(run: Run) -> float:
    """Requests per second."""
    return run.requests


def cpu(run: Run) -> float:
    """Processor milliseconds per request, web and database together."""
    return run.server_ms + run.db_ms


def table(results: Results) -> Iterable[str]:
    """A line for each flow and each step."""
    yield f"{'':34}{'flow/s':>8}{'req/s':>8}{'cpu ms/req':>16}{'p50':>9}{'p95 ms':>9}{'noise':>7}  faults"
    for (key, flow), runs in results.runs.items():
        name = f"{key.engine} {key.n} {key.target} {flow}"
        used = f"{median(r.server_ms for r in runs):.2f} + {median(r.db_ms for r in runs):.2f}"
        noise = median(run.others for run in runs)
        faults = [fault for run in runs for fault in run.faults]
        said = f"{len(faults)}: {faults[0]}" if faults else "0"
        rates = f"{median(map(walks, runs)):8.1f}{median(map(requests, runs)):8.1f}"
        yield f"{name:34}{rates}{used:>16}{'':18}{noise:7.2f}  {said}"
        for step in runs[0].steps:
            half, most = (median(at(r.steps.get(step, []), share) for r in runs) for share in (0.5, 0.95))
            yield f"    {step:30}{'':32}{half:9.1f}{most:9.1f}"


def goals(results: Results, sizes: list[int]) -> Iterable[str]:
    """The ratios that decide, one line each; ✓ held, ✗ missed, · not measured in this call."""
    largest, smallest = max(sizes), min(sizes)
    noise = median(run.others for runs in results.runs.values() for run in runs)
    if noise > CALM:
        yield f"\n! other programs used {noise:.1f} cores meanwhile: the ratios say little, measure again (--calm 60)"
    engines = [name for name in ("postgresql", "sqlite") if any(k.engine == name for k, _ in results.runs)]
    for engine in engines:
        product, orm = Key(engine, "product", largest), Key(engine, "orm", largest)
        yield f"\n{engine}, {largest} cases"
        yield from _against_floor(results, product, orm)
        yield from _growth(results, product, Key(engine, "product", smallest))
        yield from _search(results, product)
        yield from _counted(results, product)
    if len(engines) > 1:
        there, here = (results.of(Key(e, "product", largest), "submit", walks) for e in engines)
        yield ""
        yield line("11", "SQLite ÷ PostgreSQL, submit flows per second", ratio(here, there), 0.9)
    if results.weights:
        yield from _weights(results)


def ratio(part: float | None, whole: float | None) -> float | None:
    """One over the other, None where either wasn't measured."""
    return part / whole if part is not None and whole else None


def line(goal: str, what: str, value: float | None, least: float | None = None, most: float | None = None) -> str:
    """One goal's line."""
    wanted = f"≥ {least:g}" if least is not None else f"≤ {most:g}"
    if value is None:
        return f"  ·  {goal:>2}  {what:58} not measured  (goal {wanted})"
    held = value >= least if least is not None else value <= (most or 0)
    return f"  {'✓' if held else '✗'}  {goal:>2}  {what:58}{value:8.2f}  (goal {wanted})"


def _against_floor(results: Results, product: Key, orm: Key) -> Iterable[str]:
    def against(flow: str, what: Callable[[Run], float]) -> float | None:
        return ratio(results.of(product, flow, what), results.of(orm, flow, what))

    yield line("1", "submit flows per second ÷ ORM floor", against("submit", walks), 0.6)
    yield line("1", "  the same in requests (the product's flow has more pages)", against("submit", requests), 0.6)
    yield line("2", "CPU per request of that flow ÷ ORM floor", against("submit", cpu), most=1.75)
    yield line("3", "staff queue, requests per second ÷ ORM floor", against("queue", requests), 0.5)
    memory = ratio(results.pss.get(product), results.pss.get(orm))
    yield line("7", "memory (PSS) of the workers after the run ÷ ORM floor", memory, most=1.5)
    start = ratio(*(median(results.cold[key]) if key in results.cold else None for key in (product, orm)))
    yield line("11", "cold start ÷ ORM floor", start, most=2)


def _growth(results: Results, large: Key, small: Key) -> Iterable[str]:
    for flow, step in (
        ("queue", "first page"),
        ("queue", "next page"),
        ("deep", "deep page"),
        ("track", "own case"),
        ("submit", "check, sent"),
    ):
        grown = ratio(results.p50(large, flow, step), results.p50(small, flow, step)) if large != small else None
        yield line("4", f"p50 of {step} ({flow}), {large.n} ÷ {small.n}", grown, most=1.2)


def _search(results: Results, product: Key) -> Iterable[str]:
    queue = results.p50(product, "queue", "first page")
    rare = results.p50(product, "search", "rare word")
    yield line("5", "p50 of a search for a rare word ÷ queue", ratio(rare, queue), most=5)
    common = results.p50(product, "search all", "word in every row")
    yield line("5", "  for a word in every row ÷ queue (to be bounded)", ratio(common, queue), most=5)


def _counted(results: Results, product: Key) -> Iterable[str]:
    for step, n in results.statements.get(product, {}).items():
        if step in BUDGETS:
            yield line("6", f"SQL statements: {step}", n, most=BUDGETS[step])
    if product in results.crowds:
        faults, given, stored, queued = results.crowds[product]
        yield line("10", f"faults at c=32 ({given} receipts given)", faults, most=0)
        yield line("10", "  cases stored that nobody holds a receipt of, or the reverse", abs(stored - given), most=0)
        yield line("10", "  receipt notices queued too many or too few", abs(queued - given), most=0)


def _weights(results: Results) -> Iterable[str]:
    yield "\nPage weight: html as served, html gzipped, style sheets and scripts as served (bytes)"
    for page, (plain, packed, assets) in results.weights.items():
        yield f"  {page:20}{plain:8}{packed:8}{assets:8}"
        yield line("8", f"{page}: KiB at the first visit, gzipped", (packed + assets) / 1024, most=FIRST_VISIT / 1024)
        yield line("8", f"{page}: KiB afterwards, gzipped", packed / 1024, most=LATER_VISIT / 1024)
