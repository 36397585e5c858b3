"""Whatever one table of a rule book names, another must define; all that doesn't agree, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS, Route
from shared.domain.regimes import check_limits, rows
from shared.domain.regimes import vocabulary as words
from shared.domain.regimes.book import Regime
from shared.domain.regimes.faults import Fault, fault

NEEDED = {
    Route.TRANSFER: (
        "accept",
        "transfer",
        "sign",
        "assign_section",
        "submit_reply",
        "approve_reply",
        "hand_in",
        "feed_back",
        "archive",
    ),
    Route.INVESTIGATE: ("accept", "investigate", "submit_opinion", "approve_opinion", "feed_back", "archive"),
}
"""Steps without which no case comes to its end."""
TABLES = ("categories", "severities", "roles", "forms", "fields", "triggers", "stages", "reports", "penalties")

ROLE_KEYS = (
    ("limits", ("owner", "tell"), True),
    ("extension", ("approver",), True),
    ("measures", ("owner",), False),
    ("acceptance", ("approver",), False),
    ("transfer", ("approver", "signed_by"), False),
    ("returns", ("decided_by",), False),
    ("co_handling", ("coordinator",), False),
    ("capa", ("ordered_by", "verified_by"), False),
    ("emergency", ("approver",), False),
    ("supervision", ("role",), False),
    ("keeping", ("role",), False),
    ("visits", ("role",), False),
    ("rosters", ("role",), False),
    ("ladder", ("role",), False),
    ("stages", ("role",), False),
    ("tiers", ("role",), False),
    ("penalties", ("approver",), False),
    ("reports", ("by", "to"), False),
    ("forms", ("signs",), False),
)
"""Tables and their keys that name roles, and whether whoever holds it has to act in the product."""
OUTSIDE = frozenset({"complainant", "citizen"})
"""Who signs without being staff."""


def check(book: Regime, raw: dict[str, Any]) -> list[Fault]:
    """Every disagreement within a rule book."""
    parts = (check_limits.faults, _words, _roles, _steps, _fields, _triggers, _names, _twice, _sample)
    return [*(one for part in parts for one in part(book)), *_rows(book, raw)]


def _words(book: Regime) -> Iterator[Fault]:
    yield from (fault("channel_unknown", "channels", c) for c in book.channels if c not in words.CHANNELS)
    yield from (fault("mode_unknown", "modes", m) for m in book.modes if m not in words.MODES)
    for rule in book.channel_rules:
        if rule.code not in book.channels:
            yield fault("channel_unknown", f"channel_rules.{rule.code}", rule.code)
    called = ((f"reports.{r.code}.due.on", r.due.on) for r in book.reports if r.due.on)
    yield from (fault("event_unknown", key, on) for key, on in called if on not in {*words.EVENTS, words.HOT_SPOT})
    for n, one in enumerate(book.approvals):
        if one.of not in words.SUBJECTS:
            yield fault("subject_unknown", f"approvals.{n}.of", one.of)


def named_roles(book: Regime) -> Iterator[tuple[str, str, bool]]:
    """Every place that names a role: key, role, and whether whoever holds it has to act in the product."""
    for table, keys, acts in ROLE_KEYS:
        part = getattr(book, table)
        several = isinstance(part, list)
        for n, one in enumerate(part if several else [part] if part else []):
            name = f"{table}.{getattr(one, 'id', None) or getattr(one, 'code', n)}" if several else table
            for key in keys:
                said = getattr(one, key)
                yield from ((f"{name}.{key}", r, acts) for r in ([said] if isinstance(said, str) else said or ()) if r)
    for n, approval in enumerate(book.approvals):
        levels = [role for level in approval.chain for role in (level.role, *level.also)]
        yield from ((f"approvals.{n}.chain", role, True) for role in levels)
    for trigger in book.triggers:
        yield from ((f"triggers.{trigger.code}.then", e.role, False) for e in trigger.then if e.role)


def _roles(book: Regime) -> Iterator[Fault]:
    known = {role.code: role for role in book.roles}
    for key, role, acts in named_roles(book):
        if role in OUTSIDE:
            continue
        if role not in known:
            yield fault("role_nobody", key, role)
        elif acts and not known[role].roles:
            yield fault("role_unmapped", key, role)
    for one in book.roles:
        yield from (fault("value", f"roles.{one.code}.as", r) for r in one.roles if r not in words.STAFF)


def _steps(book: Regime) -> Iterator[Fault]:
    held = {product for role in book.roles for product in role.roles}
    for route in book.routes:
        for action in NEEDED[route]:
            roles = SLIP_STEPS[action].roles if action in SLIP_STEPS else CASE_STEPS[action].roles
            if not roles & held:
                yield fault("step_nobody", "roles", action)


def _fields(book: Regime) -> Iterator[Fault]:
    filled = {one.code for one in book.fields} | words.KNOWN
    steps = words.STEPS | words.LATER_STEPS
    categories = {c.code for c in book.categories}
    for one in book.fields:
        if one.step not in steps:
            yield fault("step_unknown", f"fields.{one.code}.step", one.step)
        yield from (fault("channel_unknown", f"fields.{one.code}", c) for c in one.channels if c not in book.channels)
        yield from (fault("category_unknown", f"fields.{one.code}", c) for c in one.categories if c not in categories)
        if one.known and one.known not in words.KNOWN:
            yield fault("field_unfilled", f"fields.{one.code}.known", one.known)
        if one.fact and (one.fact not in words.FACTS or one.kind != "yes"):
            yield fault("fact_unknown", f"fields.{one.code}.fact", one.fact)
        if one.promises and (one.kind, one.step) not in (("date", "register"), ("date", "accept")):
            yield fault("value", f"fields.{one.code}.promises", f"{one.kind} {one.step}")
    for form in book.forms:
        yield from (fault("field_unfilled", f"forms.{form.code}.fields", f) for f in form.fields if f not in filled)
        if form.step and form.step not in steps:
            yield fault("step_unknown", f"forms.{form.code}.step", form.step)


def _triggers(book: Regime) -> Iterator[Fault]:
    for one in book.triggers:
        key = f"triggers.{one.code}"
        yield from (fault("fact_unknown", f"{key}.when", c.fact) for c in one.when if c.fact not in words.FACTS)
        yield from (fault("effect_unknown", f"{key}.then", e.do) for e in one.then if e.do not in words.EFFECTS)
        yield from (fault("value", f"{key}.when", c.value) for c in one.when if c.op != "is" and not _number(c.value))
        classes = {s.code for s in book.severities}
        for effect in one.then:
            if effect.do == "severity" and effect.what not in classes:
                yield fault("severity_unknown", f"{key}.then", effect.what)


def _number(text: str) -> bool:
    digits = text.replace(".", "", 1)
    return digits.isascii() and digits.isdecimal()


def _names(book: Regime) -> Iterator[Fault]:
    limits, stages, forms = {r.id for r in book.limits}, {s.code for s in book.stages}, {f.code for f in book.forms}
    used = [("extension.limits", x) for x in book.extension.limits]
    used += [(f"ladder.{r.code}.limit", r.limit) for r in book.ladder if r.limit]
    classes = {s.code for s in book.severities} | {""}
    yield from (
        fault("severity_unknown", f"ladder.{r.code}", r.severity) for r in book.ladder if r.severity not in classes
    )
    recorded = ((f"ladder.{r.code}.records", kind) for r in book.ladder for kind in r.records)
    yield from (fault("event_unknown", key, kind) for key, kind in recorded if kind not in words.EVENTS)
    used += [(f"stages.{s.code}.limit", s.limit) for s in book.stages if s.limit]
    used += [(f"penalties.{p.code}.limit", p.limit) for p in book.penalties if p.limit]
    yield from (fault("limit_unknown", key, x) for key, x in used if x not in limits)
    for stage in book.stages:
        yield from (fault("stage_unknown", f"stages.{stage.code}.next", x) for x in stage.next if x not in stages)
    named = [("transfer.form", book.transfer.form)] if book.transfer else []
    named += [(f"reports.{r.code}.form", r.form) for r in book.reports]
    named += (
        [("capa.order_form", book.capa.order_form), ("capa.report_form", book.capa.report_form)] if book.capa else []
    )
    yield from (fault("field_unfilled", key, x) for key, x in named if x and x not in forms)
    if book.default_severity and book.default_severity not in {s.code for s in book.severities}:
        yield fault("severity_unknown", "default_severity", book.default_severity)


def _twice(book: Regime) -> Iterator[Fault]:
    for table in TABLES:
        yield from _repeated(table, (one.code for one in getattr(book, table)))
    yield from _repeated("limits", (rule.id for rule in book.limits))
    yield from _repeated("approvals", (f"{one.of} {one.when}".strip() for one in book.approvals))
    conditions = (str(sorted((c.fact, c.op, c.value) for c in one.when)) for one in book.triggers)
    yield from _repeated("triggers", conditions)


def _repeated(table: str, codes: Iterable[str]) -> Iterator[Fault]:
    yield from (fault("twice", f"{table}.{code}", code) for code, n in Counter(codes).items() if n > 1)


def _sample(book: Regime) -> Iterator[Fault]:
    sample, blank = book.sample, {b.key for b in book.blanks}
    if sample is None:
        return
    yield from (fault("setting_unknown", "sample.settings", key) for key in sample.settings if key not in blank)
    yield from (fault("sample", "sample.settings", key) for key in blank if key not in sample.settings)
    categories, classes = {c.code for c in book.categories}, {s.code for s in book.severities} | {""}
    for n, one in enumerate(sample.complaints):
        known = one.category in categories and one.severity in classes and one.channel in book.channels
        if not known or one.unit >= len(sample.units):
            yield fault("sample", f"sample.complaints.{n}", " ".join((one.category, one.severity, one.channel)))


def _rows(book: Regime, raw: dict[str, Any]) -> Iterator[Fault]:
    named = list(_rows_in(raw, ""))
    own = rows.of_regime(book.code)
    for key, row in named:
        if row != "cfg" and row not in own:
            foreign = not row.startswith(f"{book.code}.")
            yield fault("row_foreign" if foreign else "row_unknown", key, row)
    said = {row for _, row in named}
    yield from (fault("row_missing", "clauses", row) for row in sorted(own - said))


def _rows_in(here: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(here, dict):
        name = str(here.get("id") or here.get("code") or "")
        for key, value in here.items():
            if key in ("row", "start_row") and isinstance(value, str):
                yield f"{path}.{key}".lstrip("."), value
            elif isinstance(value, (dict, list)):
                yield from _rows_in(value, f"{path}.{key}".lstrip("."))
        return
    for n, one in enumerate(here):
        name = str(one.get("id") or one.get("code") or n) if isinstance(one, dict) else str(n)
        if isinstance(one, (dict, list)):
            yield from _rows_in(one, f"{path}.{name}")
