"""Runs our own semgrep rules: each must find what is planted for it, and nothing in the product."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES, PLANTED = ROOT / ".ci" / "semgrep.yml", ROOT / ".ci" / "planted"
PRODUCT = ("portal", "backoffice", "shared", "wsgi.py", "templates", "static")


def findings(semgrep: str, *places: str) -> list[tuple[str, str]]:
    """Rule and place of all that semgrep finds; an exit where it could not look."""
    quiet = ["--metrics=off", "--disable-version-check", "--quiet", "--json"]
    path = os.pathsep.join((str(Path(semgrep).parent), os.environ.get("PATH", "")))
    command = [semgrep, "scan", "--config", str(RULES), *quiet, *places]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    told = json.loads(done.stdout)
    if told["errors"]:
        sys.exit(json.dumps(told["errors"], indent=1))
    return [
        (one["check_id"].rpartition(".")[2], f"{one['path']}:{one['start']['line']}: {one['extra']['message']}")
        for one in told["results"]
    ]


def main(semgrep: str) -> int:
    """0 where every rule can find and the product holds nothing to be found."""
    rules = set(re.findall(r"- id: (\S+)", RULES.read_text(encoding="utf-8")))
    blind = rules - {rule for rule, _ in findings(semgrep, str(PLANTED))}
    faults = [f"{rule} finds nothing any more" for rule in sorted(blind)]
    faults += [f"{place}  [{rule}]" for rule, place in findings(semgrep, *PRODUCT)]
    sys.stdout.write("\n".join(faults or [f"{len(rules)} rules, nothing found"]) + "\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
