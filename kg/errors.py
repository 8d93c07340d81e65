"""Every error that kg raises on purpose, as one tree.

    KgError                      exit code 1
    ├── UsageError               2   the command or call cannot be carried out as written
    │   ├── UnknownFormatError       no reader, exporter or output of that name
    │   ├── UnknownQueryError        no prebuilt query of that name
    │   ├── ParameterError           a query parameter is missing, unknown or malformed
    │   └── UnknownConceptError      a name that no concept of the store bears
    ├── InputError               3   what was to be read is absent, broken or empty
    │   └── RecordError              one broken record (raised only where reading is strict)
    ├── StoreError               4
    │   ├── UnknownStoreError        no store speaks that URL
    │   ├── StoreUnreachableError    nothing answers there
    │   ├── AccessDeniedError        wrong or missing credentials or permission
    │   ├── StoreLockedError         another process holds it
    │   ├── StoreFullError           no room left
    │   ├── StoreVersionError        written by another version, or with another base IRI
    │   └── LanguageError            the store does not speak that query language
    ├── QueryError               5   the store refused or gave up on a query
    ├── ValidationError          6   a graph breaks the shapes
    └── MissingExtraError        7   an optional part is not installed

Each error says what is wrong in `what` and how to mend it in `mend`; `str()` joins both in one line.
"""

from typing import ClassVar


class KgError(Exception):
    """Anything kg refuses or fails to do.

    >>> str(KgError("papers.txt is empty", mend="give a file with at least one abstract"))
    'papers.txt is empty; give a file with at least one abstract'
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, mend: str = "") -> None:
        super().__init__(what, mend)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        text = f"{self.what}; {self.mend}" if self.mend else self.what
        return " ".join(text.split())


class UsageError(KgError):
    """The command or call cannot be carried out as written."""

    exit_code = 2


class UnknownFormatError(UsageError):
    """No reader, exporter or output format of that name."""


class UnknownQueryError(UsageError):
    """No prebuilt query of that name."""


class ParameterError(UsageError):
    """A query parameter is missing, unknown or malformed."""


class UnknownConceptError(UsageError):
    """A name that no concept of the store bears."""


class InputError(KgError):
    """What was to be read is absent, broken or empty."""

    exit_code = 3


class RecordError(InputError):
    """One record that cannot be read, with the file and the 1-based line it begins on."""

    def __init__(self, file: str, line: int, reason: str, *, mend: str = "") -> None:
        super().__init__(f"{file}:{line}: {reason}", mend=mend)
        self.file = file
        self.line = line
        self.reason = reason


class StoreError(KgError):
    """A store cannot do what was asked."""

    exit_code = 4


class UnknownStoreError(StoreError):
    """No store speaks that URL."""


class StoreUnreachableError(StoreError):
    """Nothing answers at the store's address."""


class AccessDeniedError(StoreError):
    """The store or file system refused the credentials or the permission."""


class StoreLockedError(StoreError):
    """Another process holds the store."""


class StoreFullError(StoreError):
    """The store has no room left."""


class StoreVersionError(StoreError):
    """The store was written by another format version, or with another base IRI."""


class LanguageError(StoreError):
    """The store does not speak that query language."""


class QueryError(KgError):
    """The store refused a query or gave up on it."""

    exit_code = 5


class ValidationError(KgError):
    """A graph breaks the shapes."""

    exit_code = 6


class MissingExtraError(KgError):
    """An optional part of kg is not installed."""

    exit_code = 7

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(f"{part} is not installed", mend=f"run: pip install 'abstract-kg[{extra}]'")
        self.extra = extra
