"""Abstracts a second of a whole build (read, extract, map, store), and how memory grows.

    python tests/benchmarks/build_speed.py [PAPERS] [--workers N]

Builds the first PAPERS (2,000) of ../shared/corpora/arxiv-abstracts.jsonl.xz into an embedded store in a
temporary folder, as `kg build` does, in a process of its own; then twice as many, to see whether memory is flat.
"""

import argparse
import itertools
import lzma
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "arxiv-abstracts.jsonl.xz"


def measure(papers: int, workers: int) -> None:
    """Build `papers` abstracts and print rate and peak memory of the largest process."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "papers.jsonl")
        with lzma.open(CORPUS, "rb") as lines, source.open("wb") as out:
            out.writelines(itertools.islice(lines, papers))
        started = time.perf_counter()
        command = [sys.executable, "-m", "kg", "build", str(source), "--store", f"{folder}/graph"]
        subprocess.run([*command, "--workers", str(workers)], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = sum(f.stat().st_size for f in Path(folder, "graph").rglob("*") if f.is_file()) / 2**20
        print(
            f"{papers} papers, {workers} workers: {seconds:.1f} s, {papers / seconds:.0f} abstracts/s, "
            f"largest process {peak:.0f} MB, store {size:.0f} MiB"
        )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=int, nargs="?", default=2000)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    if not CORPUS.exists():
        sys.exit(f"{CORPUS} is absent: it does not ship with the project")
    for papers in (arguments.papers, 2 * arguments.papers):
        measure(papers, arguments.workers)


if __name__ == "__main__":
    main()
