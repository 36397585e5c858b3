"""A process asks again after half a minute, at once where it was told to forget, and always where there was nothing."""

import pytest

from shared import remembered
from shared.remembered import Remembered


def test_what_is_known_is_not_asked_again_until_it_is_old_or_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [100.0], []
    monkeypatch.setattr(remembered.time, "monotonic", lambda: now[0])
    known = Remembered[list[int]]()

    def ask() -> list[int]:
        asked.append(now[0])
        return [len(asked)]

    assert (known.get("a", ask), known.get("a", ask), known.get("b", ask)) == ([1], [1], [2])
    now[0] += remembered.FRESH_SECONDS
    assert known.get("a", ask) == [1]
    now[0] += 1
    assert known.get("a", ask) == [3]
    known.forget()
    assert known.get("a", ask) == [4]


def test_nothing_is_never_remembered() -> None:
    known = Remembered[list[int]]()
    assert known.get("a", list) == []
    assert known.get("a", lambda: [1]) == [1]
