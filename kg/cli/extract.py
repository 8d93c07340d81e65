"""`kg extract`: what is found in abstracts, as JSON lines."""

from pathlib import Path

import click

from kg.build import BuildReport
from kg.cli._building import reading_options, sources_argument
from kg.cli._progress import report_progress
from kg.cli._stores import settings


@click.command("extract", epilog="Example: kg extract papers.jsonl --out found.jsonl")
@sources_argument
@click.option("--out", type=click.Path(dir_okay=False), default=None, help="File to write (default: standard output).")
@reading_options
def command(
    sources: tuple[str, ...],
    out: str | None,
    input_format: str | None,
    strict: bool,
    workers: int | None,
    quiet: bool,
) -> None:
    """Write what is found in abstracts as JSON lines, one a paper.

    Each line holds the text, mentions, facts with their evidence, and the roles, triples and results.
    `kg load --from FILE` puts such a file into a store.
    """
    from kg.exporter import write_atomically
    from kg.model import encode
    from kg.pipeline import load_pipeline
    from kg.reader import check_sources, read_abstracts

    check_sources(sources, format=input_format)
    pipeline = load_pipeline(base=settings().base)
    report = BuildReport()
    with report_progress("extracting", quiet=quiet) as reporter:

        def lines():  # type: ignore[no-untyped-def]
            abstracts = read_abstracts(sources, format=input_format, strict=strict, on_problem=reporter.on_problem)
            for paper in pipeline.iter_extractions(abstracts, workers=workers or settings().workers):
                report.put += 1
                reporter.on_progress(report)
                yield encode(paper) + b"\n"

        write_atomically(Path(out) if out else None, lines())
    reporter.finish(report, nothing=f"no abstract found in {', '.join(sources)}")
