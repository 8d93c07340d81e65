"""Options and opening of stores that commands share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import click

from kg.settings import Settings, read_settings
from kg.store import Language, Store, find_store_class, open_store

_HELP: Final = "Store: a folder, memory:, bolt://host, neo4j://host … (default: $KG_STORE, else ./abstract-kg)."


def stores_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--store`, which may be repeated."""
    return click.option("--store", "stores", multiple=True, metavar="URL", help=_HELP + " May be repeated.")(function)


def store_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--store`, once."""
    return click.option("--store", "url", metavar="URL", default=None, help=_HELP)(function)


def settings() -> Settings:
    """The settings that the environment gives."""
    return read_settings()


def chosen(urls: Sequence[str]) -> Sequence[str]:
    """The stores named on the command line, else those of the environment."""
    return urls or settings().stores


@contextmanager
def open_stores(urls: Sequence[str], *, create: bool, read_only: bool = False) -> Iterator[list[Store]]:
    """Open every store, and close them all in the end, whatever happens."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(open_store(url, base=settings().base, create=create, read_only=read_only))
            for url in dict.fromkeys(chosen(urls))
        ]


@contextmanager
def open_for_reading(*urls: str | None, language: Language | None = None) -> Iterator[Store]:
    """Open the one store to ask: the first of those named, else of the environment's, that speaks `language`."""
    named = [url for url in urls if url] or list(settings().stores)
    speaking = [u for u in named if language is None or language in find_store_class(u).languages]
    with open_store((speaking or named)[0], base=settings().base, create=False, read_only=True) as store:
        yield store
