"""Papers that are read but say nothing the graph can hold: withdrawn ones, and those in other languages."""

from collections.abc import Iterator
from typing import Final

from kg.reader.languages import name_of
from kg.reader.record import Parsed

_SHOWN: Final = 5


class _Group:
    """How many papers, and the first ids."""

    def __init__(self) -> None:
        self.count = 0
        self.ids: list[str] = []

    def add(self, paper: str) -> None:
        self.count += 1
        if self.count <= _SHOWN:
            self.ids.append(paper)

    def __str__(self) -> str:
        return ", ".join(self.ids) + (", …" if self.count > _SHOWN else "")


class Oddities:
    """Counts them and keeps the first names, for one line of each kind in the end."""

    def __init__(self) -> None:
        self._withdrawn = _Group()
        self._foreign: dict[str, _Group] = {}
        self._mixed: dict[str, _Group] = {}

    def add(self, parsed: Parsed) -> None:
        """Take the next paper."""
        if parsed.abstract is None:
            return
        if parsed.withdrawn:
            self._withdrawn.add(parsed.abstract.id)
        elif parsed.language is not None:
            self._foreign.setdefault(parsed.language, _Group()).add(parsed.abstract.id)
        elif parsed.other is not None:
            self._mixed.setdefault(parsed.other, _Group()).add(parsed.abstract.id)

    def iter_reasons(self) -> Iterator[str]:
        """One line for each kind that there was."""
        if self._withdrawn.count:
            many, they = ("papers were", "them") if self._withdrawn.count > 1 else ("paper was", "it")
            yield f"{self._withdrawn.count} {many} withdrawn ({self._withdrawn}): kept, no facts are taken from {they}"
        if self._foreign:
            yield f"{_count(self._foreign)} in another language than English: kept, no facts are taken from the text"
        if self._mixed:
            yield f"{_count(self._mixed)} partly in another language: only the English part is analysed"


def _count(groups: dict[str, _Group]) -> str:
    total = sum(group.count for group in groups.values())
    ordered = sorted(groups.items(), key=lambda item: (-item[1].count, item[0]))
    shown = "; ".join(f"{name_of(code)} {group.count}: {group}" for code, group in ordered)
    return f"{total} abstract{'s' if total > 1 else ''} ({shown})"
