"""Settings from the environment. The command line reads them and passes them on; only the credentials of Neo4j are
read by its store, where none are given to it.

KG_STORE            store URLs or paths, separated by blanks (default ./abstract-kg)
KG_BASE             base IRI of papers, facts and new concepts
KG_NEO4J_USER       user name for Neo4j (default neo4j)
KG_NEO4J_PASSWORD   password for Neo4j
KG_NEO4J_DATABASE   database for Neo4j (default: the server's)
KG_WORKERS          processes that extract (default: the processors this process may use)
KG_DEBUG            if not empty, an internal error shows where it happened
"""

import os
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from kg.errors import UsageError
from kg.namespaces import DEFAULT_BASE

DEFAULT_STORE: Final = "abstract-kg"
STORE_MARKER: Final = "abstract-kg.json"
"""The file by which a folder is known as a store."""
_BASE: Final = re.compile(r"(https?://|urn:)[^\s<>\"{}|\\^`\x00-\x20]*[/#:]")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the environment says; the defaults where it says nothing."""

    stores: tuple[str, ...] = (DEFAULT_STORE,)
    base: str = DEFAULT_BASE
    workers: int = 1


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; an unusable one raises UsageError.

    >>> read_settings({"KG_STORE": "memory:"}).stores
    ('memory:',)
    """
    base = environment.get("KG_BASE") or DEFAULT_BASE
    if not _BASE.fullmatch(base):
        raise UsageError(f"KG_BASE is no usable base IRI: {base!r}", mend="give one such as https://my.example/kg/")
    return Settings(
        stores=tuple(environment.get("KG_STORE", "").split()) or (DEFAULT_STORE,),
        base=base,
        workers=_workers(environment.get("KG_WORKERS")),
    )


class Neo4jCredentials(msgspec.Struct, frozen=True, kw_only=True):
    """How to log in to Neo4j. None: no password, the server's own default database."""

    user: str = "neo4j"
    password: str | None = None
    database: str | None = None

    def __repr__(self) -> str:
        return f"Neo4jCredentials(user={self.user!r}, database={self.database!r})"


def read_neo4j_credentials(environment: Mapping[str, str] = os.environ) -> Neo4jCredentials:
    """How to log in to Neo4j where the caller does not say.

    >>> read_neo4j_credentials({"KG_NEO4J_PASSWORD": "secret"})
    Neo4jCredentials(user='neo4j', database=None)
    """
    return Neo4jCredentials(
        user=environment.get("KG_NEO4J_USER") or "neo4j",
        password=environment.get("KG_NEO4J_PASSWORD") or None,
        database=environment.get("KG_NEO4J_DATABASE") or None,
    )


def _workers(text: str | None) -> int:
    if not text:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= 1024:
        raise UsageError(f"KG_WORKERS is no number of processes: {text!r}", mend="give one from 1 to 1024")
    return int(text)
