"""One way for forms beside a case: look at it, do it, or say why not with everything that was typed kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from backoffice.fields import StepForm
from shared import clock
from shared.domain.errors import Refused
from shared.web.forms import refused
from shared.web.state import ring


def tried(form: StepForm, do: Callable[[dt.datetime], object], newest: Callable[[], int]) -> int:
    """303 where it was done, else the status of the page with the form; `newest` gives the version to go on from."""
    if not form.is_submitted():
        form.version.data = str(newest())
        return 200
    if not form.validate():
        return 422
    try:
        do(clock.now())
    except Refused as error:
        status = refused(form, error)
        if error.code == "stale":  # the newest state stands on the page now; the words stay
            form.version.data = str(newest())
        return status
    ring()
    return 303
