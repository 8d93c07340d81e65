"""`kg validate`: a graph against the shapes."""

from typing import Final

import click

from kg.cli._building import count_of
from kg.cli._stores import open_for_reading, store_option
from kg.errors import ValidationError
from kg.validate import validate

SHOWN: Final = 20


@click.command("validate", epilog="Example: kg validate --store my-graph")
@store_option
@click.option("--limit", type=click.IntRange(1), default=None, help="Check that many papers only.")
@click.option("--vocabulary", is_flag=True, help="Check the vocabulary too.")
def command(url: str | None, limit: int | None, vocabulary: bool) -> None:
    """Check a graph against the SHACL shapes of the ontology."""
    with open_for_reading(url) as store:
        report = validate(store, limit=limit, vocabulary=vocabulary)
    for finding in report.violations[:SHOWN]:
        click.echo(str(finding))
    warnings = report.counts.get("warning", 0)
    if not report.conforms:
        raise ValidationError(
            f"{count_of(report.counts.get('violation', 0), 'violation')} in {count_of(report.checked, 'paper')}",
            mend="build the named papers again",
        )
    told = f", with {count_of(warnings, 'warning')}" if warnings else ""
    click.echo(f"{count_of(report.checked, 'paper')} conform{'s' * (report.checked == 1)} to the shapes{told}")
