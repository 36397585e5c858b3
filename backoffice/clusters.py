"""Common issues: find cases of one kind, write what is wrong and what improves, a second person approves."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from backoffice import bp
from backoffice.fields import AtMost, number
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do, need, need_sight
from shared.services import common_issues, queries_issues, queries_work
from shared.services.common_issues import DRAFTERS, IssueView, Words
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other
from shared.web.state import keys, ring, ring_issue


class IssueForm(Form):
    """What the public will read."""

    title = StringField(_l("标题"), [AtMost(60)])
    problem = TextAreaField(_l("问题"), [AtMost(3000)])
    improvement = TextAreaField(_l("改进"), [AtMost(3000)])
    version = HiddenField()


class DecideForm(Form):
    """The second person's word."""

    comment = TextAreaField(_l("意见"), [AtMost(1000)])


@bp.get("/clusters")
def clusters() -> Response:
    """All issues of the office, and groups of complaints that might become one."""
    need_sight(me(), "issues")
    may = bool(me().roles & DRAFTERS)
    groups = queries_issues.groups(me(), clock.now()) if may else []
    days, issues = queries_issues.LOOKED_BACK.days, common_issues.listed(me())
    return page("backoffice/clusters.html", issues=issues, may=may, groups=groups, looked_back=days)


@bp.route("/clusters/new", methods=["GET", "POST"])
def cluster_new() -> Response:
    """Find cases that belong together, choose, write."""
    return _edit(None, None)


@bp.route("/clusters/<int(max=2147483647):issue_id>/edit", methods=["GET", "POST"])
def cluster_edit(issue_id: int) -> Response:
    """Goes on with a draft."""
    return _edit(issue_id, common_issues.view(issue_id, me()))


def _edit(issue_id: int | None, view: IssueView | None) -> Response:
    need(me(), "draft_issue")
    form, status = IssueForm(), 200
    if view is not None and not form.is_submitted():
        issue = view.issue
        form.title.data, form.problem.data, form.improvement.data = issue.title, issue.problem, issue.improvement
        form.version.data = str(issue.version)
    chosen = _chosen(view)
    if form.is_submitted() and request.form.get("act") != "search":
        status = 422
        if form.validate():
            words = Words(form.title.data or "", form.problem.data or "", form.improvement.data or "")
            version = number(form.version.data) or None
            try:
                made = common_issues.save(issue_id, me(), clock.now(), words, chosen, version=version)
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("草稿已保存。"))
                return see_other("office.cluster", issue_id=made)
    needle, category = request.values.get("q", "")[:60].replace("\x00", ""), request.values.get("category", "")[:40]
    least = queries_work.book(me()).publication.least
    return page(
        "backoffice/cluster_edit.html",
        status=status,
        form=form,
        issue_id=issue_id,
        chosen=common_issues.cases_by_id(me(), chosen),
        found=[c for c in common_issues.find_cases(me(), needle, category) if c.id not in chosen],
        needle=needle,
        category=category,
        book=queries_work.book(me()),
        least=least,
    )


def _chosen(view: IssueView | None) -> list[int]:
    ticked = request.form.getlist("case") if request.method == "POST" else request.args.getlist("case")
    if request.method == "GET" and view is not None and not ticked:
        return [c.id for c in view.cases]
    return [n for n in map(number, dict.fromkeys(ticked)) if n][:200]


@bp.get("/clusters/<int(max=2147483647):issue_id>")
def cluster(issue_id: int) -> Response:
    """One issue, its cases, and what can be done with it."""
    return _cluster(issue_id, DecideForm(), 200)


def _cluster(issue_id: int, form: DecideForm, status: int) -> Response:
    view = common_issues.view(issue_id, me())
    own = view.issue.drafted_by == me().person_id
    return page(
        "backoffice/cluster.html",
        status=status,
        view=view,
        issue=view.issue,
        form=form,
        may_edit=bool(me().roles & DRAFTERS) and view.issue.state == "draft",
        may_decide=may_do(me(), "decide_issue", at_home(me())) and view.issue.state == "submitted" and not own,
        may_withdraw=may_do(me(), "decide_issue", at_home(me())) and view.issue.state == "published",
        own=own,
    )


@bp.post("/clusters/<int(max=2147483647):issue_id>/<step>")
def cluster_step(issue_id: int, step: str) -> Response:
    """Submits, approves, sends back, withdraws."""
    form, now = DecideForm(), clock.now()
    comment = form.comment.data or ""
    try:
        if step == "submit":
            common_issues.submit(issue_id, me(), now, keys())
            done = _("已送审，请另一位有权限的人审批。")
        elif step in {"approve", "send-back"}:
            common_issues.decide(issue_id, me(), now, keys(), approved=step == "approve", comment=comment)
            done = _("已同意，马上发布。") if step == "approve" else _("已退回修改。")
        elif step == "withdraw":
            common_issues.withdraw(issue_id, me(), now, comment=comment)
            done = _("公告已撤下。")
        else:
            raise Refused("no_such_case")
    except Refused as error:
        if error.code == "no_such_case":
            raise
        return _cluster(issue_id, form, refused(form, error))
    ring()
    if step == "approve":
        ring_issue(issue_id)
    flash_done(done)
    return see_other("office.cluster", issue_id=issue_id)
