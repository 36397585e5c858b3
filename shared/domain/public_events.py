"""Which events of a case its citizen reads."""

from __future__ import annotations

PUBLIC = frozenset(
    {
        "received",
        "accepted",
        "refused",
        "referred",
        "question_asked",
        "question_answered",
        "question_lapsed",
        "transferred",
        "signed",
        "return_granted",
        "slip_withdrawn",
        "reply_handed_in",
        "reply_rejected",
        "investigated",
        "opinion_approved",
        "extended",
        "answered",
        "answered_directly",
        "rated",
        "visited",
        "appointment_made",
        "appointment_answered",
        "reopened",
        "withdrawn",
        "closed",
        "archived",
        "issue_published",
        "due_moved",
        "defaulted",
        "consent_asked",
        "consent_given",
        "consent_refused",
        "consent_withdrawn",
        "privacy_asked",
        "privacy_answered",
        "erased",
    }
)
"""Events that a citizen reads; what units and leaders do among themselves stays inside."""
