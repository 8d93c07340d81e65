"""Options and opening of stores that commands share."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import click

from kg.settings import Settings, read_neo4j_credentials, read_settings
from kg.store import Language, Store, get_store_class, open_store, parse_scheme

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
    """The stores named on the command line, else those of the environment, each once."""
    first: dict[str, str] = {}
    for url in urls or settings().stores:
        first.setdefault(identity_of(url), url)
    return list(first.values())


def open_named(url: str, *, create: bool = True, read_only: bool = False) -> Store:
    """Open a store with the base of the settings; ask on the terminal for a password that it needs and has not."""
    wanted = get_store_class(url).languages == ("cypher",) and not read_neo4j_credentials().password
    if wanted and "@" not in url and sys.stdin.isatty() and sys.stderr.isatty():
        user = read_neo4j_credentials().user
        os.environ["KG_NEO4J_PASSWORD"] = click.prompt(f"Password of {user} at {url}", hide_input=True, err=True)
    return open_store(url, base=settings().base, create=create, read_only=read_only)


def identity_of(url: str) -> str:
    """Equal for two spellings of one folder; other URLs as they are.

    >>> identity_of("graph") == identity_of("./x/../graph/"), identity_of("memory:")
    (True, 'memory:')
    """
    from kg.stores.embedded import parse_folder

    return str(parse_folder(url).resolve()) if parse_scheme(url) == "file" else url


@contextmanager
def open_stores(urls: Sequence[str], *, create: bool, read_only: bool = False) -> Iterator[list[Store]]:
    """Open every store, and close them all in the end, whatever happens."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_named(url, create=create, read_only=read_only)) for url in chosen(urls)]


@contextmanager
def open_for_reading(*urls: str | None, language: Language | None = None) -> Iterator[Store]:
    """Open the one store to ask: the first of those named, else of the environment's, that speaks `language`."""
    named = [url for url in urls if url] or list(settings().stores)
    speaking = [u for u in named if language is None or language in get_store_class(u).languages]
    with open_named((speaking or named)[0], create=False, read_only=True) as store:
        yield store
