"""Every error of the driver becomes one of kg."""

import ssl
from collections.abc import Iterator

import pytest
from neo4j import exceptions as driver
from neo4j._exceptions import BoltHandshakeError, BoltProtocolError

from kg.errors import (
    AccessDeniedError,
    KgError,
    QueryError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)
from kg.stores.neo4j.errors import to_kg_error, translated


def classes_under(base: type[Exception]) -> Iterator[type[Exception]]:
    """The class and all that derive from it."""
    yield base
    for cls in base.__subclasses__():
        yield from classes_under(cls)


ROOTS = (driver.GqlError, driver.DriverError)
DRIVER_ERRORS = sorted({cls for root in ROOTS for cls in classes_under(root)}, key=lambda cls: cls.__name__)


def from_server(code: str, message: str = "said the server") -> driver.Neo4jError:
    """What the driver raises for an answer with that code."""
    return driver.Neo4jError._hydrate_neo4j(code=code, message=message)


def made(cls: type[Exception]) -> Exception:
    """An error of that class, whatever its constructor asks for."""
    error = cls.__new__(cls)
    error.args = ("something happened",)
    return error


@pytest.mark.parametrize("cls", DRIVER_ERRORS, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("fallback", [StoreError, QueryError])
def test_no_driver_error_escapes(cls: type[Exception], fallback: type[KgError]) -> None:
    with pytest.raises(KgError) as caught, translated("testing", fallback):
        raise made(cls)
    assert caught.value.what.startswith("testing: ")
    assert caught.value.mend
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, StoreError | QueryError)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Neo.ClientError.Security.Unauthorized", AccessDeniedError),
        ("Neo.ClientError.Security.AuthenticationRateLimit", AccessDeniedError),
        ("Neo.ClientError.Security.CredentialsExpired", AccessDeniedError),
        ("Neo.ClientError.Security.TokenExpired", AccessDeniedError),
        ("Neo.ClientError.Security.Forbidden", AccessDeniedError),
        ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", AccessDeniedError),
        ("Neo.ClientError.Database.DatabaseNotFound", StoreError),
        ("Neo.ClientError.Statement.SyntaxError", QueryError),
        ("Neo.ClientError.Statement.AccessMode", QueryError),
        ("Neo.ClientError.Statement.ParameterMissing", QueryError),
        ("Neo.ClientError.Statement.ExternalResourceFailed", QueryError),
        ("Neo.ClientError.Transaction.TransactionTimedOut", QueryError),
        ("Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", QueryError),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", QueryError),
        ("Neo.TransientError.Transaction.DeadlockDetected", QueryError),
        ("Neo.TransientError.Database.DatabaseUnavailable", StoreUnreachableError),
        ("Neo.DatabaseError.General.UnknownError", QueryError),
        ("Neo.ClientError.Nothing.KnownToUs", QueryError),
    ],
)
def test_codes_of_the_server(code: str, kind: type[KgError]) -> None:
    error = to_kg_error(from_server(code), "asking", QueryError)
    assert type(error) is kind
    assert error.mend


def test_a_full_disk_is_told_from_other_faults() -> None:
    full = from_server("Neo.DatabaseError.Transaction.TransactionCommitFailed", "No space left on device")
    assert type(to_kg_error(full, "writing")) is StoreFullError


def test_a_syntax_error_is_told_in_one_line_without_the_query() -> None:
    message = "Invalid input 'FOO': expected 'MATCH' (line 1, column 1 (offset: 0))\n\"FOO bar\"\n ^"
    told = str(to_kg_error(from_server("Neo.ClientError.Statement.SyntaxError", message), "the query", QueryError))
    assert told == (
        "the query: Invalid input 'FOO': expected 'MATCH' (line 1, column 1 (offset: 0)); correct the query"
    )


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (driver.ServiceUnavailable("Cannot connect to Bolt service (looks like HTTP)"), "web server"),
        (made(BoltHandshakeError), "no Neo4j"),
        (made(BoltProtocolError), "no Neo4j"),
        (ssl.SSLError("handshake failed"), "encrypted"),
        (ConnectionResetError("reset"), "reset"),
    ],
)
def test_what_is_no_neo4j_is_named(error: Exception, says: str) -> None:
    with pytest.raises(StoreUnreachableError, match=says), translated("opening"):
        raise error


def test_what_the_driver_has_no_part_in_passes() -> None:
    with pytest.raises(ZeroDivisionError), translated("testing"):
        raise ZeroDivisionError
    with pytest.raises(QueryError, match="as it was"), translated("testing"):
        raise QueryError("as it was")
