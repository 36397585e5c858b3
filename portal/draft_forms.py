"""The filing forms with the rule book's own questions: about the matter on one page, about the person on the next."""

from __future__ import annotations

from portal.drafts import Writing
from portal.submit_forms import ContactForm, WhatForm
from shared.domain import fields
from shared.domain.regimes import Regime
from shared.web.rule_fields import asking


def what_form(regime: Regime, now: Writing) -> WhatForm:
    """The matter, as far as it has been written."""
    wanted = [one for one in fields.asked(regime, "file", channel="web") if not fields.of_person(one)]
    kept = {fields.PREFIX + code: text for code, text in now.draft.get("fields", {}).items()}
    return asking(WhatForm, regime, wanted)(data={**now.draft.get("what", {}), **kept})


def contact_form(regime: Regime, now: Writing) -> ContactForm:
    """The person, with what the category that was chosen asks."""
    category = now.draft.get("what", {}).get("category", "")
    wanted = [one for one in fields.asked(regime, "file", channel="web", category=category) if fields.of_person(one)]
    return asking(ContactForm, regime, wanted)(data=now.draft.get("contact"))
