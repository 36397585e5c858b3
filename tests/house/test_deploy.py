"""What stands in docs/deploy fits the product: commands that exist, a user for each process, everything else shut."""

from __future__ import annotations

import getpass
import re
import stat
import subprocess
from pathlib import Path

import pytest

from shared import crypto, signing
from shared.cli import COMMANDS
from shared.config import ROOT
from shared.crypto import KeysUnusable

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SHUT = {
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "ProtectProc=invisible",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "UMask=0077",
}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_exists_and_shuts_the_rest(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert set(lines) >= SHUT
    [command] = [line for line in lines if line.startswith("ExecStart=")]
    found = re.search(r"-m (gunicorn .* wsgi:create_app\(\)|shared\.cli (\w+))$", command)
    assert found, command
    assert found[2] is None or found[2] in COMMANDS
    hidden = re.findall(r"-/etc/huiyin/keys/(\w+)", next(x for x in lines if x.startswith("InaccessiblePaths=")))
    assert re.search(r"KEY_DIR=/etc/huiyin/keys/(\w+) ", "\n".join(lines))[1] not in hidden
    assert len(hidden) == 2


def test_each_private_key_lies_with_its_process_alone(tmp_path: Path) -> None:
    keys, there = tmp_path / "all", tmp_path / "split"
    crypto.load_keys(keys, create=True)
    signing.load(keys, create=True)
    me = [getpass.getuser()] * 3
    for _ in range(2):  # a second time, for new keys
        subprocess.run([DEPLOY / "split-keys.sh", keys, there, *me], check=True)
    for process in ("web", "worker", "scheduler"):
        assert crypto.load_keys(there / process, create=False).rings == crypto.load_keys(keys, create=False).rings
        assert stat.S_IMODE((there / process).stat().st_mode) == 0o700
    assert list(there.rglob("notifier")) == [there / "worker" / "worker" / "notifier"]
    assert list(there.rglob("checkpoint")) == [there / "scheduler" / "checkpoint"]
    with pytest.raises(KeysUnusable):
        crypto.load_notifier(there / "web" / "worker")


def test_the_image_holds_every_folder_that_the_program_reads() -> None:
    copied = set(re.findall(r"^COPY (.*) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    assert {"huiyin", "wsgi.py", "prod.lock", "portal", "backoffice", "shared", "templates", "static"} <= names
    assert {"translations", "migrations"} <= names
    assert all((ROOT / name).exists() for name in names)
