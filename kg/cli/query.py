"""`kg query`: prebuilt questions."""

import click

from kg.catalogue import PreparedQuery, get_query, list_queries, run_query
from kg.cli._parameters import parse_parameters
from kg.cli._stores import open_for_reading, stores_option
from kg.cli._tables import OutputFormat, format_option, write_table
from kg.errors import UsageError


@click.command(
    "query",
    epilog="Example: kg query methods-by-hardware --hardware GPU --evidence",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
)
@stores_option
@click.option("--list", "listing", is_flag=True, help="List the questions.")
@click.option("--evidence", is_flag=True, help="Add the paper and the sentence behind every row.")
@format_option
@click.option("-h", "--help", "wants_help", is_flag=True, help="Show this, or the parameters of NAME.")
@click.argument("name", required=False)
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def command(
    ctx: click.Context,
    stores: tuple[str, ...],
    listing: bool,
    evidence: bool,
    output: OutputFormat,
    wants_help: bool,
    name: str | None,
    parameters: tuple[str, ...],
) -> None:
    """Ask the prebuilt question NAME.

    `kg query NAME --help` names its parameters. `kg query test` checks all questions against rows known to be
    right, and with --store their time budgets there, and that several stores agree.
    """
    if wants_help:
        click.echo(_describe(get_query(name)) if name and name != "test" else ctx.get_help())
    elif listing:
        for query in list_queries():
            click.echo(f"{query.name:20} {query.question}")
    elif name is None:
        raise UsageError("no question named", mend="see kg query --list")
    elif name == "test":
        _test(stores, parameters)
    else:
        query = get_query(name)
        values = parse_parameters(query, parameters)
        with open_for_reading(*stores) as store:
            write_table(run_query(store, name, values, evidence=evidence), output)


def _test(stores: tuple[str, ...], parameters: tuple[str, ...]) -> None:
    from kg.cli._query_test import run_tests

    parse_parameters(None, parameters)
    run_tests(stores)


def _describe(query: PreparedQuery) -> str:
    lines = [query.question, "", query.description.strip(), "", "Parameters:"]
    for p in query.parameters:
        note = "required" if p.required else f"default {p.default}" if p.default is not None else "optional"
        lines.append(f"  --{p.name:14} {p.help} ({note})")
    shown = [f"  {c.name:16} {c.help}".rstrip() for c in query.columns if not c.hidden]
    lines += ["", "Columns:", *shown, "", f"Example: {query.example}"]
    return "\n".join(lines)
