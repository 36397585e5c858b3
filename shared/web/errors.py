"""Every failure becomes a page that says what happened, whether the text is safe, and one way on."""

from __future__ import annotations

import errno
import secrets
from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, SecurityError

from shared.crypto import Busy, Unreadable
from shared.db import UNCERTAIN
from shared.domain.errors import Refused
from shared.s3 import StoreAway
from shared.web import auth
from shared.web.labels import refusal
from shared.web.page import page

STATUS = {"no_such_case": 404, "not_yours": 403, "stale": 409, "not_now": 409, "sent_before": 409}
SHOWN_TYPED = 20
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


def _typed() -> list[str]:
    """What was typed into the form that failed, to be shown again so that nothing is lost."""
    if request.method != "POST":
        return []
    try:
        sent = list(request.form.items())
    except HTTPException:  # the body itself was refused, and reading it again would refuse it again
        return []
    texts = [v for k, v in sent if k != "csrf_token" and "password" not in k and len(v) >= SHOWN_TYPED]
    return [t[:20000] for t in texts[:10]]


def _page(status: int, title: str, text: str, **more: Any) -> Response:
    office = request.path.startswith("/office")
    return page(
        "error_staff.html" if office else "error.html",
        status=status,
        title=title,
        text=text,
        typed=_typed() if status in {400, 409, 413, 422, 429, 500, 503} else [],
        **more,
    )


def refused(error: Refused) -> Response:
    """A rule said no and no form was at hand to say it in."""
    auth.note_refusal(error)
    status = STATUS.get(error.code, 422)
    if status == 404:
        return missing(error)
    titles = {403: _("这一步不由您办理"), 409: _("情况有了变化"), 422: _("还不能这样办理")}
    return _page(status, titles[status], refusal(error))


def missing(_error: Exception) -> Response:
    """Unknown and forbidden are the same answer."""
    return _page(404, _("没有找到这个页面"), _("地址可能不完整，或者内容已经不在。请从首页重新进入。"))


def outdated(_error: Exception) -> Response:
    """The form's token is from another session or too old."""
    return _page(400, _("这一页打开太久了"), _("为了安全，内容没有提交。请返回上一页刷新后再提交；您写的内容在下面。"))


def unreadable(_error: Unreadable) -> Response:
    """What is stored was changed, or moved here from elsewhere: shown as nothing rather than as something else."""
    text = _("存下的内容和记录对不上，所以不显示，也没有改动。别的投诉照常办理。请打电话告诉我们，由专人核对。")
    return _page(409, _("这一件的内容打不开"), text)


def away(error: Exception) -> Response:
    """The database is away or the house is full for a moment."""
    auth.without_database()  # the page that says so must not ask who reads it
    text = _("内容没有提交，也没有丢失。请过一会儿再试；您写的内容在下面。")
    if UNCERTAIN in getattr(error, "__notes__", ()):
        text = _(
            "保存时中断了，可能已经收到。请过一会儿返回上一页，刷新看看；没有收到的话，再提交一次。您写的内容在下面。"
        )
    reference = _logged("away", error)
    response = _page(503, _("暂时办不了"), text, **reference)
    response.headers["Retry-After"] = str(getattr(error, "retry_after", 10))
    return response


def unwritable(error: OSError) -> Response:
    """R5: a disk that takes nothing more, or a storage that is away; any other fault is our own."""
    if not isinstance(error, StoreAway) and error.errno not in NO_ROOM:
        if current_app.testing:
            raise error
        return failed(error)
    current_app.logger.error("store_unwritable kind=%s errno=%s", type(error).__name__, error.errno)
    return away(error)


def http(error: HTTPException) -> Response:
    """What Werkzeug refuses: each with words of its own."""
    words = {
        405: (_("不能这样打开这一页"), _("请从首页重新进入，按页面上的按钮办理。")),
        413: (_("内容太大"), _("提交的内容超过了上限，没有收下。请减小文件后再试。")),
        429: (_("请稍等一会儿再试"), _("刚才试的次数太多。请过几分钟再试，或者打电话给我们。")),
    }
    if isinstance(error, SecurityError):  # under a foreign name no page can be built, for it holds addresses
        return Response(_("打开这一页用的网址不是本站的。请用本站公布的网址重新打开。"), 400, mimetype="text/plain")
    status = error.code or 500
    if status == 404:
        return missing(error)
    if status < 400:
        return cast(Response, error.get_response())
    title, text = words.get(status, (_("没有办成"), _("这个请求没有看懂，内容没有提交。请返回上一页再试。")))
    return _page(status, title, text)


def failed(error: Exception) -> Response:
    """Our own fault: a random reference for the page and the log, nothing of the request in either."""
    return _page(
        500,
        _("我们这边出了问题"),
        _("内容没有提交。请过一会儿再试；如果还不行，请告诉我们下面的编号。"),
        **_logged("failed", error),
    )


def _logged(code: str, error: Exception) -> dict[str, str]:
    """A random reference in the log, for the page; it names this one request and nobody."""
    reference = secrets.token_hex(4)
    current_app.logger.error(f"{code} reference=%s", reference, exc_info=error)  # noqa: G004 (two codes of our own)
    return {"reference": reference}


def init(app: Flask) -> None:
    """Registers the handlers."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Unreadable, unreadable)
    app.register_error_handler(CSRFError, outdated)
    app.register_error_handler(OperationalError, away)
    app.register_error_handler(InterfaceError, away)
    app.register_error_handler(NoConnectionFree, away)
    app.register_error_handler(Busy, away)
    app.register_error_handler(OSError, unwritable)
    app.register_error_handler(HTTPException, http)
    if not app.testing:
        app.register_error_handler(Exception, failed)
