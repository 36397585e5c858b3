"""The long security run: generated requests and a web scanner against a served demo, and times that must not tell.

`python -m tests.security.scan SCHEMATHESIS WAPITI`; it ends red at a finding, a 5xx, or a time that tells.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from backoffice import slips, steps
from bench.servers import gunicorn
from shared.db import db
from shared.demo import cast, corpus
from shared.models.case import Case
from shared.models.institution import Institution
from shared.services.queries_queue import VIEWS
from tests.security import openapi, target, timing
from tests.support import crawl, redis

MODULES = "sql,timesql,xss,permanentxss,redirect,file,exec,csrf,cookieflags,http_headers,csp,crlf,backup,methods,xxe"
SECONDS_EACH = 60
"""Of looking around by the web scanner, and as much again of attacking, for each of the four."""
REQUESTS_EACH = 15
MOST_SECONDS = 420
"""Of made-up requests for each of the four; a slow machine gets fewer of them, and is told so."""
GATEWAY = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}
ROLES = {"clerk": "handler", "intake": "intake"}
ACCESS = "--access-logformat '%(s)s %(m)s %(U)s?%(q)s' --access-logfile "


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base.update({f"HTTP_{k.upper().replace('-', '_')}": v for k, v in GATEWAY.items()})
    return client


def send(client: FlaskClient, address: str, **fields: str) -> int:
    """Fills in the form of a page that has these fields."""
    page = html.fromstring(client.get(address).text)
    [form] = [f for f in page.xpath("//form[@method='post']") if fields.keys() <= set(f.fields)][:1]
    held = {name: value for name, value in form.form_values() if name not in fields}
    return client.post(form.get("action") or address, data=held | fields).status_code


def browsers(app: Flask) -> dict[str, FlaskClient]:
    """One for each of the four who come: a stranger, a citizen with a case, a unit's clerk, the intake desk."""
    book = corpus.load("township")
    made = {"anonymous": browser(app), "citizen": browser(app)}
    here = f"/at/{book.institution.slug}"
    made["anonymous"].get(f"{here}/submit/what?how=anonymous")  # a form's token needs the cookie it belongs to
    story = "窗口一直没有人，连续三天都没有办成，请核实。"
    send(made["citizen"], f"{here}/submit/what?how=anonymous", respondent="窗口", story=story)
    assert send(made["citizen"], f"{here}/submit/check") == 303
    for name, role in ROLES.items():
        person = next(p for p in book.people if any(grant.role == role for grant in p.roles))
        made[name] = browser(app)
        assert send(made[name], "/office/sign-in", username=person.username, password=cast.PASSWORD) == 303
    return made


def cookies(client: FlaskClient) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in client._cookies.values()) if client._cookies else ""


@contextmanager
def served(environment: dict[str, str], folder: Path, *, open_forms: bool) -> Iterator[tuple[str, Path]]:
    """The demo on a port of this machine, and the log of its answers."""
    access = folder / f"access-{'open' if open_forms else 'shut'}.log"
    more = {"GUNICORN_CMD_ARGS": ACCESS + str(access), "HUIYIN_SCAN_OPEN": "1" if open_forms else ""}
    with gunicorn("tests.security.target:create()", environment | more, folder / "web.log") as web:
        yield f"http://127.0.0.1:{web.port}", access


def generate(tool: str, address: str, folder: Path, app: Flask, clients: dict[str, FlaskClient]) -> list[str]:
    """Requests made up from the map of addresses, by each of the four; a crash is red."""
    with app.app_context():
        highest = db.session.scalar(select(func.max(Case.id))) or 1
        offices = list(db.session.scalars(select(Institution.slug)))
    words = {"office": offices, "view": sorted(VIEWS), "step": sorted({*steps.ACTS, *slips.ACTS})}
    starts = crawl.addresses(app, range(1, 4), offices)
    fields = openapi.fields_of(app, list(clients.values()), starts)
    faults = []
    for name, client in clients.items():
        file = folder / f"openapi-{name}.json"
        file.write_text(json.dumps(openapi.document(app, fields, highest, words, office=name in ROLES)))
        say(f"  schemathesis: {name}")
        heads = [f"--header={k}: {v}" for k, v in {**GATEWAY, "Cookie": cookies(client)}.items() if v]
        bounds = ["--checks=not_a_server_error", f"--max-examples={REQUESTS_EACH}", "--phases=coverage,fuzzing"]
        bounds += ["--suppress-health-check=all", "--generation-database=:memory:", "--no-color"]
        done = run([tool, "run", str(file), f"--url={address}", *heads, *bounds], folder, MOST_SECONDS)
        if done.returncode:
            faults.append(f"schemathesis as {name}:\n{done.stdout[-4000:]}")
    return faults


