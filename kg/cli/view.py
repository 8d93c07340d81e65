"""`kg view`: an interactive picture."""

import webbrowser
from pathlib import Path
from typing import Any

import click

from kg.cli._stores import open_for_reading, store_option


@click.command(
    "view",
    epilog="Example: kg view --around GPU --hops 2 --out gpu.html --open",
    context_settings={"ignore_unknown_options": True},
)
@store_option
@click.option("--out", type=click.Path(dir_okay=False), default="graph.html", show_default=True, help="File to write.")
@click.option("--around", default=None, metavar="NAME", help="Show what surrounds a concept.")
@click.option("--hops", type=click.IntRange(1, 6), default=2, show_default=True, help="How far around it.")
@click.option("--query", "query", default=None, metavar="NAME", help="Show the rows of a prebuilt query.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only concepts of that type: Method, Task, …")
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.0, help="Only facts with at least that score.")
@click.option("--limit", type=click.IntRange(1, 20000), default=None, help="At most so many concepts.")
@click.option("--papers", is_flag=True, help="Show papers as nodes too.")
@click.option("--title", default=None, help="Heading of the page.")
@click.option("--open", "show", is_flag=True, help="Open it in a browser.")
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
def command(
    url: str | None, out: str, query: str | None, show: bool, parameters: tuple[str, ...], **options: Any
) -> None:
    """Draw an interactive picture: one HTML file that opens without a network.

    After --query NAME give the parameters of that query, as in kg query.
    """
    from kg.cli._parameters import parse_parameters
    from kg.viz import write_rows_view, write_view

    options = {name: value for name, value in options.items() if value not in (None, ())}
    with open_for_reading(url) as store:
        if query is not None:
            from kg.catalogue import get_query, run_query

            values = parse_parameters(get_query(query), parameters)
            rows = run_query(store, query, values, evidence=True, hidden=True)
            title = options.get("title") or get_query(query).ask(values)
            write_rows_view(rows, out, title=title, store=store)
        else:
            parse_parameters(None, parameters)
            write_view(store, out, **options)
    click.echo(f"wrote {out}; open it in a browser")
    if show:
        webbrowser.open(Path(out).resolve().as_uri())
