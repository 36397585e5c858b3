"""安全记录: sign-ins, failures, refusals, ended sessions, and what among them is out of the ordinary."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from backoffice import bp
from backoffice.audit import day
from backoffice.fields import number
from shared import clock
from shared.domain.visibility import at_home, may_see, need_sight
from shared.domain.watching import BURST, KINDS
from shared.services import queries_audit, queries_watch
from shared.services.queries_watch import Asked, Line
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import page
from shared.web.phrases import facts

NOBODY = "nobody"
NAMED = (("with", "proof"), ("why", "session_end"), ("code", "refused"), ("what", "watch_kind"))
"""Which fact of a line has words, and under which heading they stand."""


@bp.get("/security-record")
def security_record() -> Response:
    """The alarms of the last week, then the record by person, kind and day."""
    need_sight(me(), "security_record")
    asked = _asked()
    rows, older = queries_watch.lines(me(), asked)
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "before" and v}
    return page(
        "backoffice/security_record.html",
        asked=asked,
        rows=rows,
        remark=_remark,
        following=url_for("office.security_record", **{**kept, "before": older}) if older else None,
        filtered=bool(kept),
        people=queries_audit.people(me()),
        kinds=KINDS,
        alarms=queries_watch.alarms(me(), clock.now()),
        burst=BURST,
        opens_accounts=may_see(me(), "accounts", at_home(me())),
    )


def _remark(line: Line) -> str:
    words = [str(label(heading, line.facts[fact])) for fact, heading in NAMED if line.facts.get(fact)]
    where = [str(line.facts["page"])] if line.facts.get("page") else []
    unknown = [_("没有这个用户名，标记 %(mark)s", mark=line.mark)] if line.mark else []
    return facts([*unknown, *words, *where])


def _asked() -> Asked:
    args = request.args
    kind, who = args.get("kind", ""), args.get("who", "")
    return Asked(
        who=-1 if who == NOBODY else number(who),
        kind=kind if kind in KINDS else "",
        since=day("since"),
        until=day("until"),
        before=number(args.get("before")) or None,
    )
