"""`kg export`: the graph in another format."""

from pathlib import Path

import click

from kg.cli._stores import open_for_reading, store_option
from kg.exporter import choose_exporter, get_exporter, list_exporters, write_export


@click.command("export", epilog="Example: kg export --format trig --out graph.trig --store my-graph")
@store_option
@click.option("--format", "name", default=None, metavar="NAME", help="Format (default: by the ending of --out).")
@click.option("--out", type=click.Path(), default=None, help="File or folder (default: standard output).")
@click.option("--list", "listing", is_flag=True, help="List the formats and what each does not carry.")
def command(url: str | None, name: str | None, out: str | None, listing: bool) -> None:
    """Write the whole graph in another format."""
    if listing:
        for known in list_exporters():
            click.echo(f"{known.name:14} {known.title}")
            for loss in known.losses:
                click.echo(f"{'':14} not carried: {loss}")
        return
    exporter = get_exporter(name) if name else choose_exporter(out)
    with open_for_reading(url) as store:
        write_export(exporter, store, Path(out) if out else None)
    for loss in exporter.losses:
        click.echo(f"kg: {exporter.name} does not carry: {loss}", err=True)
