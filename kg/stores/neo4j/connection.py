"""Addresses, log-in and sessions."""

import logging
from typing import Any, Final
from urllib.parse import urlsplit

import neo4j

from kg import __version__
from kg.errors import UnknownStoreError
from kg.settings import Neo4jCredentials
from kg.stores.neo4j.errors import translated

CONNECT_SECONDS: Final = 5.0
NOTIFICATIONS: Final[dict[str, Any]] = {"notifications_min_severity": "OFF"}
"""What the server says about a query beside its rows: nothing; tests ask for it, to find stale Cypher."""

logging.getLogger("neo4j").addHandler(logging.NullHandler())  # else its warnings go to the terminal by themselves


def check_url(url: str) -> str:
    """`url`, where it is host and port alone. Raises UnknownStoreError; a password in it is never repeated."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnknownStoreError("the port of the Neo4j URL is none", mend="write it as bolt://localhost:7687") from None
    if parts.username is not None or parts.password is not None:
        raise UnknownStoreError(
            "a store URL holds no user name and no password", mend="set KG_NEO4J_USER and KG_NEO4J_PASSWORD instead"
        )
    if parts.path.strip("/") or parts.fragment:
        raise UnknownStoreError(
            f"a Neo4j URL names no database: {url}", mend="set KG_NEO4J_DATABASE and end the URL after the port"
        )
    if not parts.hostname or port == 0:
        raise UnknownStoreError(f"{url} names no host", mend="write it as bolt://localhost:7687")
    return url.rstrip("/")


class Connection:
    """A driver that has proved to reach a Neo4j and to be let in."""

    def __init__(self, url: str, credentials: Neo4jCredentials) -> None:
        self.url = check_url(url)
        self.database = credentials.database
        auth = (credentials.user, credentials.password) if credentials.password is not None else None
        doing = f"opening {self.url}"
        with translated(doing):
            self.driver = neo4j.GraphDatabase.driver(
                self.url,
                auth=auth,
                user_agent=f"abstract-kg/{__version__}",
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=2 * CONNECT_SECONDS,
                **NOTIFICATIONS,
            )
        try:
            with translated(doing):
                self.driver.verify_connectivity()
        except BaseException:
            self.driver.close()
            raise

    def session(self, *, read: bool = False) -> neo4j.Session:
        """A session on the database; one that reads is refused to write by the server."""
        mode = neo4j.READ_ACCESS if read else neo4j.WRITE_ACCESS
        return self.driver.session(database=self.database, default_access_mode=mode)

    def close(self) -> None:
        self.driver.close()
