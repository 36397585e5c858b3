"""The draft behind the filing pages: what it holds, which page it still needs, what it becomes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import session, url_for
from wtforms import Form

from portal.submit_forms import KNOWS, MODES, NOTIFY
from shared import clock, crypto
from shared.domain.fields import PREFIX
from shared.domain.phones import read_phone
from shared.domain.redaction import mask_obvious
from shared.domain.regimes import Regime
from shared.files import Kept
from shared.language import gettext as _
from shared.models.institution import Institution
from shared.services import visits
from shared.services.intake import Complaint
from shared.services.visits import Open
from shared.web.labels import label
from shared.web.rule_fields import answers_of, told
from shared.web.state import settings

WHAT = ("respondent", "story", "wish", "happened", "category")
TYPED_MOST = 20_000
"""What is kept of a text that is too long, until its writer has shortened it."""
_CLAUSE_ENDS = re.compile(r"[，。；：！？、\n]")


@dataclass
class Writing:
    """What is being written in this browser for this institution; `draft` is empty before the first page is kept."""

    institution_id: int
    token: str
    visit: Open | None
    draft: dict[str, Any]

    def keep_what(self, form: Form, *, complete: bool, files: Sequence[Kept] = (), most: int = 0) -> None:
        """Keeps the matter, finished or not; answers about the person go where they are no longer asked for."""
        self.draft["how"] = form["how"].data
        self.draft["what"] = {name: (form[name].data or "")[:TYPED_MOST] for name in WHAT}
        self.draft["fields"] = {code: text[:TYPED_MOST] for code, text in answers_of(form).items()}
        self.draft["what_done"] = complete
        self.draft.setdefault("key", crypto.token())
        if self.draft["how"] == "anonymous":
            self.draft.pop("contact", None)
            self.draft.pop("contact_for", None)
        self._keep(files, most)

    def keep_contact(self, form: Form) -> None:
        """Keeps the answers about the person, and in which way of complaining they were asked for."""
        self.draft["contact"] = {name: field.data for name, field in form._fields.items() if name != "csrf_token"}
        self.draft["contact_for"] = self.draft["how"]
        self._keep()

    def _keep(self, files: Sequence[Kept] = (), most: int = 0) -> None:
        visits.keep(self.token, self.institution_id, self.draft, clock.now(), files, most)
        session["visit"] = self.token


def writing(institution: Institution) -> Writing:
    """The draft of this browser; one written for another institution, sent or expired is none, and a new one begins."""
    token = session.get("visit")
    visit = visits.find(token, clock.now(), settings().visit_idle_minutes)
    if token and visit and visit.draft is not None and visit.institution_id == institution.id:
        return Writing(institution.id, token, visit, visit.draft)
    sent = visit if visit and visit.draft is None and visit.institution_id == institution.id else None
    return Writing(institution.id, crypto.token(), sent, {})


def pages_left(draft: dict[str, Any]) -> list[str]:
    """The pages that are still to be filled in, the check page last."""
    left = [] if draft.get("what_done") else ["what"]
    if draft["how"] != "anonymous" and draft.get("contact_for") != draft["how"]:
        left.append("contact")
    return [*left, "check"]


def complaint_of(draft: dict[str, Any], locale: str) -> Complaint:
    """The draft as a complaint; whoever stays anonymous has no identity and no contact."""
    what, contact = draft["what"], draft.get("contact") or {}
    if draft["how"] == "anonymous":
        return Complaint(mode="anonymous", locale=locale, fields=draft.get("fields", {}), **what)
    person = {name[len(PREFIX) :]: text or "" for name, text in contact.items() if name.startswith(PREFIX)}
    reach = {"phone": read_phone(contact["phone"]), "email": contact.get("email"), "hours": contact.get("hours")}
    reach["person_phone"] = read_phone(contact.get("person_phone") or "")
    names = {name: contact.get(name) for name in ("name", "relation", "knows", "person_name")}
    return Complaint(
        mode=draft["how"],
        locale=locale,
        identity={name: value for name, value in names.items() if value},
        contact={name: value for name, value in reach.items() if value},
        notify=contact["notify"],
        consent_direct=bool(contact.get("consent")),
        declared_true=bool(contact.get("declared")),
        fields={**draft.get("fields", {}), **person},
        **what,
    )


def flagged(draft: dict[str, Any]) -> list[str]:
    """What in the text may tell who wrote it, where nobody or only the office is to know."""
    if draft["how"] not in {"anonymous", "confidential"}:
        return []
    name = (draft.get("contact") or {}).get("name") or ""
    text = "\n".join([*(draft["what"][field] for field in ("respondent", "story", "wish")), *_own_words(draft)])
    parts = [part.strip() for part in _CLAUSE_ENDS.split(text)]
    return list(dict.fromkeys(part for part in parts if mask_obvious(part, (name,)) != part))


def _own_words(draft: dict[str, Any]) -> list[str]:
    return [text for text in draft.get("fields", {}).values() if text]


def rows_of(draft: dict[str, Any], regime: Regime) -> list[dict[str, str]]:
    """Everything that was answered, with the page on which it can be changed."""
    what, contact = draft["what"], draft.get("contact") or {}
    to_what, to_contact = url_for("portal.submit_what"), url_for("portal.submit_contact")
    rows = [(_("提交方式"), str(MODES[draft["how"]][0]), url_for("portal.submit_how"))]
    rows += [
        (_("反映的单位或地点"), what["respondent"], to_what),
        (_("发生了什么"), what["story"], to_what),
        (_("您希望怎样解决"), what["wish"], to_what),
        (_("大概什么时候发生的"), label("happened", what["happened"]) if what["happened"] else "", to_what),
        (_("属于哪一类"), regime.name_of("categories", what["category"]), to_what),
    ]
    rows += [(row["name"], row["value"], to_what) for row in told(regime, draft.get("fields", {}))]
    if draft["how"] != "anonymous":
        person = {name[len(PREFIX) :]: text for name, text in contact.items() if name.startswith(PREFIX)}
        rows += [(row["name"], row["value"], to_contact) for row in told(regime, person)]
        rows += [(name, value, to_contact) for name, value in _person(contact, draft["how"] == "behalf")]
    return [{"label": name, "value": value, "change": place} for name, value, place in rows]


def _person(contact: dict[str, Any], behalf: bool) -> list[tuple[str, str]]:
    rows = [(_("您的姓名"), contact["name"]), (_("您的电话"), contact["phone"])]
    if behalf:
        rows += [
            (_("您和当事人的关系"), contact["relation"]),
            (_("当事人的姓名"), contact["person_name"]),
            (_("当事人的电话"), contact["person_phone"] or ""),
            (_("当事人是否知情"), str(KNOWS[contact["knows"]])),
        ]
    rows += [
        (_("电子邮箱"), contact["email"] or ""),
        (_("什么时候方便接电话"), contact["hours"] or ""),
        (_("有进展时怎样通知您"), str(NOTIFY[contact["notify"]])),
    ]
    if "consent" in contact:
        rows.append((_("是否同意承办单位直接答复"), _("同意") if contact["consent"] else _("不同意，由受理机构答复")))
    return rows
