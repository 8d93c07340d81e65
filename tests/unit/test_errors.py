"""The tree of errors: as drawn, each with its exit code, each in one line that says the mend."""

import inspect
import re

import pytest

from kg import errors
from kg.errors import KgError, MissingExtraError, RecordError

CLASSES = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, KgError)]
DRAWN = re.findall(r"^ {4}([│├└─ ]*)(\w+Error)(?: +(?:exit code )?(\d+)\b)?", errors.__doc__ or "", re.MULTILINE)


def drawn_parents() -> dict[str, str]:
    """The parent of each error in the drawing, by how deep it stands."""
    line: list[str] = []
    parents = {}
    for bars, name, _ in DRAWN:
        depth = len(bars) // 4
        line[depth:] = [name]
        if depth:
            parents[name] = line[depth - 1]
    return parents


def test_the_drawing_names_every_error_under_its_parent() -> None:
    assert drawn_parents() == {cls.__name__: cls.__bases__[0].__name__ for cls in CLASSES if cls is not KgError}


def test_the_drawing_tells_the_exit_codes() -> None:
    drawn = {name: int(code) for _, name, code in DRAWN if code}
    assert drawn == {cls.__name__: cls.exit_code for cls in CLASSES if "exit_code" in vars(cls)}
    assert len(set(drawn.values())) == len(drawn)
    assert min(drawn.values()) > 0


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_says_what_it_means(cls: type[KgError]) -> None:
    assert cls.__doc__
    assert cls.__doc__.splitlines()[0].endswith(".")


def test_an_error_is_one_line_whatever_it_quotes() -> None:
    error = KgError("cannot read 'a\n\tb'", mend="give\r\nanother")
    assert str(error) == "cannot read 'a b'; give another"
    assert (error.what, error.mend) == ("cannot read 'a\n\tb'", "give\r\nanother")
    assert str(KgError("gone")) == "gone"


def test_a_broken_record_says_where_it_begins() -> None:
    error = RecordError("x.jsonl", 7, "no text", mend="add one")
    assert str(error) == "x.jsonl:7: no text; add one"
    assert (error.file, error.line, error.reason) == ("x.jsonl", 7, "no text")


def test_a_missing_extra_says_what_to_install() -> None:
    error = MissingExtraError("pandas", "pandas")
    assert str(error) == "pandas is not installed; run: pip install 'abstract-kg[pandas]'"
    assert error.exit_code == 7
