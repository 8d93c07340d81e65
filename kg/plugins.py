"""Find implementations of a contract: the modules beside it and the entry points of other packages.

A module `kg/<group>/NAME.py` (or entry point NAME of group `kg.<group>`) offers one or more classes in
`IMPLEMENTATIONS`. Nothing is imported before it is asked for.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Literal

Group = Literal["stores", "exporters", "readers"]


def iter_implementations(group: Group) -> Iterator[type[Any]]:
    """Every class that the group's modules and entry points offer, the project's own first.

    >>> sorted(cls.__name__ for cls in iter_implementations("stores"))[:1]
    ['EmbeddedStore']
    """
    for name in sorted(_own_modules(group)):
        yield from importlib.import_module(f"kg.{group}.{name}").IMPLEMENTATIONS
    for point in sorted(entry_points(group=f"kg.{group}"), key=lambda p: p.name):
        yield from point.load().IMPLEMENTATIONS


@cache
def _own_modules(group: Group) -> tuple[str, ...]:
    package = importlib.import_module(f"kg.{group}")
    return tuple(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))
