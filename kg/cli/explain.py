"""`kg explain`: which component said what of one abstract, and why."""

import sys
from typing import Any, Literal

import click
import msgspec

from kg.cli._progress import Reporter
from kg.cli._stores import settings
from kg.reader import Tally

Part = Literal["mentions", "facts"]


@click.command("explain", epilog="Example: kg explain papers.jsonl --paper arxiv:1706.03762 --about GPU")
@click.argument("source", metavar="IN")
@click.option("--paper", default=None, metavar="ID", help="The paper of IN that is meant: id, DOI or arXiv id.")
@click.option("--about", default=None, metavar="CONCEPT", help="Only what concerns that concept.")
@click.option("--only", type=click.Choice(("mentions", "facts")), default=None, help="Only that part.")
@click.option(
    "--features",
    type=click.IntRange(0, 1000),
    default=3,
    show_default=True,
    help="Features of the models to show for a choice, and against it.",
)
@click.option("--all", "whole", is_flag=True, help="Show all that was left out, not only the likeliest.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object, which holds all that was left out.")
@click.option("--input-format", default=None, metavar="NAME", help="Format of IN (default: recognised).")
def command(
    source: str,
    paper: str | None,
    about: str | None,
    only: Part | None,
    features: int,
    whole: bool,
    as_json: bool,
    input_format: str | None,
) -> None:
    """Show for one abstract which component said what, and why.

    IN is a file with one abstract, a file with many (name one by --paper), or - for standard input. Shown are its
    mentions with what competed for their places and how they got their concepts; its roles, relations and results with
    their probabilities and what speaks for and against them; and what was left out.
    """
    from kg.explain import explain
    from kg.explain.about import tell_about
    from kg.explain.paper import get_abstract
    from kg.pipeline import load_pipeline

    reporter = Reporter(Tally())
    abstract = get_abstract(source, paper=paper, format=input_format, on_problem=reporter.on_problem)
    found = explain(abstract, load_pipeline(base=settings().base), strongest=features)
    if about is not None:
        found = tell_about(found, about)
    if as_json:
        _write_json(msgspec.to_builtins(found), only)
    else:
        from kg.cli._explanation import show

        show(found, only=only, whole=whole)


def _write_json(value: dict[str, Any], only: Part | None) -> None:
    """The parts that were asked for, in UTF-8 whatever the terminal's encoding."""
    dropped = {"mentions": ("facts", "left_out"), "facts": ("mentions", "candidates")}[only] if only else ()
    kept = {name: part for name, part in value.items() if name not in dropped}
    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
