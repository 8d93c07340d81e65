"""A real Neo4j for the tests: the one the environment names, a container, or a server from Maven artefacts.

    KG_TEST_NEO4J_URI, KG_TEST_NEO4J_USER, KG_TEST_NEO4J_PASSWORD   use that server, and EMPTY its database
    a Docker engine                                               start the official image
    java and mvn                                                  start Neo4j Community from Maven Central

The jars are kept in `.cache/neo4j-<version>` of the checkout. They are for tests alone and never shipped.
"""

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

VERSION: Final = os.environ.get("KG_TEST_NEO4J_VERSION", "5.26.30")
CHECKOUT: Final = Path(__file__).parents[1]
POM: Final = Path(__file__).parent / "fixtures" / "neo4j" / "pom.xml"
PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
START_LIMIT: Final = 120.0
CONFIGURATION: Final = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=127.0.0.1:{bolt}
server.http.enabled=true
server.http.listen_address=127.0.0.1:{http}
server.https.enabled=false
server.memory.pagecache.size=64m
server.directories.import=import
dbms.usage_report.enabled=false
dbms.security.auth_enabled=true
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
db.tx_log.preallocate=false
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
internal.dbms.bolt.netty_server_shutdown_timeout=1s
"""


class Server(NamedTuple):
    """Where a server listens. `http_port` is None where it is not known."""

    url: str
    user: str
    password: str
    http_port: int | None


class UnavailableError(Exception):
    """No server can be started here; the text says why."""


@contextlib.contextmanager
def running_server(*, heap: str = "512m") -> Iterator[Server]:
    """A server for as long as the block runs. Raises UnavailableError where none can be had."""
    if url := os.environ.get("KG_TEST_NEO4J_URI"):
        user = os.environ.get("KG_TEST_NEO4J_USER", "neo4j")
        yield Server(url, user, os.environ.get("KG_TEST_NEO4J_PASSWORD", ""), None)
    elif _docker_runs():
        with _container() as server:
            yield server
    else:
        with _java_server(heap) as server:
            yield server


def wipe(server: Server) -> None:
    """Empty the database: data, constraints and indexes."""
    import neo4j

    with neo4j.GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver, driver.session() as s:
        for name in s.run("SHOW CONSTRAINTS YIELD name").value():
            s.run(f"DROP CONSTRAINT `{name}`")
        for name in s.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
            s.run(f"DROP INDEX `{name}`")
        s.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


def _docker_runs() -> bool:
    if shutil.which("docker") is None:
        return False
    try:
        return subprocess.run(["docker", "info"], capture_output=True, timeout=15).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@contextlib.contextmanager
def _container() -> Iterator[Server]:
    password = secrets.token_hex(12)
    command = ["docker", "run", "--detach", "--rm", "--publish", "127.0.0.1::7687", "--publish", "127.0.0.1::7474"]
    command += ["--env", "NEO4J_AUTH", f"neo4j:{VERSION}-community"]
    environment = os.environ | {"NEO4J_AUTH": f"neo4j/{password}"}
    started = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    if started.returncode != 0:
        raise UnavailableError(f"docker run failed: {_last_lines(started.stderr)}")
    name = started.stdout.strip()
    try:
        bolt, http = (_published(name, port) for port in (7687, 7474))
        deadline = time.monotonic() + START_LIMIT
        while "Started." not in _container_log(name):
            if time.monotonic() > deadline:
                raise UnavailableError(f"the container did not start in {START_LIMIT:.0f} s")
            time.sleep(0.3)
        yield Server(f"bolt://127.0.0.1:{bolt}", "neo4j", password, http)
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, timeout=60, check=False)


def _published(name: str, port: int) -> int:
    shown = subprocess.run(["docker", "port", name, str(port)], capture_output=True, text=True, timeout=30, check=True)
    return int(shown.stdout.split()[0].rpartition(":")[2])


def _container_log(name: str) -> str:
    shown = subprocess.run(["docker", "logs", name], capture_output=True, text=True, timeout=30)
    if shown.returncode != 0:
        raise UnavailableError(f"the container ended: {_last_lines(shown.stderr)}")
    return shown.stdout


@contextlib.contextmanager
def _java_server(heap: str) -> Iterator[Server]:
    jars = _jars()
    with tempfile.TemporaryDirectory(prefix="kg-neo4j-") as folder:
        password = secrets.token_hex(12)
        home = Path(folder)
        for attempt in range(3):
            shutil.rmtree(home / "data", ignore_errors=True)
            bolt, http = _free_ports()
            _prepare(home, jars, password, bolt=bolt, http=http)
            process, log = _start(home, jars, heap)
            try:
                if not _started(process, log):
                    if attempt == 2:
                        raise UnavailableError(f"Neo4j ended at once: {_last_lines(log.read_text(errors='replace'))}")
                    continue
                yield Server(f"bolt://127.0.0.1:{bolt}", "neo4j", password, http)
                return
            finally:
                _stop(process)


def _jars() -> Path:
    """The folder of jars, filled by Maven where it is absent."""
    folder = CHECKOUT / ".cache" / f"neo4j-{VERSION}"
    if folder.is_dir():
        if shutil.which("java") is None:
            raise UnavailableError("no java on the path: install a JDK 17 (or set KG_TEST_NEO4J_URI, or start Docker)")
        return folder
    missing = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if missing:
        needed = "a JDK 17 and Maven (Debian: default-jdk-headless maven)"
        raise UnavailableError(
            f"no {' and no '.join(missing)} here: install {needed}, start Docker or set KG_TEST_NEO4J_URI"
        )
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    command = ["mvn", "-q", "-B", "-ntp", "-f", str(POM), f"-Dneo4j.version={VERSION}", PLUGIN]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={part}"]
    try:
        fetched = subprocess.run(command, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
        if fetched.returncode != 0:
            raise UnavailableError(
                f"Maven could not fetch Neo4j {VERSION}: {_last_lines(fetched.stdout + fetched.stderr)}"
            )
        with contextlib.suppress(OSError):  # another process was faster
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _prepare(home: Path, jars: Path, password: str, *, bolt: int, http: int) -> None:
    (home / "conf").mkdir(exist_ok=True)
    (home / "conf" / "neo4j.conf").write_text(CONFIGURATION.format(bolt=bolt, http=http))
    command = [*_java(jars), "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
    environment = os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    if done.returncode != 0:
        raise UnavailableError(f"Neo4j's admin tool failed: {_last_lines(done.stdout + done.stderr)}")


def _java(jars: Path, *options: str) -> list[str]:
    return ["java", *options, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]


def _start(home: Path, jars: Path, heap: str) -> tuple[subprocess.Popen[bytes], Path]:
    log = home / "console.log"
    main = "CommunityEntryPoint" if VERSION.startswith("5.") else "Neo4jCommunity"
    command = [*_java(jars, "-Xms256m", f"-Xmx{heap}"), f"org.neo4j.server.{main}"]
    command += [f"--home-dir={home}", f"--config-dir={home / 'conf'}", "--console-mode"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
    return process, log


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: no orphan where the tests are killed


def _started(process: subprocess.Popen[bytes], log: Path) -> bool:
    """False where the process ends before it listens (a port was taken meanwhile)."""
    deadline = time.monotonic() + START_LIMIT
    while process.poll() is None:
        if "INFO  Started." in log.read_text(errors="replace"):
            return True
        if time.monotonic() > deadline:
            raise UnavailableError(f"Neo4j did not start in {START_LIMIT:.0f} s: {_last_lines(log.read_text())}")
        time.sleep(0.1)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_lines(text: str) -> str:
    return " / ".join(text.strip().splitlines()[-3:]) or "no output"
