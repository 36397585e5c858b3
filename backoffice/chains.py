"""Steps that rule books add: facts on record, what is laid for approval, the next rung, a named day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Optional

from backoffice import bp, case_chains
from backoffice.fields import AtMost, DayField, Said, StepForm, radios, words
from backoffice.steps import Act, offer
from shared.domain import triggers
from shared.domain.errors import Refused
from shared.domain.ladders import next_rung
from shared.domain.regimes import Regime
from shared.domain.regimes.intake import Trigger
from shared.domain.triggers import Track
from shared.domain.visibility import Actor
from shared.services import approvals, assessments, ladders, promises
from shared.services.queries_case import CaseView
from shared.web.labels import label
from shared.web.phrases import facts, listed
from shared.web.words_chains import CHAINS

NUMBERS = ("households", "units", "cost", "days_since_handover", "days_since_completion")


def _fact_field(code: str, words_of: Any) -> Any:
    if code in NUMBERS:
        return StringField(words_of, [Optional(), AtMost(20)])
    return BooleanField(words_of)


AssessForm: type[StepForm] = type(
    "AssessForm",
    (StepForm,),
    {"__doc__": "The facts that a rule book asks about."}
    | {code: _fact_field(code, said) for code, said in CHAINS["fact"].items() if code not in triggers.COMPUTED},
)


class LayForm(StepForm):
    """What is to be approved and why."""

    subject = radios(_l("报批什么"))
    text = words(_l("事由和意见"), hint=_l("写明情况和您的意见。审批的人会看到；有承办单位审批的，不写来信人的情况。"))


class RiseForm(StepForm):
    """Why it could not be solved here."""

    rung = HiddenField()
    reason = words(_l("上报的理由"), hint=_l("写明已经做了什么、为什么解决不了、需要上一级决定什么。"))


class PromiseForm(StepForm):
    """A day for this case."""

    day = DayField(_l("约定的日期"), [Said()])
    agreed = BooleanField(_l("来信人同意这个日期"))
    measures = words(_l("解决措施"), must=False)
    owner = StringField(_l("由谁负责"), [Optional(), AtMost(80)])


def fill_facts(form: Any, view: CaseView) -> None:
    """The facts of this rule book, as they were last recorded; raises Refused('not_now') where there are none."""
    asked, before = triggers.asked(view.regime), case_chains.found(view)
    if not asked:
        raise Refused("not_now", action="assess", state=view.case.state)
    for code in set(CHAINS["fact"]) - triggers.COMPUTED - set(asked):
        delattr(form, code)
    if not form.is_submitted():
        for code, value in before.items():
            if code in asked:
                form[code].data = value


def assess(case_id: int, form: Any, actor: Actor, now: dt.datetime) -> None:
    """Records the facts."""
    told = {field.short_name: field.data for field in form if field.short_name in CHAINS["fact"]}
    assessments.assess(case_id, actor, now, found=told, version=form.seen)


@bp.app_template_global()
def trigger_words(book: Regime, one: Trigger) -> str:
    """What a rule book says follows, in words."""
    found = triggers.effects(book, [one])
    who = {
        code: book.name_of("roles", code) or code for code in (*found.tell, *(role for _of, role, _by in found.decide))
    }
    parts = [
        _("定为“%(name)s”", name=book.name_of("severities", found.severity)) if found.severity else "",
        _("马上报告%(who)s", who=listed(who[code] for code in found.tell)) if found.tell else "",
        _("由%(who)s决定", who=listed(who[role] for _of, role, _by in found.decide)) if found.decide else "",
        _("上报上一级") if found.escalate else "",
        _("先登记这位上级回避") if found.bypass else "",
        *(_tracked(book, track) for track in triggers.tracks([one])),
        *(label("flag", code) for code in found.flags),
        *(case_chains.planned(book, code) for code in found.plans),
    ]
    return facts(parts)


def _tracked(book: Regime, track: Track) -> str:
    post = _("由%(who)s跟踪到办结", who=book.name_of("roles", track.post)) if track.post else _("由本办公室跟踪到办结")
    return facts([label("track", track.what) if track.what else "", post])


def fill_subjects(form: LayForm, view: CaseView) -> None:
    """What can be laid now, with who decides; raises Refused('not_now') where nothing can."""
    offered = case_chains.choices(view)
    if not offered:
        raise Refused("not_now", action="lay_approval", state=view.case.state)
    form.subject.choices = [(of, name) for of, name, _way in offered]
    form.subject.hints = {of: way for of, _name, way in offered}
    if not form.is_submitted() and (len(offered) == 1 or case_chains.to_lay(view)):
        form.subject.data = offered[0][0]


def lay(case_id: int, form: LayForm, actor: Actor, now: dt.datetime) -> None:
    """Lays it before whoever decides."""
    said = {"subject": form.subject.data or "", "text": form.text.data or ""}
    approvals.lay(case_id, actor, now, **said, version=form.seen)


def fill_rung(form: RiseForm, view: CaseView) -> None:
    """Says to whom it goes; raises Refused('top_of_ladder') where nobody is above."""
    there = next_rung(view.regime, case_chains.rung(view))
    if there is None:
        raise Refused("top_of_ladder" if view.regime.ladder else "not_now", action="report_up", state=view.case.state)
    role = view.regime.name_of("roles", there.role) or label("role", there.role)
    form.reason.label.text = _("上报到“%(rung)s”（%(role)s）的理由", rung=there.name, role=role)
    if not form.is_submitted():
        form.rung.data = there.code


def rise(case_id: int, form: RiseForm, actor: Actor, now: dt.datetime) -> None:
    """Sends it up."""
    ladders.rise(case_id, actor, now, reason=form.reason.data or "", rung=str(form.rung.data or ""), version=form.seen)


def fill_day(form: PromiseForm, view: CaseView) -> None:
    """Measures and owner only where the facts ask for a plan; raises Refused('not_now') where no day is named."""
    if not promises.named_limits(view.regime):
        raise Refused("not_now", action="promise", state=view.case.state)
    if any("plans" in event.facts for event, _name in view.events if event.kind == "assessed"):
        for field in (form.measures, form.owner):
            field.validators, field.flags.optional = [Said(), AtMost(5000)], False


def promise(case_id: int, form: PromiseForm, actor: Actor, now: dt.datetime) -> None:
    """Names the day."""
    promises.promise(
        case_id,
        actor,
        now,
        day=form.day.data or now.date(),
        agreed=bool(form.agreed.data),
        measures=form.measures.data or "",
        owner=form.owner.data or "",
        version=form.seen,
    )


offer(
    Act(
        "assess",
        AssessForm,
        assess,
        _l("如实记录已经查明的情况。够得上制度规定的，系统马上提级、报告和报批。"),
        fill_facts,
        "backoffice/case_assess.html",
    ),
    Act("lay_approval", LayForm, lay, _l("按制度要审批的，先报批，同意后再办下一步。"), fill_subjects),
    Act("report_up", RiseForm, rise, _l("这一级解决不了的，逐级上报，不越级。"), fill_rung),
    Act("promise", PromiseForm, promise, _l("定下日期后，按这一天计算期限。以后要改，办理延期。"), fill_day),
)