def attack(tool: str, address: str, folder: Path, clients: dict[str, FlaskClient]) -> list[str]:
    """A web scanner that looks for the well-known holes, as each of the four; a finding is red."""
    faults = []
    for name, client in clients.items():
        say(f"  wapiti: {name}")
        report = folder / f"{name}.json"
        heads = [word for k, v in {**GATEWAY, "Cookie": cookies(client)}.items() if v for word in ("-H", f"{k}: {v}")]
        inside = ["/office/sign-out", "/office/me/password", "/case/leave"]
        stay = [word for path in inside for word in ("-x", f"{address}{path}")]
        start = f"{address}/office/" if name in ROLES else f"{address}/case" if name == "citizen" else f"{address}/"
        bounds = ["--scope", "domain", "--flush-session", "-m", MODULES, "--max-scan-time", str(SECONDS_EACH)]
        bounds += [
            "--max-links-per-page",
            "60",
            "--max-attack-time",
            str(SECONDS_EACH // 6),
            "-S",
            "normal",
            "--no-bugreport",
            "-f",
            "json",
            "-o",
            str(report),
        ]
        command = [tool, "-u", start, *heads, *stay, *bounds, "--store-session", str(folder / name)]
        done = run(command, folder)
        if not report.exists():  # on a machine that is busy it gives up now and then
            done = run(command, folder)
        if not report.exists():
            faults.append(f"wapiti as {name} wrote no report:\n{(done.stdout + done.stderr)[-3000:]}")
            continue
        for kind, found in json.loads(report.read_text())["vulnerabilities"].items():
            faults += [f"wapiti as {name}: {kind}: {one['method']} {one['path']} {one['info']}" for one in found]
    return faults


def run(command: list[str], folder: Path, most: float = 1800) -> subprocess.CompletedProcess[str]:
    """What a scanner came to; one that takes longer is ended: what it met until then stands in the server's log."""
    own, began = {**os.environ, "HOME": str(folder)}, time.monotonic()  # scanners keep things in the home folder
    try:
        done = subprocess.run(command, env=own, cwd=folder, capture_output=True, text=True, timeout=most)
    except subprocess.TimeoutExpired:
        say(f"    ended after {most:.0f} s, before it was through")
        return subprocess.CompletedProcess(command, 0, "", "")
    say(f"    {time.monotonic() - began:.0f} s")
    return done


def crashes(log: Path) -> list[str]:
    """Answers of 500 and above; an address may hold a line end, so a line alone proves nothing."""
    found = re.findall(r"^5\d\d [A-Z]+ /.*", log.read_text(errors="replace"), re.MULTILINE)
    return sorted({f"answered {line[:300]}" for line in found})


def main(schemathesis: str, wapiti: str) -> int:
    """0 where nothing was found."""
    with tempfile.TemporaryDirectory(prefix="huiyin-scan-") as made, redis.server() as bell:
        folder = Path(made)
        environment = {"HUIYIN_SCAN_DIR": made, "HUIYIN_SCAN_REDIS": bell}
        say("  filling a demo")
        app = target.prepare(environment)
        faults = timing.faults(app)
        clients = browsers(app)
        with served(environment, folder, open_forms=False) as (address, log):
            faults += attack(wapiti, address, folder, clients) + crashes(log)
        with served(environment, folder, open_forms=True) as (address, log):
            faults += generate(schemathesis, address, folder, app, clients) + crashes(log)
            say(f"  {log.read_bytes().count(10)} requests made up")
    say("\n".join(faults or ["nothing found"]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
