"""Kills, full disks and other processes: the embedded store opens again and loses nothing that was put."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import StoreLockedError
from kg.model import Extraction
from kg.schema import load_vocabulary
from kg.store import Store, open_store
from tests.samples import PaperMaker
from tests.small_vocabulary import SMALL

CHECKOUT = Path(__file__).parents[2]
PAPERS = 30
ROUNDS = 50


def make_paper(number: int, version: int) -> Extraction:
    """One of the papers that the writer puts; a later version has other facts."""
    paper = PaperMaker(f"p{number:03}", f"Version {version}")
    names = [f"method {number} of version {version} and part {part}" for part in range(8)]
    for name in names:
        paper.say_named(f"The {name} runs on a GPU {version}.", {name: "Method", f"GPU {version}": "Hardware"})
        paper.relate(name, "runsOn", f"GPU {version}").play("proposes", name)
    return paper.make()


def make_round(version: int) -> list[Extraction]:
    return [make_paper(number, version) for number in range(PAPERS)]


WRITER = """
import sys
from kg.store import open_store
from tests.integration.test_durability import ROUNDS, SMALL, make_round
rounds = [make_round(version) for version in range(ROUNDS)]
print("ready", flush=True)
with open_store(sys.argv[1], vocabulary=None if "whole" in sys.argv else SMALL) as store:
    for version, papers in enumerate(rounds):
        store.put(papers)
        print(version, flush=True)
"""
HOLDER = """
import sys
from kg.store import open_store
from tests.integration.test_durability import SMALL
with open_store(sys.argv[1], read_only=sys.argv[2] == "reads", vocabulary=SMALL):
    print("ready", flush=True)
    sys.stdin.read()
"""
FILLER = """
import resource, sys
from kg.errors import StoreFullError
from kg.store import open_store
from tests.integration.test_durability import ROUNDS, SMALL, make_round
with open_store(sys.argv[1], vocabulary=SMALL) as store:
    store.put(make_round(0))
    store.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        for version in range(1, ROUNDS):
            store.put(make_round(version))
            print(version, flush=True)
            store.flush()
    except StoreFullError as error:
        print(error, flush=True)
        sys.stdout.flush()
        import os
        os._exit(0)
"""


@contextmanager
def running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that runs `code`, killed in the end."""
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=CHECKOUT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def check_whole(store: Store, *, acknowledged: int) -> None:
    """Every paper is there once, as one of the versions put it, none older than what was acknowledged."""
    papers = list(store.iter_papers())
    assert len({paper.iri for paper in papers}) == len(papers) == PAPERS
    for number, paper in enumerate(papers):
        version = int(str(paper.title).removeprefix("Version "))
        assert version >= acknowledged
        assert paper == make_paper(number, version)


def check_goes_on(store: Store) -> None:
    """A build that goes on gives the store that an undisturbed one gives."""
    final = make_round(ROUNDS)
    store.put(final)
    assert list(store.iter_papers()) == final
    counts = store.counts()
    assert counts.facts == sum(len(paper.facts) for paper in final)
    assert counts.quads == sum(1 for _ in getattr(store, "iter_quads")())  # noqa: B009 - not in the contract


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_leaves_whole_papers(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    folder = tmp_path / "store"
    with running(WRITER, str(folder)) as process:
        assert read_line(process) == "ready"
        acknowledged = [read_line(process) for _ in range(chance.randint(1, 5))]
        time.sleep(chance.random() / 4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        acknowledged += process.stdout.read().split()
    with open_store(folder, vocabulary=SMALL) as store:
        check_whole(store, acknowledged=int(acknowledged[-1]))
        check_goes_on(store)


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.5, 1.0, 2.0])
def test_a_store_whose_making_was_killed_is_finished_at_the_next_opening(tmp_path: Path, delay: float) -> None:
    folder = tmp_path / "store"
    with running(WRITER, str(folder), "whole") as process:
        assert read_line(process) == "ready"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with open_store(folder) as store:
        check_goes_on(store)
        assert store.find_concepts("GPU")[0].exact
        table = store.query(
            "sparql",
            "SELECT (COUNT(DISTINCT ?c) AS ?n) { GRAPH <https://abstract-kg.example/vocabulary> "
            "{ ?c a <http://www.w3.org/2004/02/skos/core#Concept> } }",
        )
        assert table.rows == [(len(load_vocabulary()),)]


def test_a_full_disk_is_reported_and_what_was_put_stays(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with running(FILLER, str(folder)) as process:
        assert process.stdout is not None
        *done, message = process.stdout.read().splitlines()
        assert process.wait() == 0
    assert message == f"{folder}: the disk is full; {message.partition('; ')[2]}"
    assert "free some room" in message
    with open_store(folder, vocabulary=SMALL) as store:
        check_whole(store, acknowledged=int(done[-1]) if done else 0)
        check_goes_on(store)


@pytest.mark.parametrize("holder", ["writes", "reads"])
def test_a_store_in_use_is_refused_and_free_once_the_other_is_killed(tmp_path: Path, holder: str) -> None:
    folder = tmp_path / "store"
    open_store(folder, vocabulary=SMALL).close()
    with running(HOLDER, str(folder), holder) as process:
        assert read_line(process) == "ready"
        with pytest.raises(StoreLockedError, match=f"{folder}: another process is using it; wait"):
            open_store(folder, vocabulary=SMALL)
        if holder == "writes":
            with pytest.raises(StoreLockedError):
                open_store(folder, read_only=True)
        else:
            with open_store(folder, read_only=True) as reader:
                assert reader.counts().papers == 0
        process.send_signal(signal.SIGKILL)
        process.wait()
    with open_store(folder, vocabulary=SMALL) as store:
        assert store.put(make_round(0)) == PAPERS


def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    store = open_store(folder, vocabulary=SMALL)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    try:
        store.close()
        open_store(folder, vocabulary=SMALL).close()
    finally:
        os.close(writing)
        os.close(reading)
        os.waitpid(child, 0)
