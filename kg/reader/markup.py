"""Abstracts and titles that come as JATS or HTML (Crossref, publishers), rendered as plain text.

Only text with a known element that is opened and closed around words counts as markup: `a<b and c>d`, `<p>` for a
mean, a token such as `<unk>` and tags that a sentence only names (`<b>` and `</b>`) stay as they are.
"""

import html
import re
from html.entities import html5
from typing import Final

_BLOCK: Final = (
    "abstract|sec|p|div|section|article|list|list-item|ul|ol|li|br|break|hr|table|tr|td|th|disp-formula|disp-quote|"
    "blockquote|dl|dt|dd"
)
_INLINE: Final = (
    "i|b|em|strong|italic|bold|u|underline|sub|sup|sc|span|a|tt|monospace|code|small|big|font|ext-link|xref|"
    "inline-formula|styled-content|named-content|roman|inf|uri|email|fn|alternatives|tex-math|label|center|nobr|abbr|cite|"
    "strike|math|mathml|mrow|mi|mn|mo|msup|msub|msubsup|mfrac|msqrt|mtext|mstyle|semantics"
)
_HEADING: Final = "title|h1|h2|h3|h4|h5|h6"
_ATTRIBUTES: Final = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w%#.-]+))*"
_TAG: Final = re.compile(
    rf"<(?P<close>/?)(?P<name>(?P<prefix>jats:|mml:|m:)?(?P<local>{_BLOCK}|{_INLINE}|{_HEADING}|(?<=:)[\w-]+)){_ATTRIBUTES}\s*(?P<empty>/?)>",
    re.IGNORECASE,
)
_HEADED: Final = re.compile(
    rf"<(?P<name>(?:jats:)?(?:{_HEADING})){_ATTRIBUTES}\s*>.*?</(?P=name)\s*>", re.IGNORECASE | re.DOTALL
)
_MATHML: Final = re.compile(r"<(?P<name>(?:mml:|m:)math)\b[^>]*>.*?</(?P=name)>", re.DOTALL)
_TEX_DOCUMENT: Final = re.compile(r"\\documentclass.*?\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_COMMENT: Final = re.compile(
    r"<!--.*?-->|<!\[CDATA\[|\]\]>|<(?P<code>script|style)\b[^>]*>.*?</(?P=code)\s*>", re.DOTALL | re.IGNORECASE
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLOCK_FIRST: Final = re.compile(r"\s*<(?i:jats:)?(?i:p|div|abstract|sec)>(?=[\w<$(\\\"'“‘]|\s+[A-Z\d<$(\\\"'“‘])")
_APART: Final = frozenset(",;:/.)]|<>")
"""What stands next to a tag that is only named, besides blanks and quotation marks."""
_QUOTES: Final = frozenset("\"'`“”‘’«»")
_NEW_SENTENCE: Final = re.compile(r"\s*\n|\s+[A-Z]")
_ESCAPED: Final = 2
"""How often a text may have been escaped."""
_LONGEST: Final = 50_000
"""Characters beyond which a text is no abstract, and not worth the search for tags that pair."""
_BLOCKS: Final = frozenset(_BLOCK.split("|") + _HEADING.split("|"))


def render(text: str) -> str:
    """The plain text of a piece of JATS or HTML; any other text comes back as it is, entities resolved.

    Blocks are parted by one blank, headings of sections left out, powers written with ^.

    >>> render("<p>If a&lt;b, 10<sup>3</sup> CO<sub>2</sub>.</p>"), render("if a<b and c>d")
    ('If a<b, 10^3 CO2.', 'if a<b and c>d')
    """
    if ("<" not in text and "&" not in text) or len(text) > _LONGEST:
        return text
    for _ in range(_ESCAPED):
        if _is_markup(text):
            break
        text = _unescape(text)
        if "&" not in text and "<" not in text:
            return text
    if not _is_markup(text):
        return text
    text = _COMMENT.sub("", text)
    if "tex-math" in text:
        text = _TEX_DOCUMENT.sub(r"\1", _MATHML.sub("", text))
    without_headings = _HEADED.sub(" ", text)
    for candidate in (without_headings, text):
        plain = _fold(_unescape(_unescape(_strip_tags(candidate))))
        if plain:
            break
    return plain


_BLANKS: Final = re.compile(r"(?<=\w-)(?P<broken>[^\S\n]*\n\s*)(?=[^\W\d_])|\s+")


def _fold(text: str) -> str:
    """Blanks folded; the line end after a hyphen stays, for it tells a broken word."""
    return _BLANKS.sub(lambda blanks: "\n" if blanks["broken"] else " ", text).strip()


def _is_markup(text: str) -> bool:
    if _BLOCK_FIRST.match(text):
        return True
    opened: set[str] = set()
    closed: set[str] = set()
    used: set[str] = set()
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if tag["empty"] or name == "br":
            if _parts_words(tag):
                return True
            continue
        (closed if tag["close"] else opened).add(name)
        if tag["prefix"] or _holds_words(tag):
            used.add(name)
    return not used.isdisjoint(opened & closed)


def _around(tag: re.Match[str]) -> tuple[str, str]:
    """The characters before and after a tag; empty at the ends of the text."""
    return tag.string[max(tag.start() - 1, 0) : tag.start()], tag.string[tag.end() : tag.end() + 1]


def _holds_words(tag: re.Match[str]) -> bool:
    """Whether what is inside the element touches the tag, or begins a sentence after it."""
    before, after = _around(tag)
    inner, outer = (before, after) if tag["close"] else (after, before)
    if inner in _QUOTES:
        return outer not in _QUOTES
    if inner.isspace():
        return not tag["close"] and _NEW_SENTENCE.match(tag.string, tag.end()) is not None
    return bool(inner) and inner not in _APART


def _parts_words(tag: re.Match[str]) -> bool:
    """Whether an empty element stands between words or sentences, not as a word of its own."""
    before, after = _around(tag)
    if not before or not (before.isspace() or before in _QUOTES or before in "(["):
        return True
    if _NEW_SENTENCE.match(tag.string, tag.end()) or tag.string[: tag.start()].rstrip().endswith((".", "!", "?")):
        return True
    return bool(after) and not (after.isspace() or after in _QUOTES or after in _APART)


def _strip_tags(text: str) -> str:
    pieces, end = [], 0
    for tag in _TAG.finditer(text):
        pieces.append(text[end : tag.start()])
        end = tag.end()
        local = tag["local"].lower()
        if local in _BLOCKS:
            pieces.append(" ")
        elif local == "sup" and not tag["close"] and _is_power(text, tag.start(), end):
            pieces.append("^")
    pieces.append(text[end:])
    return "".join(pieces)


_POWER: Final = re.compile(r"\s*[-−+]?\d+\s*<")


def _is_power(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isdigit() and _POWER.match(text, end) is not None


def _unescape(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    written = entity.group()
    return html.unescape(written) if written[1] == "#" else html5.get(written[1:], written)
