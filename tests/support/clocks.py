"""Stories of events and limits in short, for worked examples of clocks: days of 2026 in Shanghai."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.domain import calendar as calendar_module
from shared.domain.calendar import Calendar, Unit, parse_csv
from shared.domain.clocks import Clock, Happened, Limit, run

SHIPPED = Path(calendar_module.__file__).parent / "calendars" / "cn.csv"
CN = Calendar.of(parse_csv(SHIPPED.read_text(encoding="utf-8")))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """Read "11-23 10:00" as a moment of 2026 in Shanghai."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


def day(text: str) -> date:
    """Read "11-23" as a day of 2026."""
    return date.fromisoformat(f"2026-{text}")


def story(*rows: tuple) -> list[Happened]:
    """Events in their order: (kind, "11-23 10:00"), and what else is known of one."""
    return [Happened(n, kind, at(when), **(more[0] if more else {})) for n, (kind, when, *more) in enumerate(rows, 1)]


def limit(id_="finish", value=5, unit=Unit.WORKING_DAYS, start="accepted", stops=("answered",), **more) -> Limit:
    """A limit of five working days from the acceptance to the answer, but for what is given."""
    return Limit(id_, value, unit, frozenset({start}), frozenset(stops), "handler", **more)


def clocks(limits, events, now, zone=SHANGHAI, severity="ordinary") -> list[Clock]:
    """The clocks that run or have run by then."""
    return run(limits, events, CN, zone=zone, default_severity=severity, now=at(now))


def clock(one, events, now, **more) -> Clock:
    """The only clock of one limit."""
    [found] = clocks([one], events, now, **more)
    return found
