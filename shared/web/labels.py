"""Which words a code has, and why a rule said no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from shared.domain.errors import Refused
from shared.language import language, ngettext
from shared.web import words_chains, words_ledger
from shared.web.words import LABELS
from shared.web.words_follow_up import MISSING, REFUSALS

_WORDS: dict[str, Any] = {
    **words_ledger.REFUSED,
    "no_identity": _l("来信人没有留下姓名和联系方式。"),
    "no_key": _l("这份信息还没有交到您手上。请同岗位的同事登录一次，您再重新登录；仍看不到，请联系系统管理员。"),
    "needs_colleague": _l("保密来信要有一位同事同意才能查看。请先申请；同意后 15 分钟内可以查看。"),
    "no_match": _l("没有找到相符的记录。请核对受理编号和 16 位查询码，空格不影响。仍找不到，请打电话给我们。"),
    "no_paper": _l("没有查到。请核对文件上的核对码，再试一次；仍查不到的，请打电话问出具文件的单位。"),
    "no_file": _l("请先选择文件。"),
    "sound_unheard": _l("选中的材料里有录音或者录像，不能去除声音和面孔。请听看一遍，确认可以转出后勾选。"),
    "copy_changed": _l("您改了勾选，副本已经更新。请再看一遍，确认后勾选并发出。"),
    "unit_barred": _l("这个单位应当回避，请选择别的单位。"),
    "person_barred": _l("这个人应当回避，请选择别的人。"),
    "chief_lifts": _l("已经登记的回避，只有本办公室负责人可以取消。"),
    "nobody_left": _l("登记后，本机构没有人可以办理这件投诉。请在下面写明报送到哪个上级机关。"),
    "files_refused": _l("有的文件没有上传，原因写在文件那一栏；其他文件已经收到。您写的内容还没有提交。"),
    "wrong_password": _l("现在的密码不对，请重新输入。"),
    "sign_in_failed": _l("用户名或者密码不对，请重新输入。"),
    "no_such_case": _l("没有找到。"),
    "wrong_code": _l("验证码不对，或者已经用过。请等应用显示下一个再输入。"),
    "passkey_failed": _l("没有认出这把通行密钥。请再试一次，或者输入验证码。"),
    "last_factor": _l("本机构要求双重验证，至少要留一种。请先设置另一种，再删除这一种。"),
    "password_known": _l("这个密码太容易被猜到。请换一个，最好是一句别人想不到的话。"),
    "password_same": _l("新密码和现在的一样，请换一个。"),
    "link_spent": _l("这个链接已经用过，或者超过了 24 小时。请联系系统管理员重新给一个。"),
    "bad_username": _l("用户名要用小写字母或者数字开头，2 到 40 个字，可以有点和横线。"),
    "username_taken": _l("这个用户名已经有人用了，请换一个。"),
    "not_together": _l("系统管理员、安全管理员、审计员不能互相兼任，也不能兼任办理岗位。请先收回原来的岗位。"),
    "wrong_place": _l("这个岗位不设在这个单位：监察机构的岗位和管理岗位在监察机构，其余在承办单位和科室。"),
    "last_admin": _l("这是最后一位这样的管理员。请先给另一个人授予这个岗位。"),
    "not_oneself": _l("不能对自己的账号这样做，请另一位管理员办理。"),
    "report_there": _l("这段时间的这份报告已经有了，请在列表里打开。"),
    "bad_number": _l("请填写数字，例如 1280。"),
    "formula": _l("公式看不懂，请只用名称、数字和加减乘除。"),
    "closed_account": _l("这个账号已经停用，请系统管理员先恢复。"),
    "still_trusted": _l("这个人有岗位，但没有双重验证。请安全管理员先收回岗位，本人设好密码后再授予。"),
    "holds_more": _l("这个人手头的工作刚有变化，请看过下面的清单再停用。"),
    "ends_before": _l("结束的日期要不早于开始的日期。"),
    "away_too_long": _l("一次最多登记一年。"),
    "absence_open": _l("您已经登记过外出。要改日期，请先结束现在的这一次。"),
    "no_deputy": _l("请选择代办人：同一单位、同一岗位的同事。"),
    "called_later": _l("打电话的时间不能晚于现在。"),
    "bad_time": _l("请按 14:30 这样的格式填写时间。"),
    "needs_signature": _l("保密来信的副本，要另一位领导看过签字才能给承办单位。"),
    "not_yours": _l("这一步由别的岗位办理。需要权限的，请联系本单位的系统管理员。"),
    "not_now": _l("现在不能办理这一步，可能刚有人处理过。请刷新后再看。"),
    "stale": _l("您打开之后，这件事有了新的变化。您写的内容没有丢失，请对照最新情况后再提交。"),
    "sent_before": _l("这份内容已经提交过了，不会重复登记。"),
    "mode_closed": _l("本机构不接收这种提交方式，请选择别的方式。"),
    "channel_closed": _l("本机构没有开通这个渠道。"),
    "question_open": _l("上一个问题还在等来信人回答，收到后再问下一个。"),
    "no_question": _l("现在没有等待回答的问题。"),
    "no_roster": _l("本机构的制度没有值班。"),
    "no_duty_day": _l("这一天没有这一班。"),
    "no_such_register": _l("没有找到这个登记编号，请核对。"),
    "day_to_come": _l("这一天还没有到，请核对。"),
    "no_plan": _l("本机构的制度没有应急预案。"),
    "plan_waits": _l("上一份修改还在等批准。"),
    "step_done": _l("这一步已经记过了。"),
    "future_time": _l("这个时间还没有到，请核对。"),
    "bad_day": _l("这个日期不对，请核对。"),
    "own_report": _l("不能验证自己报告的整改，请另一位有权限的人验证。"),
    "bad_amount": _l("金额请写成 240.00 这样，最多两位小数。"),
    "not_a_gap": _l("这个编号有记录，或者还没有用到，不用说明。"),
    "explained_before": _l("这个编号已经说明过。"),
    "future_day": _l("完成的日期不能晚于今天。"),
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
    "bad_setting": _l("这个值填得不对，请按提示填写。"),
    "regime_incomplete": _l("本机构的规则还没有定完，暂时不能受理。请直接打电话或者到办公地点反映。"),
    "calendar_csv": _l("日历文件有错，没有导入。请按提示修改后再试。"),
    "template_sign": _l("签名和正文里不要写方括号【】，发出时会自动加上。"),
    "template_text": _l("正文太长，请缩短。"),
    "template_number": _l("已批准的模板要有平台给的编号，请填写。"),
    "template_there": _l("这种通知在这家平台已经登记过，请在列表里打开修改。"),
    "bad_hours": _l("请写成 08:00-21:00 这样的时段，开始要早于结束。"),
    "asked_already": _l("同样的请求已经提过，还在等答复。"),
    "held": _l("这件事正在保全，不能清除。先由监察负责人解除保全，再办理。"),
    "still_open": _l("这件事还没有办完，只能先清除姓名和联系方式。"),
    "no_share_consent": _l("来信人没有同意把身份提供给这个单位。请先征求来信人的单独同意，或者只转内容，不转身份。"),
    "privacy_file": _l("隐私说明文件有错，请按提示修改后再载入。"),
    "file_empty": _l("“%(name)s”是空文件，没有上传；其他文件都在。"),
    "file_type": _l("“%(name)s”的类型不能上传；其他文件都在。可以上传照片、录音、录像、PDF 和 Office 文件。"),
    "file_macro": _l("“%(name)s”带有宏，没有上传；其他文件都在。请另存为不带宏的文件后重传。"),
    "file_locked": _l("“%(name)s”设有密码，没有上传；其他文件都在。请去掉密码后重传。"),
    "file_virus": _l("这个文件里发现了病毒，已经隔离，不能下载。需要原件时，请联系来信人换一个文件。"),
    "file_unchecked": _l("这个文件还没有查完病毒。请过一两分钟再下载。"),
    **REFUSALS,
    **words_chains.REFUSALS,
    "file_broken": _l("“%(name)s”打不开，可能已经损坏，没有上传；其他文件都在。"),
}
_WITH_FACTS: dict[str, Any] = {
    **words_ledger.REFUSED_WITH_FACTS,
    "password_short": _l("密码至少 %(n)s 个字。"),
    "password_long": _l("密码最多 %(n)s 个字。"),
    "password_kinds": _l("大写字母、小写字母、数字、符号至少要有 %(n)s 种。"),
    "template_unknown": _l("这种通知没有这些变量：%(names)s。请改成下面列出的变量。"),
    "unit_busy": _l("这个单位还有 %(n)s 件未办完，办完或者退回以后再停用。"),
    "wait": _l("试的次数太多，请过 %(seconds)s再试。"),
    "return_too_late": _l("申请退回的期限是 %(until)s，已经过了。请继续办理，或者请监察室协调。"),
    "not_later": _l("新的日期要晚于现在的期限 %(old)s。"),
    "too_many_extensions": _l("已经延期 %(times)s 次，制度规定不能再延。"),
    "steps_open": _l("还有步骤没有办：%(steps)s。"),
    "too_far_ahead": _l("最远约到 %(days)s 天以内。"),
    "too_far": _l("这个日期太远，最多延长 %(days)s 日。"),
    "too_late_to_extend": _l("原定的日期 %(old)s 已经过了，不能再延期。请尽快办理并告诉来信人。"),
    "window_closed": _l("期限是 %(until)s，已经过了。如果还有新的情况，您可以重新提交。"),
    "reopened_enough": _l("这件事已经重新办理过 %(times)s 次。如仍不满意，您可以向上一级机关反映。"),
    "still_to_rate": _l("来信人在 %(until)s 之前还可以评价，评价后或者到期后再办结。"),
    "file_too_big": _l("“%(name)s”超过 %(limit)s，没有上传；其他文件都在。可压缩后重传，或来信来访时带来。"),
    "too_many_files": _l("最多上传 %(limit)s 个文件。请先移除不需要的文件。"),
    "too_few": _l("只有 %(n)s 位来信人，不到 %(least)s 位不能发布：人数太少，容易被认出来。"),
    "overlap": _l("公告里有和来信相同的句子，请改写：%(parts)s"),
    "too_close": _l("这些来信集中在 %(days)s 天内，现在公告容易被认出来。请等最后一件满 %(days)s 天后再报送。"),
    "field_missing": _l("请填写“%(name)s”。"),
    "field_long": _l("“%(name)s”最多 %(most)s 个字，请缩短。"),
    "field_date": _l("“%(name)s”请按 2026-11-30 这样的格式填写日期。"),
    "field_number": _l("“%(name)s”请填数字。"),
    "field_money": _l("“%(name)s”请填金额，例如 1200.50。"),
    "field_choice": _l("“%(name)s”请从列出的答案里选一个。"),
    "field_yes": _l("“%(name)s”请选“是”或者“否”。"),
    "too_exact": _l("公告里的时间或者地点太具体，时间写到月份，地点写大一级，请改写：%(parts)s"),
    "personal": _l("公告里有姓名、电话或者号码，请删去：%(parts)s"),
}
_BOMBS: dict[str, Any] = {
    "picture": _l("“%(name)s”的图片太大，请缩小后重传；其他文件都在。"),
    "archive": _l("“%(name)s”解开后太大，没有上传；其他文件都在。"),
}
_MISSING: dict[str, Any] = {
    **words_ledger.MISSING,
    "files": _l("请先选择文件。"),
    "username": _l("请填写用户名。"),
    "sign": _l("请填写短信签名。"),
    "notice": _l("请选择是哪种通知。"),
    "provider": _l("请选择短信平台。"),
    "hours": _l("请写成 08:00-21:00 这样的时段，开始要早于结束。"),
    "name": _l("请填写名称。"),
    "role": _l("请选择岗位。"),
    "unit_id": _l("请从列表中选择一个单位。"),
    "decision": _l("请选择您的决定。"),
    "due_day": _l("请选择日期。"),
    "new_day": _l("请选择日期。"),
    "planned_day": _l("请选择预定完成的日期。"),
    "done_day": _l("请选择完成的日期。"),
    "finding": _l("请选择办理结论。"),
    "amount": _l("请写明金额。"),
    "ticks": _l("这个结论要求做到的，还没有勾选。"),
    "ground_words": _l("请写明依据。"),
    "action_kind": _l("请选择种类。"),
    "title": _l("请写一个题目。"),
    "participants": _l("请写明参加研究的部门和人。"),
    "category": _l("请选择类别。"),
    "severity": _l("请选择程度。"),
    "ground": _l("请选择不予受理的情形。"),
    "reason": _l("请写明理由。"),
    "basis": _l("请写明依据，例如制度的条款。"),
    "body": _l("请写明转送到哪个单位。"),
    "redirect": _l("请写明可以去哪里反映。"),
    "text": _l("请写明内容。"),
    "because": _l("请写明为什么需要查看，至少 10 个字。"),
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
    "confirmed": _l("请对照原文看一遍，再勾选确认。"),
    "refer_to": _l("请写明报送到哪个上级机关。"),
    "kind": _l("请选择您的请求。"),
    "parts": _l("请选择清除哪些内容。"),
    "wanted": _l("请写明需要哪些材料。"),
    "given": _l("请写明提供了哪些材料。"),
    "from_day": _l("请选择从哪一天开始。"),
    "to_day": _l("请选择到哪一天结束。"),
    "remarks": _l("请写明会议或者分析的结论。"),
    "code": _l("请选择报告。"),
    "period_from": _l("请选择从哪一天开始，不晚于今天。"),
    "period_to": _l("请选择到哪一天结束。"),
    "every": _l("请选择多久一次。"),
    "days": _l("请填写 0 到 20 之间的工作日数。"),
    "percent": _l("请填写 1 到 100 之间的数字。"),
    "n": _l("请填写大于 0 的整数。"),
    "tier": _l("请选择层级。"),
    "takers": _l("请写明哪些部门参加。"),
    "conclusions": _l("请写明结论。"),
    "note_code": _l("请选择结果。"),
    "way": _l("请选择信函怎样送到。"),
    "result": _l("请选择结果。"),
    "superior": _l("请选择投诉的是哪位上级。"),
    "units": _l("请选择参加的单位。"),
    "register_no": _l("登记为投诉的，请写明登记编号。"),
    "topic": _l("请填写主题。"),
    "duty": _l("请选择哪一项。"),
    "people": _l("请选择或者写明谁参加。"),
    "group": _l("请选择哪个小组。"),
    "taken": _l("请选择办完的一步。"),
    "note": _l("请写明怎样办的。"),
    "why": _l("请写明为什么。"),
    "review": _l("请写明总结。"),
    "person_id": _l("请从列表中选择一个人。"),
    "partner": _l("请写明是谁。"),
    "at": _l("请填写时间。"),
    **MISSING,
    **words_chains.MISSING,
}


def label(kind: str, code: str) -> str:
    """The words for a code; the code itself where a regime brings one of its own."""
    said = language().labels
    words = said.get((kind, code))
    if words is None:
        words = str(LABELS.get(kind, {}).get(code, code))
        if code in LABELS.get(kind, {}):  # codes come from addresses too: only known ones are kept
            said[kind, code] = words
    return words


def refusal(error: Refused) -> str:
    """Why a rule said no, what to do about it."""
    from shared.web.dates import day

    if error.code == "missing":
        return str(_MISSING.get(str(error.facts.get("field")), _l("请填写这一项。")))
    if error.code == "file_bomb":
        words = _BOMBS["picture" if "pixels" in error.facts else "archive"]
        return str(words) % error.facts
    spoken: dict[str, Callable[[Any], Any]] = {"until": day, "old": day, "limit": _size, "seconds": _while}
    facts = {k: spoken[k](v) if k in spoken else v for k, v in error.facts.items()}
    words = _WITH_FACTS.get(error.code) or _WORDS.get(error.code) or _WORDS["not_now"]
    return str(words) % facts if "%(" in str(words) else str(words)


def _while(seconds: int) -> str:
    """A wait as people say it: nobody counts nine hundred seconds."""
    if seconds <= 90:
        return ngettext("%(num)d 秒", "%(num)d 秒", seconds)
    return ngettext("%(num)d 分钟", "%(num)d 分钟", -(-(seconds - 1) // 60))


def _size(limit: Any) -> str:
    return f"{limit // (1024 * 1024)} MB" if isinstance(limit, int) and limit >= 1024 * 1024 else str(limit)


def init(app: Flask) -> None:
    """Makes `label` known to templates."""
    app.jinja_env.globals["label"] = label
