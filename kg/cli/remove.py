"""`kg remove`: papers out of a graph."""

import click

from kg.build import get_paper_iris
from kg.cli._building import count_of
from kg.cli._stores import open_stores, stores_option


@click.command("remove", epilog="Example: kg remove arxiv:1706.03762 10.1000/xyz --store my-graph")
@click.argument("papers", nargs=-1, required=True, metavar="PAPER...")
@stores_option
def command(papers: tuple[str, ...], stores: tuple[str, ...]) -> None:
    """Take papers out of a graph, with all that came only from them.

    PAPER is an id, a DOI, an arXiv id or an IRI.
    """
    with open_stores(stores, create=False) as opened:
        targets = [(store, get_paper_iris(store, papers)) for store in opened]
        removed = max((store.remove(iris) for store, iris in targets), default=0)
    click.echo(f"{count_of(removed, 'paper')} removed")
