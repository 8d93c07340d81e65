"""`kg stats`: how much is in a graph."""

import click
import msgspec

from kg.cli._stores import open_for_reading, store_option
from kg.cli._tables import OutputFormat, format_option, write_table
from kg.store import Counts, Table


@click.command("stats", epilog="Example: kg stats --store my-graph --format json")
@store_option
@format_option
def command(url: str | None, output: OutputFormat) -> None:
    """Count papers, concepts by type, facts, results and quads."""
    with open_for_reading(url) as store:
        counts = store.counts()
    if output == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(counts), indent=2).decode())
    else:
        write_table(to_table(counts), output)


def to_table(counts: Counts) -> Table:
    """The counts as rows: what, and how many."""
    rows: list[tuple[str, int]] = [("papers", counts.papers)]
    rows += [(f"concepts: {name}", number) for name, number in sorted(counts.concepts.items())]
    rows += [("facts", counts.facts), ("results", counts.results)]
    if counts.quads is not None:
        rows.append(("quads", counts.quads))
    return Table(columns=("what", "number"), rows=[*rows])
