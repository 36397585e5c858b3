"""Which limits run on a case, when each is due and when to look again: a fold over what happened, nothing kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.domain.calendar import ONE_DAY, Calendar, Due, Line, Reason, Span, Unit
from shared.domain.hours import USUAL, Hours
from shared.domain.limits import Limit as Limit

SETS_SEVERITY = frozenset({"classified", "accepted", "assessed", "reported_up"})
RESUMES = frozenset({"question_answered", "question_lapsed"})
UPPER = "upper_deadline"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a case, as far as clocks care; `seq` gives the order, `at` is aware UTC."""

    seq: int
    kind: str
    at: datetime
    slip: int | None = None
    severity: str | None = None
    category: str | None = None
    limit: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One run of one limit; (limit.id, slip, start_seq) names it for good."""

    limit: Limit
    slip: int | None
    start_seq: int
    started_at: datetime
    start_day: date
    due_day: date
    due_at: datetime
    first_due_day: date  # before any pause or extension
    provisional: bool
    stopped_at: datetime | None
    paused_since: datetime | None
    pauses: tuple[tuple[date, date | None], ...]  # first day not counted, day on which counting goes on
    resumes_on: date | None  # while paused: the day on which the due day supposes counting to go on
    extended: tuple[date, ...]
    warnings: tuple[tuple[int, datetime], ...]  # (working days before, when), in order of time
    look_at: datetime | None

    @property
    def met_late(self) -> bool:
        """Say whether it was met, but after its due moment."""
        return self.stopped_at is not None and self.stopped_at > self.due_at

    def overdue(self, now: datetime) -> bool:
        """Say whether it is open and has run out."""
        return self.stopped_at is None and now >= self.due_at

    @property
    def spans(self) -> list[Span]:
        """Return the pauses with the open one closed where the due day supposes it to end."""
        return [(first, after or self.resumes_on or first) for first, after in self.pauses]


@dataclass(frozen=True, slots=True)
class _Life:
    start: Happened
    stop: Happened | None = None
    extended: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pause:
    asked: datetime
    resumed: datetime | None = None


@dataclass(slots=True)
class _Fold:
    """Runs of one limit while its events pass by."""

    limit: Limit
    severity: str | None
    category: str | None = None
    open: dict[int | None, _Life] = field(default_factory=dict)
    ended: list[_Life] = field(default_factory=list)

    def take(self, event: Happened) -> None:
        if event.kind in SETS_SEVERITY:
            self.severity = event.severity or self.severity
            self.category = event.category or self.category
        if event.kind in self.limit.stops:
            self.stop(event)
        if event.kind in self.limit.revives:
            self.revive(event)
        if event.kind == "extended" and event.until and event.limit in {self.limit.id, *self.limit.extended_as}:
            for slip in self.touched(event):
                self.open[slip] = replace(self.open[slip], extended=(*self.open[slip].extended, event.until))
        # A start while it runs begins it anew; a promised day that nobody named starts nothing.
        if event.kind in self.limit.starts and (event.until or self.limit.unit is not Unit.PROMISED):
            self.open[event.slip if self.limit.per_slip else None] = _Life(event)

    def stop(self, event: Happened) -> None:
        for slip in self.touched(event):
            life = replace(self.open.pop(slip), stop=event)
            if self.applies():
                self.ended.append(life)

    def revive(self, event: Happened) -> None:
        slip = event.slip if self.limit.per_slip else None
        if slip not in self.open and self.ended:
            self.open[slip] = replace(self.ended.pop(), stop=None)

    def touched(self, event: Happened) -> list[int | None]:
        # An event of the whole case, such as a withdrawal, reaches every slip.
        everyone = event.slip is None or not self.limit.per_slip
        return [slip for slip in self.open if everyone or slip == event.slip]

    def applies(self) -> bool:
        return self.limit.severity in (None, self.severity) and self.limit.category in (None, self.category)

    def runs(self) -> list[_Life]:
        return [*self.ended, *(self.open.values() if self.applies() else ())]


@dataclass(frozen=True, slots=True)
class _Office:
    """An office's hours on its calendar, at one moment."""

    calendar: Calendar
    zone: ZoneInfo
    hours: Hours
    now: datetime

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.zone).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        return self.at(day, self.hours.on(day)[0])

    def closing(self, day: date) -> datetime:
        return self.at(day, self.hours.on(day)[1])

    def next_close(self, moment: datetime) -> date:
        day = self.day(moment)
        return day if moment <= self.closing(day) else day + ONE_DAY

    def due_at(self, day: date, started: datetime) -> datetime:
        # 民法典 203: a term ends at close of business; one begun after closing and due the same day, at 24:00.
        close = self.closing(day)
        return self.at(day + ONE_DAY, time(0)) if close <= started and day >= self.day(started) else close

    def pauses(self, limit: Limit, life: _Life, pauses: Sequence[_Pause]) -> list[_Pause]:
        if not limit.pauses:
            return []
        began, end = life.start.at, life.stop.at if life.stop else None
        cut = [
            _Pause(max(pause.asked, began), min(filter(None, (pause.resumed, end)), default=None)) for pause in pauses
        ]
        return [pause for pause in cut if pause.resumed is None or pause.asked < pause.resumed]

    def span(self, pause: _Pause) -> Span:
        # A day counts when the clock runs at its close of business. So the day of asking counts only if the question
        # goes out after closing or is answered before it, and a limit never runs out while it is paused.
        return self.next_close(pause.asked), self.next_close(pause.resumed or self.now)

    def count(self, limit: Limit, start: Happened, pauses: Sequence[_Pause]) -> tuple[Due, datetime]:
        day = self.day(start.at)
        if start.until and (UPPER in limit.starts or limit.unit is Unit.PROMISED):
            return Due(start.until, provisional=False), self.due_at(start.until, start.at)
        if limit.unit is Unit.HOURS:  # 民法典 201: hours run at once
            end = start.at + timedelta(hours=limit.value)
            for pause in pauses:
                if pause.asked < end:
                    end += (pause.resumed or max(self.now, pause.asked)) - pause.asked
            return Due(self.day(end), provisional=False), end
        due = limit.count(self.calendar, day, [self.span(pause) for pause in pauses])
        return due, self.due_at(due.day, start.at)

    def extend(self, due: Due, life: _Life, spans: Sequence[Span]) -> Due:
        promised = max(life.extended, default=due.day)
        if promised <= due.day:
            return due
        if any(first <= promised < after for first, after in spans):  # nothing runs out while it is paused
            return self.calendar.roll(promised, promised, spans)
        return Due(promised, provisional=False)  # a promised day stays as it was told, also on a day off

    def warnings(self, limit: Limit, start: Happened, day: date, due_at: datetime) -> tuple[tuple[int, datetime], ...]:
        moments = ((days, self.opening(self.calendar.back(day, days))) for days in limit.warn)
        return tuple(sorted((pair for pair in moments if start.at < pair[1] < due_at), key=lambda pair: pair[1]))

    def look_at(self, moments: Iterable[datetime]) -> datetime:
        ahead = [moment for moment in moments if moment > self.now]
        return min(ahead) if ahead else self.next_morning()

    def next_morning(self) -> datetime:
        day = self.day(self.now)
        while not self.calendar.is_working(day) or self.opening(day) <= self.now:
            day += ONE_DAY
        return self.opening(day)

    def clock(self, limit: Limit, life: _Life, all_pauses: Sequence[_Pause]) -> Clock:
        start, stop = life.start, life.stop
        pauses = self.pauses(limit, life, all_pauses)
        spans = [(pause, *self.span(pause)) for pause in pauses]
        counted, counted_at = self.count(limit, start, pauses)
        due = self.extend(counted, life, [(first, after) for _, first, after in spans])
        due_at = counted_at if due.day == counted.day else self.due_at(due.day, start.at)
        waiting = pauses[-1] if pauses and pauses[-1].resumed is None else None
        warnings = self.warnings(limit, start, due.day, due_at)
        return Clock(
            limit=limit,
            slip=start.slip if limit.per_slip else None,
            start_seq=start.seq,
            started_at=start.at,
            start_day=self.day(start.at),
            due_day=due.day,
            due_at=due_at,
            first_due_day=self.count(limit, start, ())[0].day if pauses else counted.day,
            provisional=due.provisional,
            stopped_at=stop.at if stop else None,
            paused_since=waiting.asked if waiting else None,
            pauses=tuple((a, b if p.resumed else None) for p, a, b in spans if p is waiting or a < b),
            resumes_on=spans[-1][2] if waiting else None,
            extended=life.extended,
            warnings=warnings,
            look_at=None if stop or waiting else self.look_at([*(when for _, when in warnings), due_at]),
        )


