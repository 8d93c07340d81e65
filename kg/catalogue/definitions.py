"""The prebuilt queries as their folders define them."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import yaml

from kg.errors import InputError, UnknownQueryError
from kg.model import EntityType
from kg.resources import data_folder
from kg.schema import type_names
from kg.store import Language, Scalar

ParameterType = Literal["concept", "integer", "number", "text", "choice"]
ColumnType = Literal["concept", "iri", "integer", "number", "text", "list", "iris"]
FILES: Final[dict[Language, str]] = {"sparql": "query.rq", "cypher": "query.cypher"}


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parameter of a query.

    `entity` are the types that a concept should have; `default` stands in for a value that is left out, None where
    nothing does. `deepen`: the query is asked with 1, 2, … up to the value, until there are rows.
    `differs_from` names a parameter that must not be the same concept.
    """

    name: str
    type: ParameterType
    help: str
    entity: tuple[EntityType, ...] = ()
    required: bool = False
    default: Scalar = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    deepen: bool = False
    differs_from: str | None = None

    def __post_init__(self) -> None:
        for name in self.entity:
            if name not in type_names():
                raise ValueError(f"entity names the unknown type {name!r}")


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One column of the answer. A hidden one is asked for, but shown only on request: IRIs and where a row is from."""

    name: str
    type: ColumnType
    help: str = ""
    hidden: bool = False


LIMIT: Final = Parameter(name="limit", type="integer", minimum=1, help="at most so many rows")
"""Every query takes it: it cuts the rows once they are in order."""


class _Definition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What query.yaml says."""

    question: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    budget_ms: int
    example: dict[str, Scalar]


class PreparedQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A question with its texts by language.

    `order` names the columns that rows are sorted by, from the greatest where `-` is before the name.
    `budget_ms` is how long it may take on 20,000 papers; `arguments` are values to try it with.

    >>> query = get_query("methods-by-hardware")
    >>> query.question, query.example
    ('Which methods run on HARDWARE, or on anything narrower?', 'kg query methods-by-hardware --hardware GPU')
    """

    name: str
    question: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    budget_ms: int
    arguments: dict[str, Scalar]
    texts: dict[Language, str]

    @property
    def example(self) -> str:
        """A command to try."""
        words = (f"--{name} {_shell(str(value))}" for name, value in self.arguments.items())
        return " ".join(["kg query", self.name, *words])

    def ask(self, values: Mapping[str, Any]) -> str:
        """The question with `values` in place of the names of the parameters.

        >>> get_query("methods-by-hardware").ask({"hardware": "GPU"})
        'Which methods run on GPU, or on anything narrower?'
        """
        names = {p.name.upper(): str(values.get(p.name, f"any {p.name}")) for p in self.parameters}
        return re.sub(r"\b[A-Z][A-Z-]+\b", lambda match: names.get(match[0], match[0]), self.question)


@cache
def list_queries() -> list[PreparedQuery]:
    """All prebuilt queries by name. Raises InputError for a folder that is no query, naming file and key.

    >>> [query.name for query in list_queries()][:2]
    ['compared-with', 'datasets-by-task']
    """
    return [read_query(path.parent) for path in sorted(data_folder("queries").glob("*/query.yaml"))]


def get_query(name: str) -> PreparedQuery:
    """The query of that name. Raises UnknownQueryError."""
    folder = data_folder("queries") / name
    if name and Path(name).name == name and (folder / "query.yaml").is_file():
        return _read_once(folder)
    names = [query.name for query in list_queries()]
    near = get_close_matches(name, names, 1, cutoff=0.5) or [
        n for n in names if set(name.split("-")) & set(n.split("-"))
    ]
    mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    raise UnknownQueryError(f"no prebuilt query is called {name!r}", mend=mend)


def read_query(folder: Path) -> PreparedQuery:
    """The query in `folder`, which gives it its name. Raises InputError, naming the file and the key."""
    definition = _to_definition(folder / "query.yaml")
    _check(folder / "query.yaml", definition)
    texts: dict[Language, str] = {}
    for language, file in FILES.items():
        if (folder / file).is_file():
            texts[language] = (folder / file).read_text(encoding="utf-8")
    if not texts:
        raise InputError(f"{folder} holds neither {' nor '.join(FILES.values())}", mend="add one of them")
    return PreparedQuery(
        name=folder.name,
        question=definition.question,
        description=definition.description.strip(),
        parameters=(*definition.parameters, LIMIT),
        columns=definition.columns,
        order=definition.order,
        budget_ms=definition.budget_ms,
        arguments=definition.example,
        texts=texts,
    )


_read_once = cache(read_query)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises InputError with file and line."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both loaders are safe ones
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"{path} is no readable YAML: {error}", mend="correct it") from None


def _to_definition(path: Path) -> _Definition:
    try:
        return msgspec.convert(read_yaml(path), _Definition, strict=True)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}", mend="correct that key") from None


def _check(path: Path, definition: _Definition) -> None:
    """What types alone do not say."""
    columns = {column.name for column in definition.columns}
    parameters = {p.name: p for p in definition.parameters}
    wrong: Mapping[str, bool] = {
        "a column is named twice": len(columns) < len(definition.columns),
        "a parameter is named twice, or limit": len(parameters) < len(definition.parameters) or "limit" in parameters,
        "order names what is no column": not {name.removeprefix("-") for name in definition.order} <= columns,
        "example names what is no parameter": not set(definition.example) <= set(parameters),
        "a choice has no choices": any((p.type == "choice") != bool(p.choices) for p in definition.parameters),
        "more than one parameter deepens": sum(p.deepen for p in definition.parameters) > 1,
    }
    for what, holds in wrong.items():
        if holds:
            raise InputError(f"{path}: {what}", mend="correct it")


def _shell(word: str) -> str:
    import shlex

    return shlex.quote(word)
