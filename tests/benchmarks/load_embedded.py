"""How long the embedded store takes for ready quads, against the bare engine at the same durability.

    python -m tests.benchmarks.load_embedded [--papers 1500] [--runs 5]

Both start from a copy of one store with the vocabulary, take the same quads in batches that each are there whole or
not at all whenever the process is killed, and end with a flush to the disk. The bare engine writes each batch with
the fastest call it has (`bulk_extend`); `extend`, a transaction a batch, is shown beside it, and so is `put`, which
maps Extractions to quads first. Figures are medians; runs alternate. Exit code 1 where the ratio exceeds LIMIT.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import Quad

from kg.mapping.rdf import to_quads
from kg.model import Extraction
from kg.namespaces import DEFAULT_BASE
from kg.stores._oxigraph.store import BATCH_QUADS
from kg.stores.embedded import GRAPH, EmbeddedStore
from tests.benchmarks.load_neo4j import make_paper

LIMIT: Final = 1.5
Graphs = list[tuple[str, list[Quad]]]


def iter_batches(graphs: Graphs) -> Iterator[list[list[Quad]]]:
    """The batches that the store makes of them."""
    batch: list[list[Quad]] = []
    size = 0
    for _, quads in graphs:
        batch.append(quads)
        size += len(quads)
        if size >= BATCH_QUADS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def load_bare(folder: Path, graphs: Graphs, *, bulk: bool) -> float:
    engine = pyoxigraph.Store(str(folder / GRAPH))
    begun = time.perf_counter()
    for batch in iter_batches(graphs):
        (engine.bulk_extend if bulk else engine.extend)(chain.from_iterable(batch))
    engine.flush()
    return time.perf_counter() - begun


def load_store(folder: Path, graphs: Graphs) -> float:
    with EmbeddedStore.open(str(folder)) as store:
        begun = time.perf_counter()
        store.put_graphs(graphs)
        store.flush()
        return time.perf_counter() - begun


def put_papers(folder: Path, papers: list[Extraction]) -> float:
    with EmbeddedStore.open(str(folder)) as store:
        begun = time.perf_counter()
        store.put(papers)
        store.flush()
        return time.perf_counter() - begun


def measure(ways: dict[str, Callable[[Path], float]], *, runs: int) -> dict[str, list[float]]:
    """Seconds of each run of each way, every run on a fresh copy of a store with the vocabulary alone."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory(prefix="kg-benchmark-") as scratch:
        template = Path(scratch) / "template"
        begun = time.perf_counter()
        EmbeddedStore.open(str(template)).close()
        size = sum(path.stat().st_size for path in template.rglob("*") if path.is_file())
        print(f"a new store with the vocabulary: {time.perf_counter() - begun:.2f} s, {size / 1e6:.0f} MB")
        for run in range(runs):
            for name, way in list(ways.items())[:: 1 if run % 2 == 0 else -1]:
                folder = Path(scratch) / "run"
                shutil.copytree(template, folder)
                seconds[name].append(way(folder))
                shutil.rmtree(folder)
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description="Load ready quads with the bare engine and with the embedded store.")
    parser.add_argument("--papers", type=int, default=1500)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    source = random.Random(1)
    papers = [make_paper(number, source) for number in range(options.papers)]
    graphs = [(paper.iri, to_quads(paper, base=DEFAULT_BASE)) for paper in papers]
    total = sum(len(quads) for _, quads in graphs)
    print(f"{len(papers)} papers, {total} quads")
    ways: dict[str, Callable[[Path], float]] = {
        "engine, bulk_extend": partial(load_bare, graphs=graphs, bulk=True),
        "store, put_graphs": partial(load_store, graphs=graphs),
        "engine, extend": partial(load_bare, graphs=graphs, bulk=False),
        "store, put": partial(put_papers, papers=papers),
    }
    seconds = measure(ways, runs=options.runs)
    for name, runs in seconds.items():
        median = statistics.median(runs)
        print(f"{name:22} {median:7.2f} s  {total / median:8.0f} quads/s  {min(runs):.2f}..{max(runs):.2f} s")
    bare, ours = (statistics.median(seconds[name]) for name in list(ways)[:2])
    print(f"ratio {ours / bare:.2f}, at most {LIMIT}")
    return 0 if ours <= LIMIT * bare else 1


if __name__ == "__main__":
    raise SystemExit(main())
