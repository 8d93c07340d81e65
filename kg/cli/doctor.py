"""`kg doctor`: what is installed, what is reachable, what to do."""

import platform
import shutil
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

import click

import kg
from kg.cli._stores import chosen, open_named, stores_option
from kg.errors import KgError

_OPTIONAL: Final = {"pandas": "pandas"}


@click.command("doctor", epilog="Example: kg doctor --store bolt://localhost:7687")
@stores_option
def command(stores: tuple[str, ...]) -> int:
    """Say what is installed, what is reachable, and what to do. Exit code 1 where something needs mending."""
    broken = False
    for fine, line in (*_iter_installed(), *_iter_stores(chosen(stores))):
        broken = broken or not fine
        click.echo(f"{'ok  ' if fine else 'MEND'} {line}")
    return int(broken)


def _iter_installed() -> Iterator[tuple[bool, str]]:
    yield True, f"abstract-kg {kg.__version__} on Python {platform.python_version()}, {platform.system()}"
    for requirement in requires("abstract-kg") or ():
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].translate(str.maketrans("<>=~!,", "      ")).split()[0]
        try:
            yield True, f"{name} {version(name)}"
        except PackageNotFoundError:
            yield False, f"{name} is not installed; run: pip install --upgrade abstract-kg"
    for name, extra in _OPTIONAL.items():
        try:
            yield True, f"{name} {version(name)} (optional)"
        except PackageNotFoundError:
            yield True, f"{name} is not installed (optional); pip install 'abstract-kg[{extra}]'"
    free = shutil.disk_usage(".").free // 2**20
    yield free > 200, f"{free} MiB free on this disk" + ("" if free > 200 else "; make room")


def _iter_stores(urls: Sequence[str]) -> Iterator[tuple[bool, str]]:
    for url in urls:
        if "://" not in url and not url.endswith(":") and not Path(url).exists():
            yield True, f"no store at {url} yet; kg build IN --store {url} makes one"
            continue
        try:
            with open_named(url, create=False, read_only=True) as store:
                yield True, f"store {url}: {store.counts().papers} papers, speaks {', '.join(store.languages)}"
        except KgError as error:
            yield False, f"store {url}: {error}"
