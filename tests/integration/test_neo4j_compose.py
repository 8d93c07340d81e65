"""The compose file that starts a Neo4j for users."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.neo4j_server import VERSION

COMPOSE = Path(__file__).parents[2] / "docker" / "compose.yaml"


@pytest.fixture
def service() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    found: dict[str, Any] = content["services"]["neo4j"]
    return found


def test_every_port_is_on_this_machine_alone(service: dict[str, Any]) -> None:
    assert service["ports"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_the_password_comes_from_the_environment_and_has_no_default(service: dict[str, Any]) -> None:
    assert service["environment"]["NEO4J_AUTH"].startswith("neo4j/${KG_NEO4J_PASSWORD:?")


def test_its_health_is_checked_and_its_data_kept(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"]
    assert any(volume.endswith(":/data") for volume in service["volumes"])


def test_it_is_the_version_that_the_tests_run_on(service: dict[str, Any]) -> None:
    if VERSION.startswith("5."):
        assert service["image"] == f"neo4j:{VERSION}-community"
