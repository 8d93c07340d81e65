"""Fixtures that all tests share."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.neo4j_server import Server, UnavailableError, running_server, wipe

CHECKOUT = Path(__file__).parents[1]
STALE_CYPHER: Final[dict[str, Any]] = {
    "warn_notification_severity": "INFORMATION",
    "notifications_disabled_classifications": [
        *("HINT", "UNRECOGNIZED", "UNSUPPORTED", "PERFORMANCE", "GENERIC", "SECURITY", "TOPOLOGY", "SCHEMA")
    ],
}
"""Makes the driver warn where the server calls a statement deprecated, and a warning fails the test."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share the Neo4j run in one worker where there are several (pytest -n 2 --dist loadgroup)."""
    for item in items:
        if item.get_closest_marker("neo4j") is not None:
            item.add_marker(pytest.mark.xdist_group("neo4j"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of annotated abstracts and corpora beside the checkout; tests that need it skip where it is absent."""
    folder = CHECKOUT.parent / "shared"
    if not (folder / "gold" / "dev.jsonl").exists():
        message = f"{folder} is absent: it holds annotated abstracts that do not ship with the project"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """A Neo4j for the whole run, which tests fill and empty as they like. Where none can run, CI fails."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except UnavailableError as reason:
            if os.environ.get("CI") == "true":
                pytest.fail(f"no Neo4j for the tests: {reason}")
            pytest.skip(f"no Neo4j for the tests: {reason}")
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("KG_NEO4J_USER", server.user)
        patch.setenv("KG_NEO4J_PASSWORD", server.password)
        patch.delenv("KG_NEO4J_DATABASE", raising=False)
        patch.setattr("kg.stores.neo4j.connection.NOTIFICATIONS", STALE_CYPHER)
        wipe(server)
        yield server


@pytest.fixture(scope="session")
def neo4j_url(neo4j_server: Server) -> str:
    """The address of a Neo4j; the environment holds user name and password."""
    return neo4j_server.url
