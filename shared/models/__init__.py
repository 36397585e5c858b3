"""Rows, one file per noun, without rules: importing this package fills the metadata."""

from shared.models import (  # noqa: F401  (imported for their tables)
    answer,
    attachment,
    calendar,
    case,
    clock,
    common_issue,
    complainant,
    counter,
    event,
    extension,
    institution,
    outbox,
    person,
    question,
    rating,
    regime,
    slip,
    throttle,
    unit,
    visit,
)
