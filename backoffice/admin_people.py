"""Accounts and roles: two administrators share these pages, each with buttons of their own; neither sees a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from backoffice import bp
from backoffice.fields import AtMost, Said, number, pick, radios
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import at_home, may_do, need
from shared.services import accounts, grants, handover, queries_admin, queries_work
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.labels import label
from shared.web.page import flash_done, page, see_other
from shared.web.phrases import beside

SHORT = 80
PERSON = "/admin/people/<int(max=2147483647):person_id>"


class AccountForm(Form):
    """Who the person is and how to reach them."""

    EMPTY: ClassVar[dict[str, Any]] = {"name": _l("请填写姓名。")}

    name = StringField(_l("姓名"), [Said(), AtMost(SHORT)])
    email = StringField(_l("电子邮件"), [AtMost(SHORT)])
    phone = StringField(_l("电话"), [AtMost(SHORT)])


class NewAccountForm(AccountForm):
    """A new account; its password is the person's own affair."""

    username = StringField(_l("用户名"), [Said(), AtMost(SHORT)])


class GrantForm(Form):
    """A role in a unit."""

    role = radios(_l("岗位"))
    unit_id = pick(_l("单位"))


@bp.get("/admin/people")
def people() -> Response:
    """Every account of the institution with its roles."""
    return page("backoffice/admin_people.html", rows=queries_admin.accounts(me()), title=role_name, **_rights())


@bp.route("/admin/people/new", methods=["GET", "POST"])
def person_new() -> Response:
    """Makes an account; the link that sets the first password is shown this once."""
    need(me(), "keep_accounts")
    form, status = NewAccountForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                made, token = accounts.create(
                    me(),
                    clock.now(),
                    username=form.username.data or "",
                    name=form.name.data or "",
                    email=form.email.data or "",
                    phone=form.phone.data or "",
                )
            except Refused as error:
                status = refused(form, error)
            else:
                return _link(made, token)
    return page("backoffice/admin_person_new.html", status=status, form=form)


def _link(person_id: int, token: str) -> Response:
    row = queries_admin.account(me(), person_id)
    address = url_for("office.first_password", token=token, _external=True)
    return page("backoffice/admin_link.html", person=row.person, address=address)


@bp.route(PERSON, methods=["GET", "POST"])
def person(person_id: int) -> Response:
    """One account; a POST corrects name and contact."""
    row = queries_admin.account(me(), person_id)
    form, status = AccountForm(obj=row.person), 200
    if form.is_submitted():
        need(me(), "keep_accounts")
        status = 422
        if form.validate():
            accounts.change(
                me(),
                person_id,
                clock.now(),
                name=form.name.data or "",
                email=form.email.data or "",
                phone=form.phone.data or "",
            )
            flash_done(_("已保存。"))
            return see_other("office.person", person_id=person_id)
    return _shown(row, form, GrantForm(), status)


def _shown(row: queries_admin.Account, form: AccountForm, grant: GrantForm, status: int) -> Response:
    grant.role.choices = [
        (f"{role}:{post}" if post else role, beside(name, label("role", role)) if post else role_name(role))
        for role, post, name in grants.choices(me())
    ]
    grant.unit_id.choices = [(0, _("请选择")), *((u.id, u.name) for u in queries_admin.units(me()) if u.active)]
    return page(
        "backoffice/admin_person.html",
        status=status,
        row=row,
        person=row.person,
        form=form,
        grant=grant,
        title=role_name,
        oneself=row.person.id == me().person_id,
        **_rights(),
    )


