"""The one place that reads the time of day; doors read it once and hand it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_held: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _held if _held is not None else datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock at an aware moment for the whole process, threads included (for tests and the demo)."""
    global _held
    if at.tzinfo is None:
        raise ValueError("the clock can only be held at an aware moment")
    before, _held = _held, at.astimezone(UTC)
    try:
        yield _held
    finally:
        _held = before
