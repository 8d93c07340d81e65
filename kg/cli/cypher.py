"""`kg cypher`: free questions in Cypher."""

import click

from kg.cli._free_queries import free_query_options, run_free_query
from kg.cli._tables import OutputFormat


@click.command(
    "cypher", epilog='Example: kg cypher "MATCH (p:Paper) RETURN p.title LIMIT 5" --store bolt://localhost:7687'
)
@free_query_options
def command(text: str, url: str | None, parameters: tuple[str, ...], timeout: float, output: OutputFormat) -> None:
    """Ask in Cypher. TEXT is a query, @FILE, or - for standard input. It needs a Neo4j store; nothing is changed."""
    run_free_query("cypher", text, url, parameters, timeout, output)
