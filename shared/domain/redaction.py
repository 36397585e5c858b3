"""What in a text may tell who wrote it: places to hide before the text goes to a unit (R4.06), each with its reason.

Proposals alone: a person confirms them beside the original. All patterns are bounded, so that none can be made slow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

MASK = "〔已隐去〕"
"""The same for a name and for a paragraph: its length tells nothing."""
REASONS = (
    "name",
    "phone",
    "identity",
    "card",
    "account",
    "plate",
    "address",
    "employer",
    "self",
    "mail",
    "chat",
    "birth",
    "file",
)
"""Why something is proposed to be hidden; each has a label."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text, from `start` up to `end`, and why it may tell who wrote it."""

    start: int
    end: int
    reason: str


_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范"
    "汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤柳施牛樊葛邢安齐伍庞颜倪庄聂章鲁岳"
    "翟殷詹申欧耿关兰焦俞左甘祝包宁尚舒阮纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时"
    "穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲"
    "虞敖巩明佘池查麻苑迟邝"
)
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]"
_NAME = rf"[{_SURNAMES}]{_HAN}{{1,2}}"
_IS = r"[是为：:\s]{0,3}"
_STOP = r"[^，。；、！？,;!?\s]"
_END = r"(?=[，。；、！？,;!?\s（(]|$|电话|手机|住|家住|今年|身份证)"
_KIN = "儿子|女儿|丈夫|妻子|爱人|老公|老婆|父亲|母亲|爸爸|妈妈|孩子|孙子|孙女|弟弟|哥哥|姐姐|妹妹"
_HOME = "单元|号楼|号院|栋|幢|室"
_PART = "单元|号楼|号院|栋|幢|座|弄|号|楼|层|室|房|户"
_ROAD = "路|街|巷|弄|胡同|大道|村"
_PLACE = f"小区|花园|公寓|家园|新村|社区|苑|镇|乡|组|{_ROAD}|{_HOME}"
_NUMBER = r"[\dA-Za-z]{1,5}"
_COUNT = r"[\dA-Za-z一二三四五六七八九十百零〇]{1,5}"
_TENANT = "租客|租户|住户|业主|房客|房东|户主|承租人"
_POST = (
    "员工|职工|工人|老师|教师|护士|医生|会计|出纳|保安|司机|保洁|厨师|班长|组长|队长|干事|科员|文员|秘书|经理"
    "|实习生|临时工|合同工|学生|代表|亲属|邻居|举报人|投诉人|当事人"
)
_WORKPLACE = (
    "公司|工厂|厂|学校|小学|中学|幼儿园|大学|学院|医院|卫生院|单位"
    "|局|所|中心|集团|银行|店|超市|饭店|酒店|工地|合作社|办"
)
_WORKS = "上班|工作|打工|任职|当|做|教书|务工|实习"
_PLATE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_NARROW = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Full-width digits and letters as their narrow twins, one for one, so that places stay the same."""

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern, re.IGNORECASE))
    for reason, pattern in (
        ("mail", r"[A-Za-z0-9.+_-]{1,64}[@＠][A-Za-z0-9-]{1,64}(?:[.．][A-Za-z0-9-]{1,32}){1,4}"),
        ("file", r"[\w-]{1,60}\.(?:jpe?g|png|heic|pdf|docx?|xlsx?|pptx?|mp[34]|m4a|mov|amr|wav|txt)(?![A-Za-z])"),
        ("identity", r"(?<!\d)(?:\d{6}\s?\d{8}\s?\d{3}[\dXxＸｘ]|\d{15})(?![\dXx])"),
        ("identity", r"(?:护照|通行证|军官证|残疾证|居住证|身份证)(?:号码|号)?" + _IS + r"[A-Za-z]?[\dXx]{6,20}"),
        ("phone", r"(?<!\d)(?:[+＋]?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"),
        ("phone", r"(?<!\d)0\d{2,3}[\s－-]?\d{7,8}(?!\d)"),
        ("phone", r"(?:电话|座机|手机|号码|联系方式)" + _IS + r"\d{7,8}(?!\d)"),
        ("phone", r"[一二三四五六七八九零〇幺]{7,12}"),
        ("card", r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?:[\s-]?\d{1,3})?(?!\d)"),
        (
            "account",
            r"(?:账号|帐号|账户|户号|卡号|学号|工号|社保号|医保号|合同号|受理编号|登记编号|查询码)"
            + _IS
            + r"[A-Za-z0-9][A-Za-z0-9\s-]{3,30}[A-Za-z0-9]",
        ),
        ("plate", rf"[{_PLATE}][A-HJ-NP-Z][·•.\s-]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"),
        ("chat", r"(?:微信|微博|抖音|快手|薇信|V信|VX|WX|weixin)(?:号|ID)?" + _IS + r"[A-Za-z][A-Za-z0-9_-]{5,19}"),
        ("chat", r"(?:QQ|扣扣)(?:号|群)?" + _IS + r"[1-9]\d{4,11}(?!\d)"),
        ("birth", r"(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}[日号])?(?=出生|生[，。,\s人])"),
        ("name", rf"(?:我叫|名叫|本人姓名|我的名字|姓名|署名|联系人|投诉人|举报人|反映人|来信人){_IS}{_NAME}{_END}"),
        ("name", rf"(?:我是|本人是?){_NAME}(?<![生人员工民师家长户主友子清款费钱]){_END}"),
        ("name", rf"我的?(?:{_KIN})(?:叫|名叫|是)?{_NAME}{_END}"),
        ("name", rf"(?<!{_HAN})[{_SURNAMES}]{_HAN}{{0,2}}(?:先生|女士|小姐|大爷|大妈|大娘|阿姨)"),
        ("self", rf"(?:{_NUMBER}(?:{_PART}|-)){{0,4}}{_NUMBER}(?:{_PART})?的?(?:{_TENANT})"),
        (
            "self",
            rf"(?:我是|我们是|本人是|我就是|我作为|作为)(?:{_HAN}|\d){{1,16}}?(?:{_TENANT}|{_POST})",
        ),
        (
            "address",
            rf"(?:家住|现住|租住在?|住在|居住在|住址{_IS}|地址{_IS}|户籍{_IS})(?={_STOP}{{0,30}}(?:{_PLACE})){_STOP}{{2,40}}",
        ),
        ("address", rf"(?:{_COUNT}(?:{_PART})-?){{1,5}}{_NUMBER}(?:室|房|户)?(?![\d年月日个元])"),
        ("address", rf"{_NUMBER}(?:{_HOME})"),
        ("address", rf"{_HAN}{{1,6}}(?:{_ROAD})\d{{1,5}}号(?!线|文)"),
        ("address", rf"{_HAN}{{1,4}}村(?:民小组)?[一二三四五六七八九十\d]{{1,3}}[组社队]"),
        ("employer", rf"(?:就职于|任职于|供职于|工作单位{_IS}|我们?单位{_IS}){_STOP}{{2,24}}?(?:{_WORKPLACE})"),
        ("employer", rf"(?:我在|本人在|我丈夫在|我妻子在){_STOP}{{2,24}}?(?:{_WORKPLACE})(?=(?:里|的)?(?:{_WORKS}))"),
    )
)


def propose(text: str, names: Iterable[str] = ()) -> list[Span]:
    """The places that may tell who wrote the text, in order and apart; `names` are known names and contacts."""
    folded = text.translate(_NARROW)
    patterns = (*_known(names), *_PATTERNS)
    found = [Span(*m.span(), reason) for reason, pattern in patterns for m in pattern.finditer(folded)]
    apart: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if apart and span.start < apart[-1].end:
            last = apart[-1]
            apart[-1] = Span(last.start, max(last.end, span.end), last.reason)
        else:
            apart.append(span)
    return apart


def redacted(text: str, spans: Iterable[Span]) -> str:
    """The text with each of these places, in order and apart, replaced by one and the same mark."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], MASK]
        at = span.end
    return "".join([*parts, text[at:]]).replace(MASK + MASK, MASK)


