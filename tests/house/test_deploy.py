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
    assert found[2] in COMMANDS if found[2] else "-c python:shared.web_server" in found[1]
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


def test_the_proxy_passes_on_to_the_web_unit_and_its_waiting_page_speaks_of_the_button_that_is_there() -> None:
    proxy, page = (DEPLOY / "nginx" / "huiyin.conf").read_text(), (DEPLOY / "nginx" / "busy.html").read_text()
    web = (DEPLOY / "systemd" / "huiyin-web.service").read_text()
    [port] = set(re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", proxy))
    assert f"-b 127.0.0.1:{port} " in web
    assert "access_log off;" in proxy
    assert "$binary_remote_addr" not in proxy  # nobody's address is a key
    track = (ROOT / "templates" / "portal" / "track.html").read_text()
    assert '_("查询")' in track
    assert "再按“查询”" in page
    assert not re.search(r"<(script|style)\b|\bstyle=", page)