def run(
    limits: Iterable[Limit],
    events: Iterable[Happened],
    calendar: Calendar,
    *,
    zone: ZoneInfo,
    hours: Hours = USUAL,
    default_severity: str | None,
    now: datetime,
) -> list[Clock]:
    """Return every clock the events of one case have started, met ones too, by limit and then by start."""
    story = sorted(events, key=lambda event: event.seq)
    office = _Office(calendar, zone, hours, now)
    pauses = list(_pauses(story))
    return [
        office.clock(limit, life, pauses)
        for limit in limits
        for life in sorted(_runs(limit, story, default_severity), key=lambda life: life.start.seq)
    ]


def explain(clock: Clock, calendar: Calendar) -> list[Line]:
    """List day by day how the due day comes about; the last line is the due day."""
    limit, start = clock.limit, clock.start_day
    if UPPER in limit.starts or limit.unit in (Unit.HOURS, Unit.PROMISED):
        reason = {Unit.HOURS: Reason.HOURS, Unit.PROMISED: Reason.PROMISED}.get(limit.unit, Reason.FIXED)
        end = min(clock.due_day, clock.first_due_day) if clock.extended else clock.due_day
        lines = [Line(start, None, Reason.START_DAY), Line(end, None, reason)]
    else:
        value = 0 if limit.unit is Unit.SAME_DAY else limit.value
        end = limit.count(calendar, start, clock.spans).day
        lines = calendar.walk(start, end, limit.unit, value, clock.spans, first_day=limit.first_day)
    more = range(1, (clock.due_day - end).days + 1)
    return lines + [Line(end + timedelta(days=n), None, Reason.EXTENDED) for n in more]


def _runs(limit: Limit, story: Iterable[Happened], severity: str | None) -> list[_Life]:
    fold = _Fold(limit, severity)
    for event in story:
        fold.take(event)
    return fold.runs()


def _pauses(story: Iterable[Happened]) -> Iterator[_Pause]:
    """Pair each question with the next answer or lapse; a second question meanwhile does not make the pause longer."""
    asked: datetime | None = None
    for event in story:
        if event.kind == "question_asked":
            asked = asked or event.at
        elif event.kind in RESUMES and asked:
            yield _Pause(asked, event.at)
            asked = None
    if asked:
        yield _Pause(asked)
