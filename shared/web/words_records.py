"""The words about records kept beside a case: what each is called, what its fields ask for, what came of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

RECORDS: dict[str, dict[str, Any]] = {
    "record": {
        "statement": _l("陈述和申辩"),
        "consultation": _l("会商"),
        "site_survey": _l("现场勘查"),
        "survey_report": _l("现场勘查报告"),
        "joint_survey": _l("联合勘查"),
        "by_date": _l("按日期判断"),
        "report_up": _l("报告上级"),
        "upper_report": _l("向上级机关报告结果"),
        "sender_reply": _l("书面回复转来单位"),
    },
    "record_text": {
        "statement": _l("陈述和申辩的内容"),
        "consultation": _l("会商的意见"),
        "site_survey": _l("现场情况"),
        "survey_report": _l("现场勘查情况"),
        "joint_survey": _l("商定的方案"),
        "report_up": _l("报告的内容"),
        "upper_report": _l("报告的处理结果"),
        "sender_reply": _l("回复的内容"),
    },
    "record_partner": {
        "consultation": _l("还有谁参加"),
        "site_survey": _l("谁到现场勘查"),
        "survey_report": _l("报给谁"),
        "report_up": _l("报告给谁"),
        "upper_report": _l("报给哪个机关"),
        "sender_reply": _l("回复给哪个单位"),
    },
    "record_day": {"joint_survey": _l("约定哪一天办完"), "by_date": _l("交付或者验收的日期")},
    "record_at": {
        "statement": _l("什么时候说的"),
        "consultation": _l("什么时候会商的"),
        "site_survey": _l("什么时候勘查的"),
        "survey_report": _l("什么时候报出的"),
        "joint_survey": _l("什么时候勘查的"),
        "report_up": _l("什么时候报告的"),
        "upper_report": _l("什么时候报出的"),
        "sender_reply": _l("什么时候发出的"),
    },
    "record_files": {
        "statement": _l("笔录或者书面材料"),
        "site_survey": _l("照片"),
        "survey_report": _l("彩色照片"),
        "joint_survey": _l("照片和双方签字的方案"),
    },
    "record_result": {
        "complainant": _l("投诉人"),
        "respondent": _l("被投诉人"),
        "solved": _l("现场可以解决"),
        "unsolved": _l("现场不能解决，要报上一级"),
        "unsolvable": _l("上一级看过，也不能解决"),
    },
    "record_lead": {
        "statement": _l("双方的话都要听，都记下来。"),
        "consultation": _l("涉及几个单位的，请他们一起商量，意见记在这里。"),
        "site_survey": _l("到现场看过以后填写。选的结果决定后面的期限。"),
        "survey_report": _l("现场情况和彩色照片一起报出。"),
        "joint_survey": _l("和投诉人一起看现场，商定方案和日期。期限按约定的日期计算。"),
        "by_date": _l("填写日期，系统按规定判断归哪一类、由谁办。"),
        "report_up": _l("记下向谁报告、报告了什么。"),
        "upper_report": _l("在上级机关定下的日期以前报告处理结果。"),
        "sender_reply": _l("书面回复把投诉转来的单位，不写投诉人的姓名和联系方式。"),
    },
}
"""Codes of `domain.case_records.KINDS`."""
