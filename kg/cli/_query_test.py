"""`kg query test`: the prebuilt queries against their golden rows, and on a user's own stores."""

from collections.abc import Sequence

import click

from kg.catalogue import check_queries
from kg.cli._building import count_of
from kg.cli._stores import open_stores
from kg.errors import QueryError


def run_tests(urls: Sequence[str]) -> None:
    """Check every query and say what broke. Raises QueryError where one did."""
    outcomes = check_queries(golden=True)
    if urls:
        with open_stores(urls, create=False, read_only=True) as stores:
            outcomes += check_queries(*stores)
    broken = [outcome for outcome in outcomes if not outcome.ok]
    for outcome in broken:
        click.echo(str(outcome))
    if broken:
        raise QueryError(f"{len(broken)} of {count_of(len(outcomes), 'check')} failed", mend="see the lines above")
    where = f" on the fixture graph and on {', '.join(urls)}" if urls else " on the fixture graph"
    click.echo(f"{count_of(len(outcomes), 'check')} passed{where}")