def retouched(text: str, spans: list[Span], copy: str, before: Collection[int], after: Collection[int]) -> str:
    """The copy once other places are chosen: `before` and `after` are numbers in `spans` that are hidden.

    An unedited copy is made anew. In an edited one, what is newly hidden goes wherever it stands; what is newly
    kept can't be put back in its place and stays hidden: the person writes it.
    """
    if _same(copy, redacted(text, [s for n, s in enumerate(spans) if n in before])):
        return redacted(text, [s for n, s in enumerate(spans) if n in after])
    for n in sorted(set(after) - set(before)):
        if n < len(spans):
            copy = copy.replace(text[spans[n].start : spans[n].end], MASK)
    return copy


def mask_obvious(text: str, names: tuple[str, ...] = ()) -> str:
    """The text with everything hidden that is proposed; a person checks the rest."""
    return redacted(text, propose(text, names))


def _same(one: str, other: str) -> bool:
    """Browsers send other line ends than they were given."""
    return one.split() == other.split()


def _known(names: Iterable[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Known names as they stand, spaced out, and by surname with a form of address."""
    found = []
    for name in dict.fromkeys(n.strip() for n in names):
        if len(name) < 2:
            continue
        reason = "mail" if "@" in name else "phone" if sum(map(str.isdigit, name)) > 5 else "name"
        found.append((reason, re.compile(r"\s?".join(map(re.escape, name)), re.IGNORECASE)))
        if reason == "name" and re.fullmatch(rf"{_HAN}{{2,4}}", name):
            polite = "(?:某某?|先生|女士|小姐|大爷|大妈|大娘|阿姨|师傅|老师)"
            found.append((reason, re.compile(rf"{name[0]}{polite}|[老小]{name[0]}(?!{_HAN}[是的])")))
    return found
