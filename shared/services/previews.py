"""What the citizen will be sent, word for word, before it is sent."""

from __future__ import annotations

import datetime as dt

from shared.domain.notices import BY_CODE, Channel, receipt_tail
from shared.models.case import Case
from shared.models.institution import Institution
from shared.senders.render import render_email, render_sms
from shared.services.recipients import written


def notice(
    case: Case, place: Institution, notify: str, code: str, base_url: str, days: dict[str, dt.date]
) -> tuple[str, str] | None:
    """The channel that the citizen chose and the text that goes that way; None where nobody is to be written to.

    `days` are the dates that the notice states. Needs an app context.
    """
    channel = BY_CODE[code].travels_by(notify)
    if channel is None or case.mode == "anonymous":
        return None
    facts = {
        "institution": place.name,
        "office": place.office_name,
        "phone": place.phone,
        "sign": place.sms_sign,
        "tail": receipt_tail(case.receipt_no),
        "link": f"{base_url}/at/{place.slug}/track",
        **{name: written(day, case.locale) for name, day in days.items()},
    }
    sms = channel is Channel.SMS
    return str(channel), render_sms(code, case.locale, facts)[0] if sms else render_email(code, case.locale, facts)[1]
