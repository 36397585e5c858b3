"""The words that a rule book may use: events, steps at which a field is filled, facts that a trigger reads."""

from __future__ import annotations

from shared.domain.lifecycle import CASE_STEPS, SLIP_STEPS, Role

RECORDED = frozenset(
    {s.event for s in CASE_STEPS.values()}
    | {s.event for s in SLIP_STEPS.values()}
    | {"received", "upper_deadline"}
    | {
        "capa_ordered",  # R10.12: 整改意见书
        "capa_partly",  # one of several is reported
        "capa_reported",  # R10.12: 整改报告, the last that was open
        "capa_verified",  # R15.10, R26.07
        "capa_cancelled",
    }
)
"""Events that the product records today."""
SPOKEN_OF = frozenset(
    {
        "form_filled",  # R13.08: a report or another form was filled in
        "statement_taken",  # R17.04: the complainant was heard
        "consulted",  # R17.06
        "survey_reported",  # R15.05: the survey's report with its photos went up
        "judged_by_date",  # R15.06, R23.03: a class that follows from a date
        "upper_reported",  # R4.05: told the body that sent it down
        "sender_replied",  # R25.04: the body that passed it on has its written reply
        "settled_failed",  # R24.09: the parties could not agree by themselves
        "surveyed",  # R15.02: somebody has looked at it on the spot
        "survey_failed",  # R15.04: looked at, cannot be solved here
        "found_unsolvable",  # R15.05: the level above has looked at it too and cannot solve it
        "unit_assigned",  # R15.06: given to those who will do it
        "notice_served",  # R24.10: the respondent has the notice
        "respondent_answered",  # R24.10, R17.04
        "defaulted",  # R24.10: silence was decided upon
        "exposed",  # R24.04: it was in the media
        "clarified",  # R24.04
        "deemed_true",  # R24.04: nothing was said in public in time
        "penalty_noticed",  # R24.05
        "penalty_paid",  # R24.05
        "penalty_cancelled",  # R3.09: taken back after an objection
        "investigated_done",  # R17.05: the investigation has its result
        "decided",  # R17.07
        "filed_upward",  # R24.09: the matter lies with the region
        "mediated",  # R24.09
        "solved_by_staff",  # R20.02: whoever took it in has solved it alone
    }
)
"""Events that rule books count from and that their features record; a limit that starts with one waits for it."""
EVENTS = RECORDED | SPOKEN_OF
BY_HAND = (
    "settled_failed",
    "filed_upward",
    "notice_served",
    "respondent_answered",
    "mediated",
    "exposed",
    "clarified",
)
"""Events that the office writes down as they come about, in the order in which they do (R24.04, R24.09, R24.10)."""
DEFAULTS = frozenset({"defaulted", "deemed_true"})
"""Events by which a limit that passed in silence is decided."""

STEPS = frozenset({"file", "register", *CASE_STEPS, *SLIP_STEPS})
LATER_STEPS = frozenset({"survey", "order_capa", "report_capa", "verify_capa", "penalise", "mediate", "report"})
"""Steps of features that stand beside the case."""
KNOWN = frozenset(
    {
        "register_no",
        "receipt_no",
        "slip_no",
        "received_at",
        "accepted_at",
        "due_day",
        "closed_at",
        "channel",
        "category",
        "severity",
        "taken_by",
        "accepted_by",
        "unit",
        "section",
        "signed_by",
        "signed_at",
        "points",
        "solution",
        "opinion",
        "plan",
        "reason",
        "approved_by",
        "approved_at",
        "answer",
        "answered_at",
        "answered_by",
        "means",
        "signature",
        "satisfaction",
        "files",
        "seal",
        "printed_at",
        "co_units",
        "capa_no",
        "amount",
        "complainant",  # R1.02: 客户名称
        "contact",  # R4.02: 联系地址、电话
        "respondent",  # R4.02: 被举报投诉人（单位）
        "story",  # R1.02: 内容摘要；R22.03: 投诉内容
        "wish",  # R3.03: 要求
        "promised_day",  # R20.01: 预计反馈时间
    }
)
"""What the product knows of a case without asking: a form may print it."""
FACTS = frozenset(
    {
        "households",  # R23.04
        "cost",  # R23.04, yuan
        "court",  # R23.04
        "media",  # R24.04
        "danger",  # R10.06
        "public_effect",  # R21.04
        "unsolvable",  # R1.08
        "coordination",  # R1.08
        "major",  # R1.08
        "unclear_duty",  # R3.08
        "malicious",  # R12.07, R24.03
        "vip",  # R25.05
        "repeat",  # W1.02
        "units",  # R10.09: how many units it concerns
        "own_cause",  # R3.06: the complainant's own
        "on_spot",  # R10.07
        "repair",  # R26.02
        "invalid",  # R26.02
        "overdue",  # R25.05
        "days_since_handover",  # R23.03
        "days_since_completion",  # R15.06
        "about_superior",  # R18.06
        "accident",  # R10.13
        "dissatisfied",  # R24.08
        "written",  # R20.01
        "special",  # R12.03: 特殊情况
        "operations",  # R21.04: the running of a project
    }
)
"""What a trigger may ask about a case."""
HOT_SPOT = "hot_spot"
"""Besides an event, what may call for a report: complaints of a kind have at least doubled (R23.03)."""
EFFECTS = frozenset({"severity", "tell", "decide", "track", "plan", "flag", "bypass", "reopen", "escalate", "penalty"})
SUBJECTS = frozenset(
    {
        "acceptance",
        "refusal",
        "severity",
        "transfer",
        "assignment",
        "reply",
        "opinion",
        "extension",
        "answer",
        "close",
        "return",
        "penalty",
        "appeal",
        "capa",
        "plan",
        "publication",
        "report",
        "suggestion",
        "decision",
    }
)
"""What an approval may be about."""
CHANNELS = (
    "web",
    "phone",
    "letter",
    "visit",
    "email",
    "upper",
    "fax",
    "wechat",
    "weibo",
    "referral",
    "internal",
    "box",
)
MODES = ("anonymous", "confidential", "named", "behalf")
STAFF = frozenset(Role) - {Role.CITIZEN, Role.SYSTEM}
"""Roles that a rule book may give its own name to."""
