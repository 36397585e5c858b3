"""What a citizen takes home: both numbers, what happens next and by when, as a page and as a text file."""

from __future__ import annotations

from portal.home import deciding, handling
from shared.domain import receipts
from shared.domain.calendar import Due
from shared.language import gettext as _
from shared.models.institution import Institution
from shared.services import queries_portal
from shared.services.visits import RECEIPT_SHOWN, Shown
from shared.web.dates import day, moment, span, within
from shared.web.state import settings


def receipt_minutes() -> int:
    """How long a receipt is shown again: no longer than the visit lasts."""
    return min(int(RECEIPT_SHOWN.total_seconds() // 60), settings().visit_idle_minutes)


def _by(due: Due | None) -> str:
    if due is None:
        return ""
    # 暂定: the notice on holidays of a year that the count touches isn't out yet.
    return day(due.day) + (_("（暂定）") if due.provisional else "")


def what_next(institution: Institution, receipt: Shown) -> list[str]:
    """What happens next and by when, one sentence each, from the limits of the rule book."""
    regime = queries_portal.regime(institution)
    decide = deciding(regime)
    if decide is not None:
        due = queries_portal.due(institution, decide, receipt.filed_at)
        said = [_("%(day)s前，我们决定是否受理。无论结果如何，都会写明理由和您可以怎么做。", day=_by(due))]
    else:
        said = [_("我们会及时决定是否受理。无论结果如何，都会写明理由和您可以怎么做。")]
    for rule in handling(regime):
        due = queries_portal.due(institution, rule, receipt.filed_at)
        if decide is None and due is not None:
            words = _(
                "受理以后，%(span)s内%(name)s。如果今天受理，就是 %(day)s前。",
                span=span(rule),
                name=rule.name,
                day=_by(due),
            )
        else:
            words = _("%(sentence)s。", sentence=within(rule))
        said.append(words)
    return [*said, _("需要更多时间时，会先告诉您原因和新的日期。")]


def evidence_lines(receipt: Shown) -> list[str]:
    """The code that proves the complaint, and what opens it."""
    if not receipt.evidence:
        return []
    return [
        _("存证码：%(code)s", code=in_fours(receipt.evidence)),
        _("核对用的随机码：%(salt)s", salt=in_fours(receipt.salt)),
        said_of_evidence(),
        "",
    ]


def said_of_evidence() -> str:
    """What the code is good for, in one sentence."""
    return str(_("存证码能证明我们在这一天收到了您的投诉；被删、被改，都查得出来。"))


def in_fours(letters: str) -> str:
    """Letters in groups of four, to be copied by hand."""
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def as_text(institution: Institution, receipt: Shown) -> str:
    """The receipt as plain text."""
    lines = [
        _("回执：我们已收到您反映的问题"),
        f"{institution.name} {institution.office_name}",
        "",
        _("受理编号：%(no)s", no=receipts.grouped(receipt.receipt_no)),
        _("查询码：%(code)s", code=receipts.grouped(receipt.code)),
        _("收到时间：%(at)s", at=moment(receipt.filed_at)),
        "",
        *evidence_lines(receipt),
        _("接下来会怎样"),
        *what_next(institution, receipt),
        "",
        _("凭受理编号和查询码查进度、回答追问。查询码丢失后无法找回，也请不要告诉别人。"),
        _("电话：%(phone)s", phone=institution.phone),
        f"{institution.address} {institution.hours}",
    ]
    return "\r\n".join(lines) + "\r\n"
