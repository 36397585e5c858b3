"""The benchmark: `python -m bench.run` (most of an hour), `python -m bench.run --quick` (minutes); see README.md."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import load, look, machine, report, servers, targets
from bench.machine import say
from bench.report import Results, Run
from bench.targets import Target

FLOWS = ("home", "submit", "track", "code", "queue", "deep", "search", "search all", "staff case")
SMALL, LARGE = 10_000, 200_000


def main(arguments: list[str]) -> int:
    """Fills, measures in rounds, prints; 1 where a request went wrong."""
    given = _asked(arguments)
    results = Results()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-bench-")))
        compared = list(targets.fill(stack, folder, given))
        for target in compared:
            _start(stack, target, folder / "log", given.starts, results)
        _measure(compared, given, results)
        for target in compared:
            results.pss[target.key] = machine.pss_mib(target.pid)
        _look_closer(compared, given, results)
    sys.stdout.write("\n".join([*report.table(results), *report.goals(results, given.sizes)]) + "\n")
    if given.json:
        given.json.write_text(json.dumps(_plain(results), ensure_ascii=False), "utf-8")
    return int(any(run.faults for runs in results.runs.values() for run in runs))


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{SMALL} cases only, runs of a second")
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--sizes", type=int, nargs="+", help=f"numbers of cases (else {SMALL} {LARGE})")
    parser.add_argument("--flows", choices=FLOWS, nargs="+", default=FLOWS, help="what to measure (else everything)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, help="of each run (else 6, quick: 1)")
    parser.add_argument("-c", type=int, default=8, help="visitors at the same time")
    parser.add_argument("--calm", type=float, default=0, help="seconds to wait before each run for a calm machine")
    parser.add_argument("--json", type=Path, help="also write the numbers of every run to this file")
    given = parser.parse_args(arguments)
    given.sizes = sorted(given.sizes or ([SMALL] if given.quick else [SMALL, LARGE]))
    given.seconds = given.seconds or (1.0 if given.quick else 6.0)
    given.starts = 1 if given.quick else 3
    return given


def _start(stack: ExitStack, target: Target, log: Path, starts: int, results: Results) -> None:
    """Starts the web server as often as asked, for the time it takes; the last one stays."""
    took = results.cold.setdefault(target.key, [])
    for _ in range(starts - 1):
        with servers.gunicorn(target.application, target.env, log) as web:
            took.append(web.started_in)
    target.web = stack.enter_context(servers.gunicorn(target.application, target.env, log))
    took.append(target.web.started_in)


def _measure(compared: list[Target], given: argparse.Namespace, results: Results) -> None:
    """Flow by flow, one program right after the other, and all of it again in each round."""
    for turn in range(1, given.rounds + 1):
        for flow in given.flows:
            for target in (one for one in compared if flow in one.flows):
                say(f"round {turn} of {given.rounds}: {target.key.engine} {target.key.n} {target.key.target} {flow}")
                run = _one(target, flow, given)
                results.runs.setdefault((target.key, flow), []).append(run)


def _one(target: Target, flow: str, given: argparse.Namespace) -> Run:
    marks: list[list[float]] = []

    def mark() -> None:
        own = time.process_time()
        cpu = [machine.cpu_seconds([target.pid]), machine.cpu_seconds(target.db_pids), own, machine.busy_seconds()]
        marks.append(cpu)

    visitors = target.visitors(flow, given.c)
    machine.wait_for_calm(given.calm)
    walked = load.run(visitors, target.flows[flow], given.seconds / 4, given.seconds, mark, mark)
    web, database, own, everything = (after - before for before, after in zip(*marks, strict=True))
    answered = [one for one in walked.took if not one.fault]
    n = max(1, len(answered))
    steps: dict[str, list[float]] = {step["name"]: [] for step in target.flows[flow]}
    for one in answered:
        steps[one.name].append(1000 * one.seconds)
    return Run(
        walks=len(answered) / len(steps) / walked.seconds,
        requests=len(answered) / walked.seconds,
        server_ms=1000 * web / n,
        db_ms=1000 * database / n,
        steps=steps,
        faults=[one.fault for one in walked.took if one.fault],
        others=(everything - web - database - own) / walked.seconds,
    )


def _look_closer(compared: list[Target], given: argparse.Namespace, results: Results) -> None:
    products = [one for one in compared if one.app]
    for target in products:
        say(f"looking closer: {target.key.engine} {target.key.n}")
        results.statements[target.key] = look.count_statements(target, [flow for flow in given.flows if flow != "code"])
        if "submit" in given.flows:
            results.crowds[target.key] = look.crowd(target, given.seconds)
    results.weights = look.weigh(products[0])


def _plain(results: Results) -> list[dict[str, Any]]:
    return [
        {
            "engine": key.engine,
            "target": key.target,
            "n": key.n,
            "flow": flow,
            **{name: getattr(run, name) for name in ("walks", "requests", "server_ms", "db_ms", "faults", "others")},
            "steps": {step: [report.at(took, 0.5), report.at(took, 0.95)] for step, took in run.steps.items()},
        }
        for (key, flow), runs in results.runs.items()
        for run in runs
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
