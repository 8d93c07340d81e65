"""How long a picture of 2,000 concepts takes to make, and to be usable in Chromium without network.

    python tests/benchmarks/view_load.py [NODES]

Prints seconds for laying out and writing, the size of the page, and the best and the median of five loads, from
opening the file to the first frame with everything in place. Fails where the best is over 3 seconds.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import networkx as nx
from playwright.sync_api import sync_playwright

from kg.viz import Evidence, write_view

CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LIMIT: Final = 3.0
LOADS: Final = 5
_TYPES: Final = ("Method", "Task", "Dataset", "Hardware", "Metric")
_RELATIONS: Final = ("usedFor", "runsOn", "measuredBy", "comparedWith", "evaluatedOn")


def make_graph(nodes: int) -> "nx.MultiDiGraph[str]":
    """A graph as literature gives it: a few concepts that many others are joined with, three statements a concept."""
    shape = nx.barabasi_albert_graph(nodes, 3, seed=1)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(nodes):
        sentence = Evidence(f"urn:paper:{number % 500}", f"Here concept {number} of the field is named.", ((5, 15),))
        graph.add_node(
            f"urn:{number}", label=f"concept {number} of the field", type=_TYPES[number % 5], evidence=(sentence,)
        )
    for source, target in shape.edges():
        paper = f"urn:paper:{source % 500}"
        said = Evidence(paper, f"The abstract states that concept {source} is used with concept {target}.", ())
        relation = _RELATIONS[(source + target) % 5]
        graph.add_edge(f"urn:{target}", f"urn:{source}", relation=relation, paper=paper, score=0.8, evidence=(said,))
    return graph


def measure_loads(path: Path) -> list[float]:
    """Seconds from opening the page to the first full frame, for several fresh contexts."""
    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True)
            page = context.new_page()
            start = time.perf_counter()
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready]")
            seconds.append(time.perf_counter() - start)
            context.close()
        browser.close()
    return seconds


def main() -> int:
    nodes = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "view.html"
        graph = make_graph(nodes)
        start = time.perf_counter()
        shown = write_view(graph, path, limit=nodes)
        made = time.perf_counter() - start
        loads = measure_loads(path)
        size = path.stat().st_size / 1e6
    print(f"{shown.nodes} nodes, {shown.statements} statements: made in {made:.1f} s, {size:.1f} MB")
    print(f"usable after {min(loads):.2f} s (best), {statistics.median(loads):.2f} s (median of {LOADS})")
    return 0 if min(loads) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
