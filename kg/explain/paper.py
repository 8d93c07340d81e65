"""The one abstract of a source that is meant."""

from collections.abc import Callable

from kg.build import read_sources
from kg.errors import InputError, UsageError
from kg.model import Abstract
from kg.reader import Problem, find_named_key

_SHOWN = 5


def get_abstract(
    source: str,
    *,
    paper: str | None = None,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    on_problem: Callable[[Problem], None],
) -> Abstract:
    """The abstract of the paper with that id, key, DOI or arXiv id; without one, the only abstract of the source.

    `source` is a file, a folder, a glob, or `-` for standard input. Raises UsageError where several abstracts may be
    meant, InputError where none is.
    """
    meant: list[Abstract] = []
    ids: list[str] = []
    for abstract in read_sources([source], format=format, on_problem=on_problem):
        ids.append(abstract.id)
        if paper is None or _bears(abstract, paper):
            meant.append(abstract)
    if not meant:
        raise InputError(f"{source} has no paper {paper!r}", mend=f"it has: {_show(ids)}")
    if len(meant) > 1:
        mend = f"name one by --paper: {_show([abstract.key for abstract in meant])}"
        if format is None and all(abstract.key.startswith("sha256:") for abstract in meant):
            mend += "; or give --input-format text where all of it is one abstract"
        what = f"holds {len(meant)} abstracts" if paper is None else f"has {len(meant)} papers {paper!r}"
        raise UsageError(f"{source} {what}", mend=mend)
    return meant[0]


def _bears(abstract: Abstract, name: str) -> bool:
    folded = name.strip().casefold()
    keys = {name.strip(), find_named_key(name) or folded, folded, f"doi:{folded}", f"arxiv:{folded}"}
    return abstract.id == name.strip() or abstract.key in keys or abstract.key.rpartition("~")[0] in keys


def _show(ids: list[str]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more
