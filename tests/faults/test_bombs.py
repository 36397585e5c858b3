"""R14: what is small and grows, or claims to be huge, is refused early; memory stays bounded and others are served."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ENGINE
from tests.support import samples, world
from tests.support.acts import file
from tests.support.http import Browser
from tests.support.installation import Installation, installation, monday_ahead

MEGABYTE = 1024 * 1024
BOMBS = {
    "zip": ("材料.docx", samples.docx_bomb()),
    "png": ("照片.png", samples.png_claiming(30_000, 30_000)),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    with installation(ENGINE, ["--ahead", str(monday_ahead())]) as made:
        made.keeper.programs = [one for one in made.keeper.programs if one.name in {"web1", "redis"}]
        made.ports = made.ports[:1]
        made.start()
        yield made


def peak(place: Installation) -> int:
    """The most memory that the answering process has ever held, in bytes."""
    lines = Path(f"/proc/{place['web1'].forks()[0]}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_in_little_memory_while_others_file(place: Installation, kind: str) -> None:
    file(Browser(place.ports))  # whatever is loaded at first use is loaded now
    browser, before = Browser(place.ports, timeout=60), peak(place)
    page = browser.form("/submit/what?how=anonymous", respondent="财政所", story=world.STORY, wish="")
    with ThreadPoolExecutor(2) as both:
        bomb = both.submit(browser.upload, "/submit/evidence", page | {"act": "upload"}, *BOMBS[kind])
        both.submit(file, Browser(place.ports)).result(30)
        answer = bomb.result(60)
    assert answer.status == 422
    assert world.STORY in answer.text
    assert peak(place) - before < 150 * MEGABYTE


def test_a_gigabyte_is_refused_before_it_is_read(place: Installation) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", place.ports[0]), timeout=20) as raw:
        head = (
            "POST /submit/evidence HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
        )
        raw.sendall(f"{head}Content-Length: {1024 * MEGABYTE}\r\n\r\n--cut\r\n".encode())
        answer = raw.recv(100)
    assert b" 413 " in answer
    assert time.monotonic() - begun < 10
