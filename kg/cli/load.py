"""`kg load`: a graph from one store into another."""

from pathlib import Path

import click

from kg.cli._building import count_of
from kg.cli._stores import settings
from kg.errors import UsageError
from kg.store import copy_papers, open_store


@click.command("load", epilog="Example: kg load --from my-graph --to bolt://localhost:7687")
@click.option("--from", "origin", required=True, metavar="URL", help="Store, or file written by kg extract.")
@click.option("--to", "target", required=True, metavar="URL", help="Store to fill.")
def command(origin: str, target: str) -> None:
    """Copy a whole graph from one store to another, or Extractions from a file into a store."""
    from kg.build import iter_extraction_file

    if origin == target:
        raise UsageError("--from and --to name the same store", mend="name two different ones")
    base = settings().base
    if Path(origin).is_file():
        papers = iter_extraction_file(Path(origin))
        with open_store(target, base=base) as store:
            count = store.put(papers)
            store.flush()
    else:
        with (
            open_store(origin, base=base, create=False, read_only=True) as source,
            open_store(target, base=base) as store,
        ):
            count = copy_papers(source, store)
    click.echo(f"{count_of(count, 'paper')} loaded into {target}")
