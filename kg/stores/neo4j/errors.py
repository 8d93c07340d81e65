"""What the driver raises, as errors of kg: one table, so that none escapes."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from neo4j import exceptions as driver

from kg.errors import (
    AccessDeniedError,
    KgError,
    QueryError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)

_LOG_IN: Final = "set KG_NEO4J_USER and KG_NEO4J_PASSWORD to what the server expects"
_DATABASE: Final = "set KG_NEO4J_DATABASE to a database that exists there, or leave it unset"
_SHORTER: Final = "ask for less (a narrower pattern, a LIMIT), or give it more time"

_BY_CODE: Final[dict[str, tuple[type[KgError], str, str]]] = {
    "Neo.ClientError.Security.Unauthorized": (AccessDeniedError, "Neo4j refused user name or password", _LOG_IN),
    "Neo.ClientError.Security.AuthenticationRateLimit": (
        AccessDeniedError,
        "Neo4j locked the user after too many wrong passwords",
        "wait some seconds, then " + _LOG_IN,
    ),
    "Neo.ClientError.Security.CredentialsExpired": (
        AccessDeniedError,
        "Neo4j wants the first password to be changed",
        "change it once in Neo4j Browser or cypher-shell (ALTER CURRENT USER SET PASSWORD ...)",
    ),
    "Neo.ClientError.Security.Forbidden": (
        AccessDeniedError,
        "the user may not do that in this database",
        "use a user with the right to read, write and create indexes",
    ),
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase": (
        AccessDeniedError,
        "the database is read-only",
        "make it writable, or choose another store",
    ),
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": (
        AccessDeniedError,
        "the database is read-only",
        "make it writable, or choose another store",
    ),
    "Neo.ClientError.Database.DatabaseNotFound": (StoreError, "Neo4j has no database of that name", _DATABASE),
    "Neo.ClientError.Statement.AccessMode": (QueryError, "queries only read", "leave out what writes"),
    "Neo.ClientError.Statement.ExternalResourceFailed": (
        QueryError,
        "queries read nothing but the graph",
        "leave out LOAD CSV",
    ),
    "Neo.ClientError.Statement.ParameterMissing": (QueryError, "a parameter is missing", "give every $parameter"),
    "Neo.ClientError.Transaction.TransactionTimedOut": (QueryError, "the query took too long", _SHORTER),
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": (
        QueryError,
        "the query took too long",
        _SHORTER,
    ),
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": (
        QueryError,
        "Neo4j has not enough memory for that",
        _SHORTER,
    ),
    "Neo.TransientError.General.OutOfMemoryError": (QueryError, "Neo4j ran out of memory", _SHORTER),
    "Neo.TransientError.Database.DatabaseUnavailable": (
        StoreUnreachableError,
        "the database is not available at present",
        "start it, or wait until it is up",
    ),
    "Neo.DatabaseError.General.StorageDamageDetected": (
        StoreError,
        "Neo4j reports a damaged store",
        "check it with neo4j-admin, or build the graph again",
    ),
}
"""The server's error codes that have a mend of their own."""

_BY_CLASS: Final[tuple[tuple[type[Exception], type[KgError], str, str], ...]] = (
    (driver.AuthError, AccessDeniedError, "Neo4j refused user name or password", _LOG_IN),
    (driver.Forbidden, AccessDeniedError, "the user may not do that in this database", _LOG_IN),
    (driver.AuthConfigurationError, AccessDeniedError, "the credentials cannot be used", _LOG_IN),
    (
        driver.CertificateConfigurationError,
        StoreUnreachableError,
        "the certificate cannot be used",
        "check the certificate files",
    ),
    (
        driver.UnsupportedServerProduct,
        StoreUnreachableError,
        "that server is no Neo4j that the driver knows",
        "give host and Bolt port of a Neo4j 5 or later",
    ),
    (driver.ConfigurationError, StoreError, "the address cannot be used", "give one such as bolt://localhost:7687"),
    (
        driver.IncompleteCommit,
        StoreUnreachableError,
        "the connection broke during a commit",
        "run the same command again: papers that are there already are replaced",
    ),
    (
        driver.ServiceUnavailable,
        StoreUnreachableError,
        "no Neo4j answers there",
        "start it (docker/compose.yaml has one), or correct host and port (Bolt's port is 7687 as a rule)",
    ),
    (driver.SessionExpired, StoreUnreachableError, "the connection to Neo4j broke", "run the same command again"),
    (
        driver.ConnectionPoolError,
        StoreUnreachableError,
        "Neo4j gave no connection in time",
        "try again when it is less busy",
    ),
)
"""Errors of the driver itself, the special ones first."""


