"""`kg demo`: the whole path on the examples that ship with kg."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

import click

from kg.cli._building import run_build
from kg.cli._stores import open_named
from kg.cli._tables import write_table
from kg.resources import data_folder

_QUESTIONS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("methods-by-hardware", {"hardware": "GPU"}),
    ("speed-ups", {}),
    ("compared-with", {}),
)


@click.command("demo", epilog="Example: kg demo --folder demo")
@click.option("--folder", type=click.Path(file_okay=False), default="demo", show_default=True, help="Where to write.")
def command(folder: str) -> None:
    """Build a small graph from the examples, ask it three questions, draw it, and say what to try next."""
    from kg.catalogue import get_query, run_query
    from kg.viz import write_view

    program = _program()
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    store_folder, picture = str(target / "graph"), target / "graph.html"
    examples = str(data_folder("examples") / "papers.jsonl")
    done = run_build([examples], [store_folder], create=True, input_format=None, strict=True, workers=1, quiet=True)
    click.echo(f"Summaries of well-known papers: {done} in {store_folder}\n")
    with open_named(store_folder, create=False, read_only=True) as store:
        for name, parameters in _QUESTIONS:
            words = "".join(f" --{key} {value}" for key, value in parameters.items())
            click.secho(get_query(name).ask(parameters), bold=True)
            click.echo(f"$ {program} query {name}{words} --store {store_folder}")
            write_table(run_query(store, name, {**parameters, "limit": "8"}), "table")
            click.echo()
        write_view(store, picture, title="Well-known papers on methods and hardware")
    click.echo(
        f"""The picture: open {picture} in a browser.

Try next:
  {program} query --list
  {program} query methods-by-hardware --hardware GPU --evidence --store {store_folder}
  {program} view --around GPU --hops 2 --out gpu.html --store {store_folder}
  {program} build YOUR-ABSTRACTS.txt --store my-graph"""
    )


def _program() -> str:
    """How to call kg from here: by its name where the shell finds it, else by its path."""
    here = Path(sys.argv[0])
    found = shutil.which("kg")
    if here.name != "kg" or (found is not None and Path(found).resolve() == here.resolve()):
        return "kg"
    return os.path.relpath(here)
