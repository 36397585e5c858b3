"""The words for every code: states, steps, events, channels, ratings, and why a rule said no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from shared.domain.errors import Refused

LABELS: dict[str, dict[str, Any]] = {
    "state": {
        "received": _l("待受理"),
        "accepted": _l("待转办"),
        "transferred": _l("待签收"),
        "handling": _l("办理中"),
        "review": _l("待审批"),
        "replied": _l("待答复"),
        "answered": _l("已答复"),
        "reopened": _l("重新办理"),
        "refused": _l("不予受理"),
        "referred": _l("已转送"),
        "withdrawn": _l("已撤回"),
        "closed": _l("已办结"),
        "archived": _l("已归档"),
    },
    "slip_state": {
        "issued": _l("待签收"),
        "signed": _l("办理中"),
        "return_asked": _l("申请退回"),
        "submitted": _l("待审核"),
        "approved": _l("待报送"),
        "handed_in": _l("已报送"),
        "returned": _l("已退回"),
        "cancelled": _l("已取消"),
    },
    "action": {
        "accept": _l("受理"),
        "refuse": _l("不予受理"),
        "refer": _l("转送外单位"),
        "ask_question": _l("请来信人补充"),
        "answer_question": _l("登记补充内容"),
        "lapse_question": _l("不再等待补充"),
        "classify": _l("改类别"),
        "answer_at_once": _l("当场答复"),
        "transfer": _l("转办"),
        "sign": _l("签收"),
        "grant_return": _l("同意退回"),
        "hand_in": _l("报送"),
        "reject_reply": _l("退回重办"),
        "answer_directly": _l("直接答复"),
        "investigate": _l("指定承办人"),
        "ask_evidence": _l("调取材料"),
        "give_evidence": _l("提供材料"),
        "submit_opinion": _l("提出处理意见"),
        "approve_opinion": _l("批准处理意见"),
        "send_back_opinion": _l("退回处理意见"),
        "feed_back": _l("答复来信人"),
        "record_consent": _l("记录同意"),
        "extend": _l("延期"),
        "ask_extension": _l("申请延期"),
        "grant_extension": _l("批准延期"),
        "decline_extension": _l("不批准延期"),
        "withdraw": _l("撤回"),
        "rate": _l("登记评价"),
        "rehandle": _l("重新办理"),
        "close": _l("办结"),
        "archive": _l("归档"),
        "add_note": _l("内部备注"),
        "attach": _l("添加材料"),
    },
    "slip_action": {
        "sign": _l("签收"),
        "assign_section": _l("确定承办科室"),
        "ask_return": _l("申请退回"),
        "grant_return": _l("同意退回"),
        "deny_return": _l("不同意退回"),
        "ask_help": _l("请求协办"),
        "decide_help": _l("协调协办"),
        "give_help": _l("提交协办意见"),
        "save_reply": _l("起草回复"),
        "submit_reply": _l("送单位领导审核"),
        "approve_reply": _l("同意"),
        "send_back_reply": _l("退回修改"),
        "hand_in": _l("报送监察室"),
        "answer_directly": _l("直接答复来信人"),
        "reject_reply": _l("退回重办"),
    },
    "event": {
        "received": _l("收到"),
        "accepted": _l("决定受理"),
        "refused": _l("决定不予受理"),
        "referred": _l("转送外单位"),
        "question_asked": _l("请来信人补充"),
        "question_answered": _l("来信人已补充"),
        "question_lapsed": _l("不再等待补充"),
        "classified": _l("改类别"),
        "transferred": _l("发出转办单"),
        "signed": _l("签收转办单"),
        "return_requested": _l("申请退回"),
        "return_granted": _l("同意退回"),
        "return_refused": _l("不同意退回"),
        "section_assigned": _l("确定承办科室"),
        "co_requested": _l("请求协办"),
        "co_decided": _l("协调协办"),
        "co_opinion": _l("提交协办意见"),
        "reply_drafted": _l("起草回复"),
        "reply_submitted": _l("回复送单位领导审核"),
        "reply_approved": _l("单位领导同意回复"),
        "reply_sent_back": _l("单位领导退回修改"),
        "reply_handed_in": _l("报送回复"),
        "reply_rejected": _l("回复退回重办"),
        "investigated": _l("指定承办人"),
        "evidence_asked": _l("调取材料"),
        "evidence_given": _l("提供材料"),
        "opinion_submitted": _l("提出初步处理意见"),
        "opinion_approved": _l("分管领导批准"),
        "opinion_sent_back": _l("分管领导退回"),
        "extension_asked": _l("申请延期"),
        "extended": _l("延期"),
        "extension_refused": _l("未批准延期"),
        "consent_recorded": _l("记录同意直接答复"),
        "answered": _l("答复来信人"),
        "answered_directly": _l("承办单位直接答复"),
        "rated": _l("来信人评价"),
        "reopened": _l("重新办理"),
        "withdrawn": _l("来信人撤回"),
        "closed": _l("办结"),
        "archived": _l("归档"),
        "noted": _l("内部备注"),
        "attached": _l("添加材料"),
        "upper_deadline": _l("上级机关定下期限"),
        "identity_viewed": _l("查看来信人信息"),
        "due_moved": _l("期限随日历调整"),
        "clock_warning": _l("期限提醒"),
        "clock_overdue": _l("超期提醒"),
        "issue_published": _l("列入共性问题公告"),
    },
    "mode": {"anonymous": _l("匿名"), "confidential": _l("保密"), "named": _l("实名"), "behalf": _l("代他人反映")},
    "channel": {
        "web": _l("网上"),
        "phone": _l("电话"),
        "letter": _l("来信"),
        "visit": _l("来访"),
        "email": _l("电子邮件"),
        "upper": _l("上级交办"),
    },
    "level": {
        "very_good": _l("非常满意"),
        "good": _l("满意"),
        "fair": _l("基本满意"),
        "bad": _l("不满意"),
        "very_bad": _l("非常不满意"),
        "unsure": _l("说不好"),
    },
    "outcome": {
        "solved": _l("已经解决"),
        "planned": _l("不能按期解决，有工作计划"),
        "unsolvable": _l("暂时或者确实不能解决"),
    },
    "means": {"online": _l("网上"), "letter": _l("书面"), "phone": _l("电话"), "face": _l("当面")},
    "consent": {"form": _l("提交时同意"), "phone": _l("电话同意"), "face": _l("当面同意"), "letter": _l("书面同意")},
    "happened": {"today": _l("今天"), "week": _l("本周"), "earlier": _l("更早"), "unsure": _l("记不清")},
    "notify": {"none": _l("不通知"), "sms": _l("短信"), "email": _l("电子邮件")},
    "co_state": {
        "asked": _l("待协调"),
        "agreed": _l("待提交意见"),
        "declined": _l("不需协办"),
        "done": _l("已提交意见"),
        "waived": _l("不再等待"),
    },
    "reply_state": {
        "draft": _l("草稿"),
        "submitted": _l("待审核"),
        "approved": _l("已同意"),
        "sent_back": _l("退回修改"),
        "handed_in": _l("已报送"),
        "rejected": _l("退回重办"),
    },
    "extension_state": {"asked": _l("待批准"), "granted": _l("已延期"), "declined": _l("未批准")},
    "issue_state": {
        "draft": _l("草稿"),
        "submitted": _l("待审批"),
        "approved": _l("待发布"),
        "published": _l("已发布"),
        "withdrawn": _l("已撤下"),
    },
    "actor": {"citizen": _l("来信人"), "system": _l("系统")},
    "limit": {"upper": _l("上级机关定下的期限")},
    "unit": {"WD": _l("个工作日"), "CD": _l("日"), "SD": _l("当日"), "H": _l("小时")},
    "removed": {
        "gps": _l("位置信息"),
        "time": _l("拍摄时间"),
        "camera": _l("相机型号"),
        "author": _l("作者"),
        "software": _l("软件名称"),
        "thumbnail": _l("缩略图"),
        "comment": _l("批注"),
        "script": _l("脚本"),
        "attachment": _l("内嵌文件"),
    },
    "day_reason": {
        "start_day": _l("开始当天，不计算"),
        "counted": _l("计算"),
        "weekend": _l("周末，不计算"),
        "holiday": _l("节假日，不计算"),
        "makeup": _l("调休上班，计算"),
        "paused": _l("等待补充，不计算"),
        "rolled": _l("最后一日是休息日，顺延"),
        "extended": _l("延期"),
        "fixed": _l("上级机关定下的日期"),
        "hours": _l("按小时计算"),
    },
}

_WORDS: dict[str, Any] = {
    "no_such_case": _l("没有找到。"),
    "not_yours": _l("这一步由别的岗位办理。需要权限，请联系本单位的系统管理员。"),
    "not_now": _l("现在不能办理这一步，可能刚有人处理过。请刷新后再看。"),
    "stale": _l("您打开之后，这件事有了新的变化。您写的内容没有丢失，请对照最新情况后再提交。"),
    "sent_before": _l("这份内容已经提交过了，不会重复登记。"),
    "mode_closed": _l("本机构不接收这种提交方式，请选择别的方式。"),
    "channel_closed": _l("本机构没有开通这个渠道。"),
    "question_open": _l("上一个问题还在等来信人回答，收到后再问下一个。"),
    "no_question": _l("现在没有等待回答的问题。"),
    "past_day": _l("这个日期已经过去，请选择今天或以后的日期。"),
    "no_such_unit": _l("请从列表中选择一个单位。"),
    "no_such_person": _l("请从列表中选择一个人。"),
    "asked_before": _l("已经请过这个单位协办。"),
    "help_missing": _l("还有协办单位没有提交意见。收到意见，或者请监察室协调后，再报送。"),
    "no_section": _l("还没有确定承办科室。请主管领导先确定承办科室。"),
    "own_draft": _l("不能审批自己起草的内容，请由另一位领导审批。"),
    "no_consent": _l("还没有来信人同意直接答复的记录。请监察室先征求并记录来信人的同意。"),
    "not_direct": _l("本机构的制度没有直接答复这种方式。"),
    "no_limit_runs": _l("现在没有可以延长的期限。"),
    "day_off": _l("这一天是休息日，请选择一个工作日。"),
    "extension_open": _l("上一次延期申请还没有批复。"),
    "rated_before": _l("您已经评价过这次答复，谢谢。"),
    "regime_file": _l("制度文件有错，请按提示修改后再导入。"),
    "calendar_csv": _l("日历文件有错，没有导入。请按提示修改后再试。"),
    "file_empty": _l("“%(name)s”是空文件，没有上传；其他文件都在。"),
    "file_type": _l("“%(name)s”的类型不能上传；其他文件都在。可以上传照片、录音、录像、PDF 和 Office 文件。"),
    "file_macro": _l("“%(name)s”带有宏，没有上传；其他文件都在。请另存为不带宏的文件后重传。"),
    "file_locked": _l("“%(name)s”设有密码，没有上传；其他文件都在。请去掉密码后重传。"),
    "file_broken": _l("“%(name)s”打不开，可能已经损坏，没有上传；其他文件都在。"),
}
_WITH_FACTS: dict[str, Any] = {
    "return_too_late": _l("申请退回的期限是 %(until)s，已经过了。请继续办理，或者请监察室协调。"),
    "not_later": _l("新的日期要晚于现在的期限 %(old)s。"),
    "too_many_extensions": _l("已经延期 %(times)s 次，制度规定不能再延。"),
    "too_far": _l("这个日期太远，最多延长 %(days)s 日。"),
    "window_closed": _l("期限是 %(until)s，已经过了。如果还有新的情况，您可以重新提交。"),
    "reopened_enough": _l("这件事已经重新办理过 %(times)s 次。如仍不满意，您可以向上一级机关反映。"),
    "still_to_rate": _l("来信人在 %(until)s 之前还可以评价，评价后或者到期后再办结。"),
    "file_too_big": _l("“%(name)s”超过 %(limit)s，没有上传；其他文件都在。可压缩后重传，或来信来访时带来。"),
    "too_many_files": _l("最多上传 %(limit)s 个文件。请先移除不需要的文件。"),
    "too_few": _l("只有 %(n)s 位来信人，不到 %(least)s 位不能发布：人数太少，容易被认出来。"),
    "overlap": _l("公告里有和来信相同的句子，请改写：%(parts)s"),
    "personal": _l("公告里有姓名、电话或者号码，请删去：%(parts)s"),
}
_BOMBS: dict[str, Any] = {
    "picture": _l("“%(name)s”的图片太大，请缩小后重传；其他文件都在。"),
    "archive": _l("“%(name)s”解开后太大，没有上传；其他文件都在。"),
}
_MISSING: dict[str, Any] = {
    "category": _l("请选择类别。"),
    "severity": _l("请选择一般还是复杂疑难。"),
    "ground": _l("请选择不予受理的情形。"),
    "reason": _l("请写明理由。"),
    "basis": _l("请写明依据，例如制度的条款。"),
    "body": _l("请写明转送到哪个单位。"),
    "text": _l("请写明内容。"),
    "how": _l("请选择来信人是怎样同意的。"),
    "points": _l("请写明需要答复的要点。"),
    "comment": _l("请写明意见，方便对方修改。"),
    "opinion": _l("请写明回复意见。"),
    "solution": _l("请写明解决办法。"),
    "outcome": _l("请选择办理结果。"),
    "plan": _l("不能按期解决的，请写明解决的工作计划。"),
    "record": _l("请写明电话记录。"),
    "signed": _l("当面答复的，请来信人签字后勾选。"),
    "satisfaction": _l("请注明来信人的满意度。"),
    "means": _l("请选择答复方式。"),
    "level": _l("请选择一项评价。"),
    "wanted": _l("请写明需要哪些材料。"),
    "given": _l("请写明提供了哪些材料。"),
}


def label(kind: str, code: str) -> str:
    """The words for a code; the code itself where a regime brings one of its own."""
    return str(LABELS.get(kind, {}).get(code, code))


def refusal(error: Refused) -> str:
    """Why a rule said no, what to do about it."""
    from shared.web.dates import day

    if error.code == "missing":
        return str(_MISSING.get(str(error.facts.get("field")), _l("请填写这一项。")))
    if error.code == "file_bomb":
        words = _BOMBS["picture" if "pixels" in error.facts else "archive"]
        return str(words) % error.facts
    spoken: dict[str, Callable[[Any], Any]] = {"until": day, "old": day, "limit": _size}
    facts = {k: spoken[k](v) if k in spoken else v for k, v in error.facts.items()}
    words = _WITH_FACTS.get(error.code) or _WORDS.get(error.code) or _WORDS["not_now"]
    return str(words) % facts if "%(" in str(words) else str(words)


def _size(limit: Any) -> str:
    return f"{limit // (1024 * 1024)} MB" if isinstance(limit, int) and limit >= 1024 * 1024 else str(limit)


def init(app: Flask) -> None:
    """Makes `label` known to templates."""
    app.jinja_env.globals["label"] = label