@contextmanager
def translated(doing: str, fallback: type[KgError] = StoreError) -> Iterator[None]:
    """Raise what the driver raises inside the block as an error of kg; `fallback` where there is no better one."""
    try:
        yield
    except KgError:
        raise
    except (driver.GqlError, driver.DriverError) as error:
        raise to_kg_error(error, doing, fallback) from error
    except ssl.SSLError as error:
        raise StoreUnreachableError(
            f"{doing}: no encrypted connection ({error})", mend="try bolt:// or neo4j://"
        ) from error
    except RecursionError as error:
        raise fallback(f"{doing}: its plan is too deep", mend="split the query up") from error
    except UnicodeError as error:
        raise fallback(f"{doing}: {error}", mend="replace what is no Unicode text") from error
    except OSError as error:
        raise StoreUnreachableError(f"{doing}: {error}", mend="check the network and the address") from error
    except Exception as error:
        if type(error).__module__.startswith("neo4j.") and not isinstance(
            error, Warning
        ):  # the driver's private errors have no common public class
            raise _unreachable(error, doing) from error
        raise


def to_kg_error(error: Exception, doing: str, fallback: type[KgError] = StoreError) -> KgError:
    """The error of kg that stands for one of the driver."""
    code = getattr(error, "code", None) or ""
    text = " ".join(str(getattr(error, "message", None) or error).split())
    if code in _BY_CODE:
        kind, what, mend = _BY_CODE[code]
        return kind(f"{doing}: {what}" + _detail(kind, text), mend=mend)
    for foreign, kind, what, mend in _BY_CLASS:
        if isinstance(error, foreign):
            return _unreachable(error, doing) if _speaks_http(text) else kind(f"{doing}: {what}", mend=mend)
    if "no space left" in text.lower() or "disk full" in text.lower():
        return StoreFullError(f"{doing}: {text}", mend="free some room on the server's disk")
    if isinstance(error, driver.TransientError):
        return fallback(f"{doing}: {text}", mend="try again")
    if isinstance(error, driver.DatabaseError):
        return fallback(f"{doing}: {text}", mend="see the server's log")
    mend = "correct the query" if fallback is QueryError else "try again; see the server's log if it stays"
    return fallback(f"{doing}: {_first_line(error, text)}", mend=mend)


def _detail(kind: type[KgError], text: str) -> str:
    return f" ({text})" if kind is QueryError and text else ""


def _first_line(error: Exception, text: str) -> str:
    """A syntax error's message without the repeated query and its pointer."""
    message = str(getattr(error, "message", None) or "")
    return " ".join(message.split('\n"', maxsplit=1)[0].split()) or text


def _speaks_http(text: str) -> bool:
    return "HTTP" in text


def _unreachable(error: Exception, doing: str) -> StoreUnreachableError:
    if _speaks_http(str(error)):
        return StoreUnreachableError(
            f"{doing}: that is a web server's port", mend="give the Bolt port (7687 as a rule, not 7474)"
        )
    return StoreUnreachableError(f"{doing}: what answers there is no Neo4j", mend="give host and Bolt port of a Neo4j")
