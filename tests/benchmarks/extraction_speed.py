"""Time the pipeline: loading, abstracts a second by component and in all against the bare encoder, and its memory.

    python tests/benchmarks/extraction_speed.py [NUMBER] [WORKERS]

reads NUMBER (default 500) of ../shared/corpora/arxiv-abstracts.jsonl.xz. Seconds are those of the processor
where one process works, of the clock where several do.
"""

import json
import lzma
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kg.language.document import make_doc
from kg.language.network import Network, Vectors, Words
from kg.language.view import make_view
from kg.model import Abstract
from kg.pipeline import Pipeline, load_pipeline

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "arxiv-abstracts.jsonl.xz"


def iter_abstracts(number: int) -> Iterator[Abstract]:
    """The first abstracts of the corpus."""
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, number)):
            text = row.get("abstract") or row.get("text") or ""
            yield Abstract(key=str(row["id"]), id=str(row["id"]), title=row.get("title"), text=text)


def time_components(pipeline: Pipeline, papers: list[Abstract]) -> dict[str, float]:
    """Seconds by component."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for paper in papers:
        started = time.process_time()
        view = make_view(paper, longest_title=pipeline.limits.title, longest_text=pipeline.limits.text)
        doc = make_doc(pipeline.nlp, view.title.text, view.text.text)
        seconds["view and tokenizer"] += time.process_time() - started
        for name, component in pipeline.nlp.pipeline:
            started = time.process_time()
            doc = component(doc)
            seconds[name] += time.process_time() - started
    return seconds


def time_encoder(pipeline: Pipeline, papers: list[Abstract]) -> float:
    """Seconds of the bare encoder session on the very inputs that the pipeline gives it."""
    network: Network = pipeline.nlp.get_pipe("neural").network  # type: ignore[attr-defined]
    fed: list[Words] = []
    encode = network.encode

    def remember(words: Words) -> Vectors:
        fed.append(words)
        return encode(words)

    network.encode = remember  # type: ignore[method-assign]
    for paper in papers:
        pipeline.analyse(paper)
    network.encode = encode  # type: ignore[method-assign]
    inputs = [network.inputs(words) for words in fed]
    started = time.process_time()
    for given in inputs:
        network.session.run(None, given)
    return time.process_time() - started


def main(arguments: list[str]) -> None:
    """Measure and print."""
    number = int(arguments[0]) if arguments else 500
    workers = int(arguments[1]) if len(arguments) > 1 else 1
    papers = list(iter_abstracts(number))
    started = time.process_time()
    pipeline = load_pipeline()
    print(f"load\t{time.process_time() - started:.2f} s")
    if workers == 1:
        for name, seconds in time_components(pipeline, papers).items():
            print(f"{name}\t{1000 * seconds / len(papers):.2f} ms an abstract")
    bare = time_encoder(pipeline, papers) if workers == 1 else 0.0
    clock = time.process_time if workers == 1 else time.perf_counter
    started = clock()
    mentions = sum(len(e.mentions) for e in pipeline.iter_extractions(papers, workers=workers))
    elapsed = clock() - started
    print(f"all\t{len(papers) / elapsed:.0f} abstracts/s with {workers} worker(s), {mentions} mentions")
    if workers == 1:
        print(f"encoder alone\t{len(papers) / bare:.0f} abstracts/s; all takes {elapsed / bare:.2f} times as long")
    print(f"memory\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
