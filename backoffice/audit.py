"""审计: who saw or did what and when, without any content; checkpoints, and the check of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.case_words import WHY
from backoffice.queue import key_of
from shared import clock
from shared.domain.visibility import need_sight
from shared.services import queries_audit, queries_work, reads, verification
from shared.services.queries_audit import MOST_EXPORTED, Act, Asked
from shared.services.verification import Report
from shared.web.auth import me
from shared.web.dates import moment
from shared.web.labels import label
from shared.web.page import page
from shared.web.phrases import facts
from shared.web.state import keys
from shared.web.table_file import table_file
from shared.web.words import LABELS

NEWEST = 20_000
"""Events that a page checks; the whole chain is checked by the command on the server."""
FINDINGS: dict[str, Any] = {
    "event_changed": _l("一条记录被改动"),
    "event_before_missing": _l("一条记录的上一步不见了"),
    "event_without_mac": _l("一条记录没有校验码"),
    "event_unknown_key": _l("一条记录的校验码所用的密钥不在这里"),
    "events_missing": _l("这一段少了记录"),
    "events_added": _l("这一段多了记录"),
    "events_changed": _l("这一段的记录被换过"),
    "totals_differ": _l("各机构的件数和检查点不符"),
    "checkpoint_unreadable": _l("检查点读不出来"),
    "checkpoint_unsigned": _l("检查点的签名不对"),
    "checkpoint_gone": _l("检查点不见了"),
    "checkpoint_changed": _l("检查点被改动"),
}


def refuse_others() -> None:
    """Only the auditor reads here."""
    need_sight(me(), "audit")


@bp.get("/audit")
def audit() -> Response:
    """The search, the newest checkpoints, who opened many cases."""
    refuse_others()
    return _shown(None)


@bp.post("/audit/verify")
def audit_verify() -> Response:
    """Checks all checkpoints and the newest events."""
    refuse_others()
    return _shown(verification.verify(keys(), newest=NEWEST))


@bp.get("/audit.csv")
def audit_csv() -> Response:
    """What the search finds, for a spreadsheet."""
    refuse_others()
    found = queries_audit.search(me(), _asked(), MOST_EXPORTED)
    book = queries_work.book(me())
    rows: list[list[object]] = [
        [_("导出人"), me().name, moment(clock.now())],
        [_("时间"), _("人员"), _("岗位"), _("做了什么"), _("登记编号"), _("备注")],
    ]
    for act in found.acts:
        role = book.name_of("roles", act.role) or label("actor", act.role)
        said = [act.at.isoformat(timespec="seconds"), act.name, role, label("event", act.kind), act.register_no]
        rows.append([*said, _remark(act)])
    response = table_file(_("审计记录"), rows)
    response.cache_control.no_store = True
    return response


def _remark(act: Act) -> str:
    parts = [str(WHY.get(act.why, act.why))] if act.why else []
    parts += [_("卷内 %(n)s 份", n=act.papers)] if act.papers else []
    return facts([*parts, *([_("时间早于上一步")] if act.backwards else [])])


def _shown(report: Report | None) -> Response:
    asked = _asked()
    found = queries_audit.search(me(), asked)
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "after" and v}
    following = f"{found.next[0].isoformat()}~{found.next[1]}" if found.next else ""
    return page(
        "backoffice/audit.html",
        asked=asked,
        acts=found.acts,
        remark=_remark,
        book=queries_work.book(me()),
        people=queries_audit.people(me()),
        kinds=LABELS["event"],
        following=url_for("office.audit", **{**kept, "after": following}) if following else None,
        export=url_for("office.audit_csv", **kept),
        filtered=bool(kept),
        marks=queries_audit.checkpoints(me()),
        readers=reads.busiest(me(), clock.now()),
        report=report,
        findings=FINDINGS,
    )


def _asked() -> Asked:
    args = request.args
    who, kind = args.get("who", ""), args.get("kind", "")
    known = (who.isascii() and who.isdigit() and len(who) < 10) or who in LABELS["actor"]
    return Asked(
        who=who if known else "",
        kind=kind if kind in LABELS["event"] else "",
        since=day("since"),
        until=day("until"),
        case=args.get("case", "").replace("\x00", "").strip()[:40],
        after=key_of(args.get("after")),
    )


def day(name: str) -> dt.date | None:
    """A day of the address, or None where it names none."""
    try:
        found = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9000 else None
