"""Units and sections, kept by the system administrator; the auditor's record of administrators' acts."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from backoffice import bp
from backoffice.admin_people import role_name
from backoffice.fields import AtMost, Said, number, pick
from shared import clock
from shared.domain.errors import Refused
from shared.domain.visibility import need, need_sight
from shared.models.unit import HANDLING
from shared.services import admin_acts, queries_admin
from shared.services import units as verbs
from shared.web.auth import me
from shared.web.forms import Form, refused
from shared.web.page import flash_done, page, see_other

UNIT = "/admin/units/<int(max=2147483647):unit_id>"


class UnitForm(Form):
    """A unit's name, and the unit it is a section of."""

    name = StringField(_l("名称"), [Said(), AtMost(80)])
    parent_id = pick(_l("上级单位"), must=False)


class RenameForm(Form):
    """A unit's other name."""

    name = StringField(_l("名称"), [Said(), AtMost(80)])


@bp.route("/admin/units", methods=["GET", "POST"])
def units() -> Response:
    """Every unit; a POST adds one."""
    need_sight(me(), "units")
    rows, form, status = queries_admin.units(me()), UnitForm(), 200
    tops = [(u.id, u.name) for u in rows if u.kind == HANDLING and u.active]
    form.parent_id.choices = [(0, _("没有，是承办单位")), *tops]
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                verbs.create(
                    me(), clock.now(), name=form.name.data or "", parent_id=number(form.parent_id.data) or None
                )
            except Refused as error:
                status = refused(form, error)
            else:
                flash_done(_("单位已添加。"))
                return see_other("office.units")
    return page("backoffice/admin_units.html", status=status, rows=rows, form=form)


@bp.route(UNIT, methods=["GET", "POST"])
def unit(unit_id: int) -> Response:
    """One unit; a POST gives it another name."""
    need(me(), "keep_units")
    row = next((u for u in queries_admin.units(me()) if u.id == unit_id), None)
    if row is None:
        raise Refused("no_such_case")
    form, status = RenameForm(obj=row), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            verbs.rename(me(), unit_id, clock.now(), name=form.name.data or "")
            flash_done(_("已保存。"))
            return see_other("office.units")
    return page("backoffice/admin_unit.html", status=status, unit=row, form=form)


@bp.post(f"{UNIT}/active")
def unit_active(unit_id: int) -> Response:
    """Closes or reopens a unit."""
    wanted = request.form.get("active") == "yes"
    verbs.set_active(me(), unit_id, clock.now(), active=wanted)
    flash_done(_("单位已恢复。") if wanted else _("单位已停用。"))
    return see_other("office.units")


@bp.get("/admin/acts")
def acts() -> Response:
    """Every act of an administrator, newest first."""
    kind, name = request.args.get("kind", ""), request.args.get("name", "").replace("\x00", "").strip()[:40]
    rows, older = queries_admin.acts(me(), kind=kind, name=name, before=number(request.args.get("before")) or None)
    return page(
        "backoffice/admin_acts.html",
        rows=rows,
        older=older,
        kind=kind,
        name=name,
        kinds=admin_acts.KINDS,
        title=role_name,
    )
