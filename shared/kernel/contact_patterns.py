"""How what reaches or identifies a person is written, in Chinese and in English.

Patterns are bounded everywhere, so that no text takes more than time in proportion to its length.
"""

import re
from typing import Final

_EDGE: Final = r"(?<![0-9A-Za-z])"
_END: Final = r"(?![0-9A-Za-z])"
_NOT_DIGIT: Final = r"(?!\d)"

EMAIL: Final = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}",
    re.ASCII,
)

SPOKEN_EMAIL: Final = re.compile(
    r"(?<!\w)[\w-]{1,40}(?:\s(?:dot|点)\s[\w-]{1,40}){0,3}\s(?:at|艾特)\s[\w-]{1,40}(?:\s(?:dot|点)\s[\w-]{2,40}){1,3}(?!\w)",
    re.IGNORECASE,
)

_MOBILE: Final = (
    r"1[3-9]\d{9}|1[3-9]\d[ .-]\d{4}[ .-]\d{4}|1[3-9]\d[ -]\d{3}[ -]\d{5}|1[3-9]\d{2}[ -]\d{3}[ -]\d{4}"
    r"|1(?:[ .-]\d){10}"
)
_SPELT: Final = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
PHONES: Final = (
    # In words, as those write it who know that digits are masked.
    re.compile(rf"(?<![{_SPELT}])[一壹幺][三四五六七八九叁肆伍陆柒捌玖][{_SPELT}]{{9}}(?![{_SPELT}])"),
    re.compile(rf"(?<![0-9A-Za-z.])(?:(?:\+|00)86[ -]?)?(?:{_MOBILE}){_NOT_DIGIT}"),
    # Landlines with their area code, and an extension.
    re.compile(
        r"(?<![\d.-])\(?0(?:10|2\d|[3-9]\d{2})\)?[ -]?[2-9]\d{2,3}[ -]?\d{4}(?:\s?(?:转|-|ext\.?|x)\s?\d{1,5})?"
        + _NOT_DIGIT
    ),
    re.compile(rf"{_EDGE}[48]00[ -]\d{{3}}[ -]\d{{4}}{_NOT_DIGIT}"),
    # International: a plus, a country, and from 7 digits in groups.
    re.compile(r"(?<![0-9A-Za-z+])\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,12}" + _NOT_DIGIT),
    re.compile(rf"{_EDGE}00[1-9]\d{{0,2}}[ -]\d(?:[ -]?\d){{6,12}}{_NOT_DIGIT}"),
    # North America, with brackets, hyphens or dots; and the United Kingdom.
    re.compile(rf"{_EDGE}(?:1[ -])?\([2-9]\d{{2}}\)\s?[2-9]\d{{2}}[ .-]\d{{4}}{_NOT_DIGIT}"),
    re.compile(r"(?<![\w.-])(?:1-)?[2-9]\d{2}([.-])[2-9]\d{2}\1\d{4}(?![\w-])"),
    re.compile(rf"{_EDGE}07\d{{3}}[ -]?\d{{3}}[ -]?\d{{3}}{_NOT_DIGIT}"),
    re.compile(rf"{_EDGE}(?:0|\(0\))\d{{2,4}} \d{{3,4}} \d{{3,4}}{_NOT_DIGIT}"),
)
NAMED_PHONE: Final = re.compile(
    r"(?:电话|手机|座机|tel|phone|cell|mobile)(?:号码|号|no\.?|number)?\s?(?:是|为|is|:)?\s?"
    r"(?P<it>\d(?:[ -]?\d){6,14})" + _NOT_DIGIT,
    re.IGNORECASE,
)

CHAT: Final = re.compile(
    r"(?:微信|薇信|威信|wechat|weixin|wx|vx|v信|telegram|skype|line)"
    r"(?:"
    r"(?:号码?|账号|\sid|\sname)\s?(?:是|为|is|:)?\s?(?P<named>[A-Za-z][\w.-]{4,31})"
    r"|\s?(?:是|为|is|:)?\s?(?P<it>@[A-Za-z]\w{3,31}|(?=[A-Za-z_.-]{0,30}[\d_])[A-Za-z][\w.-]{4,31})"
    r")",
    re.IGNORECASE | re.ASCII,
)
ADDED: Final = re.compile(
    r"(?:加(?:我|个)?(?:的)?\s?(?:微信|薇信|vx|wx|v信|v(?=\s?:))|add me on (?:wechat|telegram|skype|line))\s?:?\s?"
    r"(?P<it>@?[A-Za-z][\w.-]{4,31})",
    re.IGNORECASE | re.ASCII,
)
QQ: Final = re.compile(
    r"(?:qq|扣扣)(?:群|小号|号码?|\sid)?\s?(?:是|为|is|:)?\s?(?P<it>[1-9]\d{4,11})" + _NOT_DIGIT, re.IGNORECASE
)
PAYEE: Final = re.compile(
    r"(?:支付宝|alipay)(?:[账帐]号|[账帐]户|号|\saccount)?\s?(?:是|为|is|:)\s?(?P<it>[\w.@+-]{5,64})",
    re.IGNORECASE | re.ASCII,
)

CITIZEN: Final = re.compile(
    rf"{_EDGE}\d{{6}}[ -]?(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{{3}}[\dXx]{_END}"
)
HONG_KONG: Final = re.compile(rf"{_EDGE}[A-Z]{{1,2}}\d{{6}}\([\dA]\)")
NAMED_IDENTITY: Final = re.compile(
    r"(?:护照|passport|社保|ssn|social security)(?:号码?|\s(?:no\.?|number))?\s?(?:是|为|is|:)?\s?"
    r"(?P<it>[A-Z]{1,2}\d{7,8}|\d{9}|\d{3}-\d{2}-\d{4})" + _END,
    re.IGNORECASE,
)

CARD: Final = re.compile(r"(?<![\w.-])[2-69]\d{3}(?:[ -]?\d){9,15}(?![\w-])", re.ASCII)
ISSUERS: Final = re.compile(
    r"62\d{14,17}$|955[89]\d{12,15}$|4(?:\d{12}|\d{15}|\d{18})$|5[1-5]\d{14}$|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)\d{12,14}$"
    r"|3[47]\d{13}$|3(?:0[0-5]|[68]\d)\d{11}$|35\d{14}$|6(?:011|4[4-9]|5)\d{12,16}$"
)
NAMED_CARD: Final = re.compile(
    r"(?:银行卡|卡号|信用卡|储蓄卡|[工农建中招]行卡|card(?:\s(?:no\.?|number))?)[^\d,。;\n]{0,4}$", re.IGNORECASE
)
IBAN: Final = re.compile(rf"{_EDGE}[A-Z]{{2}}\d{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,3}})?{_END}")

CALLED: Final = re.compile(
    r"电话|手机|座机|联系|号码是|打给|tel|phone|mobile|cell|call|whatsapp|text|ring", re.IGNORECASE
)
COUNTED: Final = re.compile(
    r"订单|运单|快递|物流|单号|流水|编号|编码|货号|条码|批号|批次|序列|型号|商品|顺丰|order|waybill|tracking|parcel|invoice"
    r"|item|\bsku\b|\bean\b|\bupc\b|\bimei\b|\bisbn\b|model|serial|\bsn\b|\blot\b|batch|reference|\bref\b|\bpart\b",
    re.IGNORECASE,
)
"""What counts things: a number right behind one of these is no person's."""
