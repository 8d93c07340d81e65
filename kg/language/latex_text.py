"""LaTeX in running text read as a reader sees it: accents, styles, references; mathematics stays as written.

What commands mean is data (`latex_commands.tsv`). Formulas are read by `kg.language.latex` where quantities are sought.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from kg.language.aligned import Aligned, Edit
from kg.language.document import read_lines

_MATH: Final = (
    r"\$\$(?:[^$\\]|\\.){1,1000}\$\$|\$(?:[^$\\]|\\.){1,600}?\$"
    r"|\\\((?:[^\\]|\\[^)]){0,600}?\\\)|\\\[(?:[^\\]|\\[^\]]){0,600}?\\\]"
)
_STYLED_MATH: Final = re.compile(r"(?P<open>\$\\(?:text|math)(?:it|bf|tt|sf|rm|sc)?\{)[A-Za-z][\w .-]*(?P<close>\}\$)")
_COMBINING: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_LETTERS: Final = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ",
}  # fmt: skip
_ACCENT: Final = (
    r"\\(?P<{0}mark>['`^\"~=.]|[cvuHkrdb](?=[\s{{\\]))\s*"
    r"(?:\{{\s*\\?(?P<{0}braced>[A-Za-z])\s*\}}|\\?(?P<{0}bare>[A-Za-z])(?![A-Za-z]*\{{))"
)
_ACCENTED: Final = re.compile(rf"(?P<math>{_MATH})|\{{{_ACCENT.format('in')}\}}|{_ACCENT.format('out')}")
_LETTER: Final = re.compile(
    rf"(?P<math>{_MATH})|\{{\\(?P<inner>{'|'.join(_LETTERS)})\s*\}}"
    rf"|\\(?P<outer>{'|'.join(_LETTERS)})(?:\{{\}}|\s+(?=[a-z])|(?![A-Za-z]))"
)
_TOKEN: Final = re.compile(
    rf"(?P<math>{_MATH})|(?P<command>\\(?P<name>[A-Za-z]+)\*?)|(?P<escaped>\\[^A-Za-z])|(?P<brace>[{{}}])|(?P<tie>~)",
    re.DOTALL,
)
_BLANKS: Final = re.compile(r"[ \t]*")
_OPTION: Final = re.compile(r"\s*\[[^\]\[]{0,200}\]")
_GROUP: Final = re.compile(r"\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_BEFORE_DROPPED: Final = re.compile(r"[~\s]*\Z")
_ESCAPES: Final = {**{c: c for c in "%&#_$"}, **dict.fromkeys(",;:! \n\\", " "), **dict.fromkeys("-/@", "")}


class _Command(NamedTuple):
    kind: str
    text: str


@cache
def _commands() -> dict[str, _Command]:
    found = {}
    for line in read_lines("latex_commands.tsv"):
        kind, names, text = (*line.split("\t"), "")[:3]
        found.update({name: _Command(kind, text) for name in names.split()})
    return found


def read_latex(view: Aligned) -> Aligned:
    r"""The text without LaTeX outside of mathematics.

    >>> read_latex(Aligned.of(r"Schr\"odinger's \emph{net}~\cite{a} gains 5\% on $R^2$")).text
    "Schrödinger's net gains 5% on $R^2$"
    """
    if "\\" in view.text:
        view = view.sub(_ACCENTED, _accented)
        view = view.sub(_LETTER, _letter)
        view = view.edit(_iter_styled_math(view.text))
    if "\\" in view.text or "{" in view.text or "~" in view.text:
        view = view.edit(_Walk(view.text).list_edits())
    return view


def _accented(match: re.Match[str]) -> str:
    side = "in" if match["inmark"] else "out"
    mark, letter = match[f"{side}mark"], match[f"{side}braced"] or match[f"{side}bare"]
    if match["math"] or not mark:
        return match[0]
    whole = unicodedata.normalize("NFC", letter + _COMBINING[mark])
    return whole if len(whole) == 1 else match[0]


def _letter(match: re.Match[str]) -> str:
    return match[0] if match["math"] else _LETTERS[match["inner"] or match["outer"]]


def _iter_styled_math(text: str) -> Iterator[Edit]:
    """Words that are set as mathematics only for their type face: `$\\texttt{Name}$`."""
    for match in _STYLED_MATH.finditer(text):
        yield Edit(*match.span("open"))
        yield Edit(*match.span("close"))


class _Walk:
    """Goes through the marks of a text once and notes what is left out or read otherwise."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.edits: list[Edit] = []
        self.groups: list[tuple[int, bool]] = []
        """The open braces: the number of their edit, or -1, and whether they are left out."""
        self.position = 0

    def list_edits(self) -> list[Edit]:
        """All edits, in order and without overlap."""
        while mark := _TOKEN.search(self.text, self.position):
            self.position = mark.end()
            if mark["command"]:
                self._command(mark)
            elif mark["escaped"]:
                self._escape(mark)
            elif mark["brace"]:
                self._brace(mark)
            elif mark["tie"] and self._is_tie(mark.start()):
                self.edits.append(Edit(*mark.span(), " "))
        for number, _ in self.groups:
            if number >= 0:
                self.edits[number] = Edit(0, 0)
        return [edit for edit in self.edits if edit.end > edit.start]

    def _command(self, mark: re.Match[str]) -> None:
        command = _commands().get(mark["name"])
        opened = self.text.startswith("{", _skip(self.text, mark.end()))
        if command is None:
            self._keep_group(mark.end())
        elif command.kind == "text":
            self._note(Edit(mark.start(), mark.end() + 2 * self.text.startswith("{}", mark.end()), command.text))
        elif command.kind == "blank":
            self._note(Edit(mark.start(), _skip(self.text, mark.end()), " "))
        elif command.kind == "drop":
            self._drop(mark.start(), mark.end())
        elif command.kind == "second" and (group := _GROUP.match(self.text, mark.end())):
            self._open(mark.start(), _skip(self.text, group.end()))
        elif command.kind == "style" and opened:
            self._open(mark.start(), _skip(self.text, mark.end()))

    def _open(self, start: int, brace: int) -> None:
        """Leave out what stands from `start` to the brace there, and the brace that closes it."""
        if not self.text.startswith("{", brace):
            return
        self.groups.append((len(self.edits), True))
        self._note(Edit(start, brace + 1))

    def _drop(self, start: int, end: int) -> None:
        while option := _OPTION.match(self.text, end):
            end = option.end()
        while group := _GROUP.match(self.text, end):
            end = group.end()
        if self.edits and self.edits[-1].end == start and self.edits[-1].text == " ":
            start = self.edits.pop().start
        blanks = _BEFORE_DROPPED.search(self.text, max(start - 5, 0), start)
        before = blanks.start() if blanks else start
        self._note(Edit(max(before, self.edits[-1].end if self.edits else 0), end))

    def _escape(self, mark: re.Match[str]) -> None:
        character = mark["escaped"][1]
        before, after = self.text[mark.start() - 1 : mark.start()], self.text[mark.end() : mark.end() + 1]
        if character == "," and before.isdigit() and after.isdigit():
            self._note(Edit(*mark.span(), "\u2009"))
        elif character in _ESCAPES:
            self._note(Edit(*mark.span(), _ESCAPES[character]))

    def _brace(self, mark: re.Match[str]) -> None:
        at = mark.start()
        if mark[0] == "}":
            if self.groups and self.groups.pop()[1]:
                self._note(Edit(at, at + 1))
            return
        switch = _TOKEN.match(self.text, at + 1)
        command = _commands().get(switch["name"]) if switch and switch["command"] else None
        if switch and command and command.kind == "switch":
            self.groups.append((len(self.edits), True))
            self._note(Edit(at, _skip(self.text, switch.end())))
        elif self._is_bare_group(at):
            self.groups.append((len(self.edits), True))
            self._note(Edit(at, at + 1))
        else:
            self.groups.append((-1, False))

    def _is_bare_group(self, at: int) -> bool:
        """Whether braces only protect capitals, as in BibTeX: `{GPU}s`, but not `x^{2}` or `{\\mu}m`."""
        before, after = self.text[at - 1 : at], self.text[at + 1 : at + 2]
        return before not in ("^", "_", "}", "]") and after.isalnum()

    def _keep_group(self, end: int) -> None:
        """Braces after a command that means nothing here stay as they are."""
        brace = _skip(self.text, end)
        if self.text.startswith("{", brace):
            self.groups.append((-1, False))
            self.position = brace + 1

    def _note(self, edit: Edit) -> None:
        self.edits.append(edit)
        self.position = max(self.position, edit.end)

    def _is_tie(self, at: int) -> bool:
        before, after = self.text[at - 1 : at] if at else "", self.text[at + 1 : at + 2]
        if not before or not after or before.isspace() or after.isspace():
            return False
        letters = before.isalnum() or before in ".,;:)]}$%"
        return letters and (after.isalpha() or after in "\\$[(" or (after.isdigit() and not before.isdigit()))


def _skip(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at
