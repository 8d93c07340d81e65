"""`kg add`: more abstracts for a graph that is there."""

from typing import Any

import click

from kg.cli._building import reading_options, run_build, sources_argument
from kg.cli._stores import chosen, stores_option


@click.command("add", epilog="Example: kg add new.bib --store my-graph")
@sources_argument
@stores_option
@reading_options
def command(sources: tuple[str, ...], stores: tuple[str, ...], **options: Any) -> None:
    """Add new or changed abstracts to a graph that is there.

    A paper with the id of one that is there replaces it; an unchanged one is passed over.
    """
    done = run_build(sources, stores, create=False, **options)
    click.echo(f"{done} in {', '.join(chosen(stores))}")
