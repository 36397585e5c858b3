"""The office's own investigation (R5.06–R5.09): who investigates, what units give, the opinion, the leader's word."""

from __future__ import annotations

import datetime as dt

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField

from backoffice import bp
from backoffice.fields import DayField, Said, StepForm, loosen, pick, radios, words
from backoffice.follow_up import DecideForm
from backoffice.steps import Act, offer
from backoffice.uploads import taken_in
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import Actor
from shared.services import case_files, investigations, replies
from shared.services.queries_case import CaseView, giving, investigators
from shared.services.queries_slip import evidence_view
from shared.services.replies import OUTCOMES, Proposal
from shared.web.auth import me
from shared.web.forms import refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.rule_fields import answers_of
from shared.web.state import ring


class AssignForm(StepForm):
    """Who investigates."""

    person_id = pick(_l("承办人"))


class EvidenceForm(StepForm):
    """What a unit is asked to give (R5.09)."""

    unit_id = pick(_l("向哪个单位调取"))
    wanted = words(_l("需要哪些材料"), hint=_l("这段话会给该单位看，不要写来信人的情况。"))
    due_day = DayField(_l("请在哪天前提供"), [Said()])


class OpinionForm(StepForm):
    """The preliminary opinion (R5.06)."""

    outcome = radios(_l("办理结果"))
    solution = words(_l("查明的情况"))
    opinion = words(_l("处理意见"), hint=_l("批准后，这段话是答复来信人的底稿。"))
    plan = words(_l("工作计划"), must=False, hint=_l("不能按期解决的，写明计划。"))
    reason = words(_l("不能解决的理由"), must=False, hint=_l("暂时或者确实不能解决的，充分说明理由。"))

    def proposal(self) -> Proposal:
        """What the form proposes."""
        return Proposal(
            outcome=self.outcome.data or "",
            solution=self.solution.data or "",
            opinion=self.opinion.data or "",
            plan=self.plan.data or "",
            reason=self.reason.data or "",
        )


class GivenForm(StepForm):
    """What the unit gives."""

    given = words(_l("提供的材料和说明"), must=False)
    files = MultipleFileField(_l("材料文件"))


def fill_people(form: AssignForm, view: CaseView) -> None:
    """The office's investigators."""
    people = investigators(view.institution.id, view.bars)
    form.person_id.choices = [(0, _("请选择")), *people]
    named = [e.facts.get("person") for e, _name in view.events if e.kind == "investigated"]
    if named and view.case.round > 1 and named[-1] in dict(people) and not form.is_submitted():
        form.person_id.data = named[-1]  # R9.14: back to those who have looked into it


def fill_units(form: EvidenceForm, view: CaseView) -> None:
    """The units that can be asked."""
    form.unit_id.choices = [(0, _("请选择")), *((u.id, u.name) for u in giving(view.units))]


def fill_opinion(form: OpinionForm, view: CaseView) -> None:
    """The outcomes; the words of the last version."""
    form.outcome.choices = [(o, label("outcome", o)) for o in OUTCOMES]
    last = view.last_reply("draft", "sent_back")
    if request.form.get("act") == "save":
        loosen(form)
    if not form.is_submitted() and last is not None:
        form.outcome.data, form.solution.data, form.opinion.data = last.outcome, last.solution, last.opinion
        form.plan.data, form.reason.data = last.plan, last.reason


def investigate(case_id: int, form: AssignForm, actor: Actor, now: dt.datetime) -> None:
    """Names the investigator."""
    investigations.assign(case_id, actor, now, person_id=form.person_id.data or 0, version=form.seen)


def ask_evidence(case_id: int, form: EvidenceForm, actor: Actor, now: dt.datetime) -> None:
    """Asks a unit for material."""
    investigations.ask_evidence(
        case_id,
        actor,
        now,
        unit_id=form.unit_id.data or 0,
        wanted=form.wanted.data or "",
        due_day=form.due_day.data or now.date(),
        version=form.seen,
    )


def submit_opinion(case_id: int, form: OpinionForm, actor: Actor, now: dt.datetime) -> None:
    """Submits the opinion to the leader, or keeps it as a draft."""
    if request.form.get("act") == "save":
        replies.save_opinion(case_id, actor, now, form.proposal(), fields=answers_of(form))
    else:
        replies.submit_opinion(case_id, actor, now, form.proposal(), fields=answers_of(form), version=form.seen)


def decide_opinion(case_id: int, form: DecideForm, actor: Actor, now: dt.datetime) -> None:
    """The leader approves or sends back (R5.07)."""
    approved, comment = form.decision.data == "yes", form.comment.data or ""
    replies.decide_opinion(case_id, actor, now, approved=approved, comment=comment, version=form.seen)


offer(
    Act("investigate", AssignForm, investigate, _l("指定一位承办人调查，并提出初步处理意见。"), fill_people),
    Act("ask_evidence", EvidenceForm, ask_evidence, _l("请有关单位配合调查，提供材料。"), fill_units),
    Act(
        "submit_opinion",
        OpinionForm,
        submit_opinion,
        _l("处理意见报分管领导批准后，才能告诉来信人。"),
        fill_opinion,
        "backoffice/follow_opinion.html",
        asks=("submit_opinion",),
    ),
    Act(
        "approve_opinion",
        DecideForm,
        decide_opinion,
        _l("批准后由受理人答复来信人；不批准的，退回承办人修改。"),
        template="backoffice/follow_decide.html",
    ),
)


@bp.route("/evidence/<int(max=9007199254740991):request_id>", methods=["GET", "POST"])
def evidence_page(request_id: int) -> Response:
    """What a unit is asked to give, and the form to give it (R5.09)."""
    view, form, status = evidence_view(request_id, me()), GivenForm(), 200
    if form.is_submitted():
        if not view.may_give:
            raise Refused("not_yours" if view.request.given_at is None else "not_now", action="give_evidence")
        status = 422 if not form.validate() else _give(request_id, form)
        if status == 303:
            flash_done(_("已提供材料。"))
            return see_other("office.evidence_page", request_id=request_id)
    return page("backoffice/follow_evidence.html", status=status, form=form, view=view)


def _give(request_id: int, form: GivenForm) -> int:
    now = clock.now()
    try:
        kept = taken_in(form.files.data)
        if kept:
            case_files.attach_evidence(request_id, me(), now, kept)
        given = "\n".join(filter(None, (form.given.data, *(k.name for k in kept))))
        investigations.give_evidence(request_id, me(), now, given=given)
    except Refused as error:
        return refused(form, error)
    ring()
    return 303
