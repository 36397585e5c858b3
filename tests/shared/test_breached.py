"""A file of leaked passwords is searched by halving, whatever its size and the length of its lines."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from shared import breached

WORDS = [f"kiwi-laterne-{n}" for n in range(500)]


def digest(word: str) -> str:
    return hashlib.sha1(word.encode()).hexdigest().upper()


def written(path: Path, words: list[str], *, ends: str = "\n", counts: bool = True) -> Path:
    lines = [f"{one}:{7 ** (n % 9)}" if counts else one for n, one in enumerate(sorted(map(digest, words)))]
    path.write_bytes("".join(line + ends for line in lines).encode())
    return path


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("counts", [True, False])
def test_every_password_of_the_file_is_found_and_no_other(tmp_path: Path, ends: str, counts: bool) -> None:
    file = written(tmp_path / "all", WORDS, ends=ends, counts=counts)
    assert breached.sound(file)
    assert all(breached.holds(file, word) for word in WORDS)
    assert not any(breached.holds(file, word + "!") for word in WORDS)


def test_a_file_of_one_line_or_none_is_searched_too(tmp_path: Path) -> None:
    one = written(tmp_path / "one", WORDS[:1], ends="")
    assert (breached.holds(one, WORDS[0]), breached.holds(one, WORDS[1])) == (True, False)
    assert not breached.holds(written(tmp_path / "none", []), WORDS[0])


class Counting(io.BytesIO):
    """Counts how many lines are read of it."""

    reads = 0

    def readline(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().readline(size)


def test_a_large_file_is_not_read_whole() -> None:
    lines = b"".join(b"%040X:1\n" % (n << 100) for n in range(100_000))
    file = Counting(lines)
    assert breached._found(file, b"%040X" % (98_765 << 100), len(lines))
    assert file.reads < 60


def test_what_is_no_such_file_is_refused_at_the_start_and_a_lost_one_forbids_nothing(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("password\n")
    assert not breached.sound(tmp_path / "words")
    assert not breached.sound(tmp_path / "nowhere")
    assert not breached.holds(tmp_path / "nowhere", WORDS[0])