@bp.route(f"{PERSON}/close", methods=["GET", "POST"])
def person_close(person_id: int) -> Response:
    """What would be without anybody if the account were closed; then the closing."""
    need(me(), "keep_accounts")
    row, held = queries_admin.account(me(), person_id), queries_admin.holdings(me(), person_id)
    form, status = Form(), 200
    if form.is_submitted():
        try:
            accounts.close(
                me(),
                person_id,
                clock.now(),
                seen=request.form.get("seen", ""),
                to=number(request.form.get("to")),
            )
        except Refused as error:
            held = queries_admin.holdings(me(), person_id)
            status = refused(form, error)
        else:
            flash_done(_("账号已停用，所有登录都已退出。"))
            return see_other("office.person", person_id=person_id)
    seen = accounts.mark_of(held)
    return page(
        "backoffice/admin_close.html",
        status=status,
        form=form,
        person=row.person,
        held=held,
        seen=seen,
        others=handover.successors(me(), person_id) if held.investigations else [],
        title=role_name,
    )


@bp.post(f"{PERSON}/link")
def person_link(person_id: int) -> Response:
    """A new link for whoever has forgotten the password, shown this once."""
    return _link(person_id, accounts.new_link(me(), person_id, clock.now()))


@bp.post(f"{PERSON}/reopen")
def person_reopen(person_id: int) -> Response:
    """Opens a closed account again."""
    return _done(person_id, accounts.reopen, _("账号已恢复，岗位由安全管理员重新授予。"))


@bp.post(f"{PERSON}/end-sessions")
def person_end_sessions(person_id: int) -> Response:
    """Ends every session of a person."""
    return _done(person_id, grants.end_sessions, _("所有登录都已退出。"))


@bp.post(f"{PERSON}/reset-factor")
def person_reset_factor(person_id: int) -> Response:
    """Forgets the second factor of whoever has lost it."""
    return _done(person_id, grants.reset_second_factor, _("双重验证已重置，下次登录后重新设置。"))


@bp.post(f"{PERSON}/grant")
def person_grant(person_id: int) -> Response:
    """Gives a role."""
    need(me(), "grant_roles")
    form, row = GrantForm(), queries_admin.account(me(), person_id)
    try:
        if form.validate():
            (role, _sep, post), unit_id = (form.role.data or "").partition(":"), number(form.unit_id.data)
            grants.grant(me(), person_id, clock.now(), role=role, unit_id=unit_id, post=post)
            flash_done(_("岗位已授予，对方需要重新登录。"))
            return see_other("office.person", person_id=person_id)
        status = 422
    except Refused as error:
        status = refused(form, error)
    return _shown(row, AccountForm(formdata=None, obj=row.person), form, status)


@bp.post(f"{PERSON}/remove")
def person_remove(person_id: int) -> Response:
    """Takes a role away; where open work hangs on it, asks first who goes on with that."""
    need(me(), "grant_roles")
    role, unit_id = request.form.get("role", "")[:40], number(request.form.get("unit_id", ""))
    held = queries_admin.holdings(me(), person_id, role=role, unit_id=unit_id)
    if held and "to" not in request.form:
        others = handover.successors(me(), person_id, everybody=bool(held.units))
        row = queries_admin.account(me(), person_id)
        asked: dict[str, Any] = {"held": held, "others": others, "role": role, "unit_id": unit_id}
        return page("backoffice/admin_remove.html", person=row.person, title=role_name, **asked)
    grants.remove(me(), person_id, clock.now(), role=role, unit_id=unit_id, to=number(request.form.get("to")))
    flash_done(_("岗位已收回，对方需要重新登录。"))
    return see_other("office.person", person_id=person_id)


def _done(person_id: int, act: Callable[..., None], words: str) -> Response:
    act(me(), person_id, clock.now())
    flash_done(words)
    return see_other("office.person", person_id=person_id)


def _rights() -> dict[str, Any]:
    """Which buttons are offered: the table that the services enforce."""
    here = at_home(me())
    return {"keeps": may_do(me(), "keep_accounts", here), "grants": may_do(me(), "grant_roles", here)}


def role_name(code: str) -> str:
    """A role as the institution's rule book calls it."""
    return queries_work.book(me()).name_of("roles", code) or label("role", code)
