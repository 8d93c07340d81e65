"""What `kg sparql` and `kg cypher` share."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from kg.cli._stores import open_for_reading, store_option
from kg.cli._tables import OutputFormat, format_option, write_table
from kg.errors import InputError, ParameterError
from kg.namespaces import PREFIXES
from kg.store import Iri, Language

_DECLARED: Final = re.compile(r"(?i)\bprefix\s+([\w-]*)\s*:")


def free_query_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and options of a free query."""
    for option in (
        format_option,
        click.option(
            "--timeout", type=click.FloatRange(0.1, 86400), default=60.0, show_default=True, help="In seconds."
        ),
        click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="Bind a variable."),
        store_option,
        click.argument("text"),
    ):
        function = option(function)
    return function


def run_free_query(
    language: Language, text: str, url: str | None, parameters: tuple[str, ...], timeout: float, output: OutputFormat
) -> None:
    """Read the query text, run it and write its rows."""
    query = _read_text(text)
    if language == "sparql":
        query = _with_prefixes(query)
    bound = _parse_parameters(query, parameters)
    with open_for_reading(url, language=language) as store:
        write_table(store.query(language, query, bound, timeout=timeout), output)


def _read_text(text: str) -> str:
    try:
        if text == "-":
            return sys.stdin.read()
        if text.startswith("@"):
            return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the query from {text}: {error}", mend="give a file with UTF-8 text") from None
    return text


def _with_prefixes(query: str) -> str:
    """The query with the known prefixes declared that it uses and does not declare itself."""
    declared = set(_DECLARED.findall(query))
    wanted = [name for name in PREFIXES if name not in declared and f"{name}:" in query]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in wanted) + query


def _parse_parameters(query: str, texts: tuple[str, ...]) -> dict[str, str | int | float | Iri]:
    """The values by name. A name that the query does not hold is an error: it would narrow nothing, in silence."""
    bound: dict[str, str | int | float | Iri] = {}
    for name, value in map(_parse_parameter, texts):
        if name in bound:
            raise ParameterError(f"--param {name} is given twice", mend="give it once")
        if not re.search(rf"[?$]`?{name}\b", query):
            raise ParameterError(f"the query has no variable {name!r}", mend="name a ?variable or $parameter of it")
        bound[name] = value
    return bound


def _parse_parameter(text: str) -> tuple[str, str | int | float | Iri]:
    name, separator, value = text.partition("=")
    if not separator or not name.isidentifier():
        raise ParameterError(f"no parameter: {text!r}", mend="write --param name=value")
    if re.fullmatch(r"[+-]?\d{1,18}", value):
        return name, int(value)
    if re.fullmatch(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?", value):
        return name, float(value)
    if re.fullmatch(r"(?:https?://|urn:)[^\s<>\"{}|\\^`]+", value):
        return name, Iri(value)
    return name, value
