"""Addresses, and what answers there that is no Neo4j."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from kg.errors import StoreUnreachableError, UnknownStoreError
from kg.settings import Neo4jCredentials, read_neo4j_credentials
from kg.stores.neo4j import Neo4jStore
from kg.stores.neo4j.connection import check_url

NOBODY = Neo4jCredentials(password="wrong-password")


@pytest.mark.parametrize("url", ["bolt://localhost:7687", "neo4j+s://db.example", "bolt://[::1]:7687", "neo4j://h?p=1"])
def test_host_and_port_make_an_address(url: str) -> None:
    assert check_url(url) == url
    assert check_url("bolt://localhost:7687/") == "bolt://localhost:7687"


@pytest.mark.parametrize(
    "url",
    ["bolt://", "bolt://:7687", "bolt://h:port", "bolt://h:99999", "bolt://h:0", "bolt://h/papers", "bolt://h#x"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UnknownStoreError, match=r".+; .+"):
        check_url(url)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UnknownStoreError, match="KG_NEO4J_PASSWORD") as caught:
        check_url("bolt://ann:hunter2@localhost:7687")
    assert "hunter2" not in str(caught.value)


def test_credentials_come_from_the_environment_and_are_not_shown() -> None:
    environment = {"KG_NEO4J_USER": "ann", "KG_NEO4J_PASSWORD": "hunter2", "KG_NEO4J_DATABASE": "papers"}
    found = read_neo4j_credentials(environment)
    assert (found.user, found.password, found.database) == ("ann", "hunter2", "papers")
    assert "hunter2" not in repr(found)
    assert read_neo4j_credentials({"KG_NEO4J_PASSWORD": ""}) == Neo4jCredentials()


def test_where_nothing_listens_is_told_soon() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    begun = time.monotonic()
    for scheme in ("bolt", "neo4j", "bolt+s"):
        with pytest.raises(StoreUnreachableError, match=f"{port}.*no Neo4j answers there; start it"):
            Neo4jStore.open(f"{scheme}://127.0.0.1:{port}", credentials=NOBODY)
    assert time.monotonic() - begun < 15


@contextlib.contextmanager
def service(answer: bytes) -> Iterator[str]:
    """The address of something that says `answer` to whoever connects, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(20)
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"bolt://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "web server's port; give the Bolt port"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "is no Neo4j.*; give host and Bolt port"),
        (b"", "; "),
    ],
)
def test_another_service_is_told_from_a_neo4j(answer: bytes, says: str) -> None:
    with service(answer) as url, pytest.raises(StoreUnreachableError, match=says):
        Neo4jStore.open(url, credentials=NOBODY)


def test_a_silent_service_is_given_up_in_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        begun = time.monotonic()
        with pytest.raises(StoreUnreachableError):
            Neo4jStore.open(f"bolt://127.0.0.1:{server.getsockname()[1]}", credentials=NOBODY)
        assert time.monotonic() - begun < 15
