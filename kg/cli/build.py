"""`kg build`: abstracts to a graph."""

from typing import Any

import click

from kg.cli._building import reading_options, run_build, sources_argument
from kg.cli._stores import chosen, stores_option


@click.command("build", epilog="Example: kg build papers/*.jsonl.gz refs.bib --store my-graph")
@sources_argument
@stores_option
@reading_options
def command(sources: tuple[str, ...], stores: tuple[str, ...], **options: Any) -> None:
    """Turn abstracts into a graph.

    IN are files, folders, globs or - for standard input: plain text with one abstract a line, JSONL, CSV,
    TSV, BibTeX, arXiv's Atom and OAI-PMH XML, also compressed (.gz, .xz, .zst). A build that was cut off
    goes on where it stopped; papers that are there unchanged are passed over.
    """
    done = run_build(sources, stores, create=True, **options)
    click.echo(f"{done} in {', '.join(chosen(stores))}")
