"""The parameters of a prebuilt query on the command line: `--name value` or `--name=value`."""

from collections.abc import Sequence
from difflib import get_close_matches

from kg.catalogue import PreparedQuery
from kg.errors import ParameterError


def parse_parameters(query: PreparedQuery | None, words: Sequence[str]) -> dict[str, str]:
    """The words after the query's name as values by parameter. Raises ParameterError.

    >>> parse_parameters(None, [])
    {}
    """
    values: dict[str, str] = {}
    known = [p.name for p in query.parameters] if query else []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name not in known:
            near = get_close_matches(name, known, 1)
            mend = f"did you mean --{near[0]}?" if near else f"it takes: {', '.join('--' + n for n in known) or 'none'}"
            raise ParameterError(f"unknown parameter {word!r}", mend=mend)
        if not equals and not rest:
            raise ParameterError(f"--{name} needs a value", mend=f"write --{name} VALUE")
        if name in values:
            raise ParameterError(f"--{name} is given twice", mend="give it once")
        values[name] = value if equals else rest.pop(0)
    return values
