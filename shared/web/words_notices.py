"""The words about notices: whom they are for, how they went, why one did not go, what a person did about it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

NOTICES: dict[str, dict[str, Any]] = {
    "audience": {
        "citizen": _l("来信人"),
        "office_intake": _l("受理人"),
        "office_chief": _l("负责人"),
        "dispatcher": _l("转办人"),
        "unit_signers": _l("承办单位签收专人"),
        "unit_head": _l("承办单位领导"),
        "director": _l("承办单位主管领导"),
        "handler": _l("承办单位经办人"),
        "investigator": _l("调查员"),
        "gov_leader": _l("分管领导"),
        "archivist": _l("归档人"),
        "co_unit": _l("协办单位"),
        "auditor": _l("审计员"),
        "security_admin": _l("安全管理员"),
        "person": _l("本人"),
    },
    "notice": {
        "received": _l("告知已收到"),
        "accepted": _l("已受理"),
        "refused": _l("没有受理"),
        "referred": _lp("notice", "已转送"),
        "question_asked": _lp("notice", "请来信人补充"),
        "extended": _l("答复延期"),
        "answered": _l("已有答复"),
        "reopened": _l("正在重新办理"),
        "case_received": _l("收到新的投诉"),
        "to_transfer": _l("待转办"),
        "to_assign": _l("待指定承办人"),
        "to_reassign": _l("重新办理，待指定承办人"),
        "to_investigate": _l("交给您调查"),
        "evidence_asked": _l("请提供材料"),
        "evidence_given": _l("材料已提供"),
        "question_answered": _lp("notice", "来信人已补充"),
        "to_sign": _lp("notice", "待签收"),
        "co_named": _l("请协助办理"),
        "slip_withdrawn": _l("转办单已撤回"),
        "section_assigned": _l("交给科室办理"),
        "return_requested": _l("有单位申请退回"),
        "return_granted": _lp("notice", "同意退回"),
        "return_refused": _lp("notice", "不同意退回"),
        "co_requested": _l("有单位请求协办"),
        "security_alarm": _l("安全记录里有异常"),
        "co_laid": _l("保密来信协办待签字"),
        "co_decided": _l("协办已协调"),
        "co_opinion": _l("协办意见已提交"),
        "reply_submitted": _l("回复待审核"),
        "reply_approved": _l("回复已同意，待报送"),
        "reply_sent_back": _l("回复退回修改"),
        "reply_handed_in": _l("回复已报送"),
        "reply_rejected": _lp("notice", "回复退回重办"),
        "opinion_submitted": _l("处理意见待审批"),
        "opinion_approved": _l("处理意见已批准"),
        "opinion_sent_back": _l("处理意见退回修改"),
        "extension_asked": _l("有延期申请待批"),
        "term_extended": _l("办理期限已延长"),
        "extension_refused": _lp("notice", "未批准延期"),
        "answered_directly": _l("承办单位已直接答复"),
        "rated": _lp("notice", "来信人评价"),
        "to_rehandle": _l("重新办理，待转办"),
        "withdrawn": _lp("notice", "来信人撤回"),
        "to_archive": _l("待归档"),
        "issue_submitted": _l("共性问题公告待审"),
        "issue_published": _l("共性问题公告已发布"),
        "identity_asked": _l("同事申请查看来信人信息"),
        "identity_urgent": _l("紧急查看来信人信息的警示"),
        "clock_warning": _lp("notice", "期限提醒"),
        "clock_overdue": _lp("notice", "超期提醒"),
        "handed_over": _l("接手调查"),
        "unattended": _l("有投诉没有人负责"),
        "digest": _l("每日汇总"),
    },
    "notice_event": {
        "clock_warning": _l("期限快到"),
        "clock_overdue": _l("超过期限"),
        "issue_submitted": _l("共性问题公告报送审批"),
        "unattended": _l("每天检查：没有人负责"),
        "digest": _l("每个工作日上班时"),
    },
    "notice_state": {
        "queued": _l("待发"),
        "waits": _l("列入下一次汇总"),
        "sent": _l("已提交"),
        "delivered": _l("已送达"),
        "failed": _l("未送达"),
        "parked": _l("待检查"),
        "held": _l("待同意"),
        "replaced": _l("已改用其他方式"),
        "letter": _l("已改为信函"),
        "call": _l("已改为电话"),
        "dropped": _l("不需要通知"),
        "retry": _l("待再发"),
    },
    "notice_act": {
        "retried": _l("再发一次"),
        "letter": _l("改用信函"),
        "call": _l("改用电话"),
        "dropped": _l("不再通知"),
        "released": _l("同意发出"),
    },
    "notice_way": {
        "posted": _l("已寄出"),
        "handed": _l("已当面交给本人"),
        "told": _l("接通，已告诉本人"),
        "no_answer": _l("没有人接"),
        "wrong_number": _l("号码不对"),
    },
    "notice_channel": {"sms": _l("短信"), "email": _l("电子邮件"), "letter": _l("信函"), "call": _l("电话")},
    "notice_reason": {
        "digest": _l("和其他通知一起，在上班时汇总发出"),
        "nobody": _l("没有要通知的人，或者来信人选择不通知"),
        "no_address": _l("没有留下可以送达的号码或者邮箱"),
        "timeout": _l("对方长时间没有回应"),
        "unreachable": _l("连接不上对方的服务器"),
        "address_invalid": _l("邮箱地址写法不对"),
        "address_not_supported": _l("邮箱地址里有对方服务器不支持的字"),
        "number_invalid": _l("手机号码写法不对"),
        "landline": _l("号码是固定电话，收不到短信"),
        "template_missing": _l("这条短信的模板还没有在短信平台登记"),
        "template_rejected": _l("这条短信的模板没有通过短信平台审核"),
        "not_written": _l("通知的内容没有生成"),
        "bulk": _l("一次发给很多人，需要负责人同意"),
        "restored": _l("系统恢复以前就在等待，需要负责人同意"),
        "refused": _l("负责人不同意发出"),
        "bounced": _l("邮箱退信"),
        "expired": _l("对方在期限内没有收到"),
    },
    "untold": {
        "own_act": _l("办理的人自己做的一步，只留记录"),
        "on_case": _l("办理页上看得到"),
        "on_slip": _l("承办单位打开转办单就看得到"),
        "on_desk": _l("出现在“我的工作”里"),
        "on_own_page": _l("来信人在自己的查询页上看到"),
        "by_clock": _l("由期限提醒按新的日期通知"),
    },
}
EVENTS: dict[str, Any] = {
    "notice_retried": _l("通知再发一次"),
    "notice_replaced": _l("通知改用信函或者电话"),
    "notice_called": _l("打电话通知，没有办成"),
    "notice_dropped": _l("不再通知"),
    "notice_released": _lp("event", "同意发出通知"),
    "handed_over": _l("交给另一位调查员"),
}
"""What staff read in a case's story."""


def reason_words(code: str) -> str:
    """Why a notice did not go, in plain words; an unknown code stands as it came, for the technicians."""
    known = NOTICES["notice_reason"].get(code)
    if known is not None or not code:
        return str(known or "")
    if code.startswith("smtp_5"):
        return str(_("对方的邮件服务器拒收（%(code)s）", code=code))
    if code.startswith("smtp_"):
        return str(_("对方的邮件服务器暂时不收（%(code)s）", code=code))
    return str(_("没有送到（%(code)s）", code=code))
