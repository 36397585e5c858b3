"""Return visits (回访): the list, what was said of one case, what a quarter of them tells, and the step itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import bp
from backoffice.fields import StepForm, number, radios, words, yes_no
from backoffice.follow_up import rating_choices
from backoffice.steps import Act, offer
from shared import clock
from shared.domain import follow_up
from shared.domain.follow_up import LEVELS, VISIT_SCALE, Heard
from shared.domain.visibility import Actor
from shared.services import queries_visits, return_visits
from shared.services.queries_case import CaseView, case_view
from shared.services.queries_visits import Analysis
from shared.web import dates
from shared.web.auth import me
from shared.web.labels import label
from shared.web.page import page
from shared.web.table_file import table_file

MOST_SCORES = 12


class VisitForm(StepForm):
    """What the complainant said; the rule book's own questions, with a score each where it wants them."""

    visit_way = radios(_l("怎样回访的"))
    still = yes_no(_l("问题是不是还在"), _l("还有问题"), _l("没有问题了"))
    level = radios(_l("来信人是否满意"))


for _n in range(MOST_SCORES):
    setattr(VisitForm, f"score_{_n}", radios(""))
VisitForm.comment = words(_l("意见和建议"), must=False, longest=2000)


def fill_visit(form: VisitForm, view: CaseView) -> None:
    """The rule book's questions in its words; what it doesn't ask isn't asked."""
    rule = follow_up.visit_rule(view.regime)
    form.visit_way.choices = [(way, label("visit_way", way)) for way in rule.ways if way != "online"] if rule else []
    form.level.choices = rating_choices()
    asked = dict(follow_up.scored(rule)) if rule else {}
    for n in range(MOST_SCORES):
        name = f"score_{n}"
        if (ask := asked.get(str(n))) is None:
            del form[name]
        else:
            form[name].label.text, form[name].row = ask.text, True
            form[name].choices = [(str(one), str(one)) for one in range(1, VISIT_SCALE + 1)]
            form[name].description = _("1 分最低，%(most)s 分最高。", most=VISIT_SCALE)
    for name, kind in (("still", "still"), ("level", "level"), ("comment", "advice")):
        if rule and (text := follow_up.words_of(rule, kind)):
            form[name].label.text = text
    if not rule or not follow_up.words_of(rule, "still"):
        del form.still
    if rule and rule.reopens:
        form.comment.description = _("来信人不满意的，写明哪里没有解决。记下以后，这件投诉会马上重新办理。")


def visit(case_id: int, form: VisitForm, actor: Actor, now: dt.datetime) -> None:
    """Keeps what was said; a dissatisfied complainant is heard again where the rule book says so."""
    scores = {name.removeprefix("score_"): number(form[name].data) for name in form._fields if name.startswith("score")}
    still = None if form.still is None or not form.still.data else form.still.data == "yes"
    heard = Heard(form.visit_way.data or "", form.level.data or "", still, scores, form.comment.data or "")
    return_visits.record(case_id, actor, now, heard, version=form.seen)


def miss_visit(case_id: int, form: StepForm, actor: Actor, now: dt.datetime) -> None:
    """One more try in vain."""
    return_visits.miss(case_id, actor, now, version=form.seen)


def still_to_make(view: CaseView) -> bool:
    """Whether the rule book has visits and nobody has answered for this round yet."""
    rule = follow_up.visit_rule(view.regime)
    if rule is None:
        return False
    for event, _name in view.events:
        if event.kind == "visited" and event.facts.get("round") == view.case.round:
            return False
    last = max((e.seq for e, _name in view.events if e.kind in {"answered", "answered_directly"}), default=0)
    online = "online" in rule.ways and any(
        e.kind == "rated" and e.seq > last and e.actor_role == "citizen" and e.facts.get("level") in follow_up.CONTENT
        for e, _name in view.events
    )
    return not (online and view.case.state == "closed")


@bp.get("/visits")
def visits() -> Response:
    """The visits that are owed, or those that were made."""
    done = request.args.get("show") == "done"
    at = min(max(number(request.args.get("page")), 1), 1000)
    found = queries_visits.listed(me(), done=done, number=at)
    today = clock.now().astimezone(dates.zone()).date()
    return page("backoffice/visits.html", found=found, done=done, at=at, today=today)


@bp.get("/visits/analysis")
def visits_analysis() -> Response:
    """What the visits of a quarter tell (R9.14)."""
    first, last, names = _quarter(request.args.get("quarter", ""))
    found = queries_visits.analysis(me(), first, last)
    return page("backoffice/visits_analysis.html", found=found, chosen=f"{first:%Y-%m}", quarters=names, levels=LEVELS)


@bp.get("/visits/analysis.csv")
def visits_csv() -> Response:
    """The same for a spreadsheet."""
    first, last, _names = _quarter(request.args.get("quarter", ""))
    return table_file(_("回访分析"), _rows(queries_visits.analysis(me(), first, last)))


@bp.get("/case/<int(max=9007199254740991):case_id>/visits")
def case_visits(case_id: int) -> Response:
    """What was said at each visit of one case."""
    view = case_view(case_id, me(), clock.now())
    lines = queries_visits.of_case(case_id, me())
    rule = follow_up.visit_rule(view.regime)
    asks = dict(follow_up.scored(rule)) if rule else {}
    may = view.may("visit") and still_to_make(view)
    return page("backoffice/case_visits.html", view=view, lines=lines, asks=asks, may=may)


def _quarter(asked: str) -> tuple[dt.date, dt.date, list[tuple[str, str]]]:
    """First and last day of the quarter asked for, or of this one; and the last eight to choose from."""
    today = clock.now().astimezone(dates.zone()).date()
    found = follow_up.quarters(today, 8)
    chosen = next((one for one in found if f"{one[0]:%Y-%m}" == asked), found[0])
    names = [(f"{s:%Y-%m}", _("%(year)s 年第 %(n)s 季度", year=s.year, n=(s.month + 2) // 3)) for s, _end in found]
    return *chosen, names


def _rows(found: Analysis) -> Iterator[list[object]]:
    yield [_("项目"), _("内容"), _("结果")]
    yield [_("回访"), _("问到的"), found.made]
    yield [_("回访"), _("没有联系上"), found.missed]
    yield [_("回访"), _("不满意，重新办理"), found.reopened]
    yield from ([_("满意度"), label("level", level), found.levels[level]] for level in LEVELS)
    yield from ([_("回访方式"), label("visit_way", way), n] for way, n in sorted(found.ways.items()))
    for text, mean, _n in found.means:
        yield [_("平均分"), text, _("不到 5 份，不计算") if mean is None else mean]


offer(
    Act(
        "visit",
        VisitForm,
        visit,
        _l("问来信人结果落实了没有、是否满意。按来信人的原意记，不要替来信人回答。"),
        fill_visit,
        "backoffice/follow_visit.html",
    ),
    Act("miss_visit", StepForm, miss_visit, _l("记一次没有联系上，下一个工作日再试。三次都没有联系上的，不再回访。")),
)
