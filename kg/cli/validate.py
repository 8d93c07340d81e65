"""`kg validate`: a graph against the shapes."""

import click

from kg.cli._stores import open_for_reading, store_option
from kg.errors import ValidationError
from kg.validate import validate


@click.command("validate", epilog="Example: kg validate --store my-graph")
@store_option
@click.option("--limit", type=click.IntRange(1), default=None, help="Check that many papers only.")
def command(url: str | None, limit: int | None) -> None:
    """Check a graph against the SHACL shapes of the ontology."""
    with open_for_reading(url) as store:
        report = validate(store, limit=limit)
    for finding in report.violations[:20]:
        click.echo(str(finding))
    if not report.conforms:
        raise ValidationError(
            f"{len(report.violations)} findings in {report.checked} papers", mend="build the named papers again"
        )
    click.echo(f"{report.checked} papers conform to the shapes")
