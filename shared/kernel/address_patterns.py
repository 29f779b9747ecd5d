"""How streets and houses are written, in Chinese and in Western countries. Full-width forms are plain ones by then.

Zones and streets are atomic: what was read as one is not read again in another way, or a text of nothing but their
endings would be read in as many ways as it is long.
"""

import re
from typing import Final

_NAME: Final = r"[^\W\d_a-zA-Z我你他她它们在到住寄址是的了和与为于从给把请发回往货去送家这那有叫退收。、]"
_ZONE: Final = (
    rf"(?>(?:{_NAME}(?:(?![镇乡村街路]){_NAME}){{1,7}}?|呼和浩特|和平)"
    r"(?:省|自治区|特别行政区|自治州|地区|市|区|县|旗)\s?)"
)
_STREET: Final = (
    rf"(?>{_NAME}{{2,10}}?(?:大道|路|街道|大街|街|巷|弄|胡同|村|镇|乡|社区|小区|花园|苑|公寓|大厦|广场|新村"
    r"|工业园|科技园|工业区)"
    r"(?:工业区|工业园|科技园)?(?:[东南西北中一二三四五六七八九十]{1,2}[段区]|[东南西北中])?\s?)"
)
_COUNT: Final = r"[0-9一二三四五六七八九十百零A-Za-z-]{1,6}\s?"
_HOUSE: Final = rf"(?:{_COUNT}(?:号楼|号院|号|弄|栋|幢|座|单元|室|楼|层)\s?)"
_INSIDE: Final = (
    rf"(?:\s?(?:{_NAME}{{2,8}}?(?:中心|大厦|广场|大楼|公寓|小区))?\s?{_HOUSE}?(?:[A-Za-z]?\d{{2,5}}室?(?!\d))?)"
)

CHINESE: Final = (
    # A street with a house; zones before it and rooms behind it come along.
    re.compile(rf"{_ZONE}{{0,4}}+{_STREET}{{1,3}}+{_HOUSE}{{1,4}}{_INSIDE}"),
    # A street without a house, but in two zones or more, or in one that has been named fully.
    re.compile(rf"{_ZONE}{{2,4}}+{_STREET}{{1,3}}+"),
    re.compile(rf"{_ZONE}{{0,4}}+{_NAME}{{0,8}}\d{{1,4}}(?:栋|幢|号楼)\s?\d{{1,2}}单元\s?(?:\d{{2,5}}室?)?"),
    re.compile(r"邮编\s?:?\s?(?P<it>\d{6})(?!\d)"),
    re.compile(r"(?:地址|住址)(?:是|为)?\s?:\s?(?P<it>[^,。;\n]{5,60})"),
)

_KIND: Final = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Place|Pl|Terrace"
    r"|Highway|Hwy|Parkway|Pkwy|Crescent|Close)\b\.?"
)
_WORD: Final = r"(?:[A-Z][A-Za-z'-]{1,20}\.?|[0-9]{1,3}(?:st|nd|rd|th))"
_UNIT: Final = r"(?:,?\s(?:Apt|Apartment|Unit|Suite|Ste|Flat|Room|#)\.?\s?[A-Za-z0-9-]{1,6})"
_PLACE: Final = r"(?:,\s?[A-Z](?:[a-z]{1,20}|[A-Z])(?:\s[A-Z][a-z]{1,20}){0,2}\b){0,3}"
_POSTCODE: Final = r"(?:,?\s(?:[A-Z]{2}\s)?\d{5,6}(?:-\d{4})?\b|,?\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b)?"

WESTERN: Final = (
    re.compile(
        rf"(?:(?:Flat|Apartment|Apt|Unit|Room)\.?\s\w{{1,5}},\s)?(?<![\w.-])\d{{1,5}}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?:{_WORD}\s){{1,4}}{_KIND}"
        rf"(?:\s(?:NW|NE|SW|SE|N|S|E|W)\b)?{_UNIT}?{_PLACE}{_POSTCODE}"
    ),
    re.compile(
        r"(?<![\w.-])\d{1,5}\s(?:(?:west|east|north|south)\s)?(?:\d{1,3}(?:st|nd|rd|th)|[a-z]{4,20})\s(?:street|avenue|boulevard)\b",
    ),
    re.compile(
        r"(?<!\w)(?:[A-ZÄÖÜ][a-zäöüß]{1,20}(?:straße|strasse|str\.|weg|platz|allee|gasse)|(?:Unter|Am|An|Auf|Im|Zum)\s(?:de[mnr]\s)?[A-ZÄÖÜ][a-zäöüß]{2,20})"
        r"\s\d{1,4}[a-z]?\b(?:,\s\d{5}\s[A-ZÄÖÜ][a-zäöüß]{2,20})?"
    ),
    re.compile(
        r"(?<![\w.-])\d{1,4},?\s(?:rue|avenue|boulevard|place|quai)\s(?:(?:de|du|des|la|le|les|d'|l')\s?){0,3}[A-ZÉ][\wé-]{1,20}"
        r"(?:,\s\d{5}\s[A-ZÉ][\wé-]{1,20})?"
    ),
    re.compile(r"(?<!\w)P\.?\s?O\.?\sBox\s\d{1,7}", re.IGNORECASE),
)
