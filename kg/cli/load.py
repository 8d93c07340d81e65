"""`kg load`: a graph from one store into another."""

from collections.abc import Iterable
from pathlib import Path

import click

from kg.build import read_extractions
from kg.cli._building import count_of
from kg.cli._progress import report_progress
from kg.cli._stores import identity_of, open_named, settings
from kg.errors import UsageError
from kg.model import Extraction
from kg.reader import Tally
from kg.store import Store


@click.command("load", epilog="Example: kg load --from my-graph --to bolt://localhost:7687")
@click.option("--from", "origin", required=True, metavar="URL", help="Store, or file written by kg extract.")
@click.option("--to", "target", required=True, metavar="URL", help="Store to fill.")
def command(origin: str, target: str) -> None:
    """Copy a whole graph from one store to another, or Extractions from a file into a store."""
    if identity_of(origin) == identity_of(target):
        raise UsageError("--from and --to name the same store", mend="name two different ones")
    if Path(origin).is_file():
        papers = read_extractions(Path(origin), base=settings().base)
        with open_named(target) as store:
            count = _put(papers, store, total=None)
    else:
        with open_named(origin, create=False, read_only=True) as source, open_named(target) as store:
            count = _put(source.iter_papers(), store, total=source.counts().papers)
    click.echo(f"{count_of(count, 'paper')} loaded into {target}")


def _put(papers: Iterable[Extraction], store: Store, *, total: int | None) -> int:
    with report_progress("loading", Tally(expected=total), quiet=False) as reporter:
        count = store.put(reporter.iter_counted(papers))
        store.flush()
    return count
