"""`kg extract`: what is found in abstracts, as JSON lines."""

import sys

import click

from kg.build import read_sources
from kg.cli._building import describe, reading_options, sources_argument
from kg.cli._progress import report_progress
from kg.cli._stores import settings
from kg.exporter import write_file
from kg.model import encode
from kg.reader import Tally


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
    from kg.pipeline import load_pipeline

    tally = Tally()
    with report_progress("extracting", tally, quiet=quiet) as reporter:
        abstracts = read_sources(
            sources, format=input_format, strict=strict, on_problem=reporter.on_problem, tally=tally
        )
        papers = load_pipeline(base=settings().base).iter_extractions(
            abstracts, workers=workers or settings().workers, on_failure=reporter.on_failure
        )
        lines = (encode(paper) + b"\n" for paper in reporter.iter_counted(papers))
        if out:
            write_file(out, lines)
        else:
            sys.stdout.buffer.writelines(lines)
    if out:
        click.echo(f"{describe(reporter.report, tally).replace('stored', 'written')} to {out}")
