"""`kg sparql`: free questions in SPARQL."""

import click

from kg.cli._free_queries import free_query_options, run_free_query
from kg.cli._tables import OutputFormat


@click.command("sparql", epilog='Example: kg sparql "SELECT ?p WHERE { GRAPH ?p { ?p a kg:Paper } } LIMIT 5"')
@free_query_options
def command(text: str, url: str | None, parameters: tuple[str, ...], timeout: float, output: OutputFormat) -> None:
    """Ask in SPARQL. TEXT is a query, @FILE, or - for standard input.

    The prefixes kg:, concept:, skos:, dcterms:, prov: and rdf: need no declaration. Each paper is a named
    graph: write GRAPH ?paper { … }. Nothing is changed.
    """
    run_free_query("sparql", text, url, parameters, timeout, output)
