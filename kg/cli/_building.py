"""What `kg build`, `kg add` and `kg demo` share: options, and the run itself."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import click

from kg.build import BuildReport, build, read_sources
from kg.cli._progress import report_progress
from kg.cli._stores import open_stores, settings
from kg.reader import Tally

_WORKERS: Final = "Processes that extract (default: $KG_WORKERS, else one a processor)."
sources_argument = click.argument("sources", nargs=-1, required=True, metavar="IN...")


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reads abstracts and extracts from them."""
    for option in (
        click.option("-q", "--quiet", is_flag=True, help="No progress bar."),
        click.option("--workers", type=click.IntRange(1, 1024), default=None, help=_WORKERS),
        click.option("--strict", is_flag=True, help="Stop at the first broken record, before anything is written."),
        click.option("--input-format", default=None, metavar="NAME", help="Format of IN (default: recognised)."),
    ):
        function = option(function)
    return function


def run_build(
    sources: Sequence[str],
    urls: Sequence[str],
    *,
    create: bool,
    input_format: str | None,
    strict: bool,
    workers: int | None,
    quiet: bool,
) -> str:
    """Build into every store. Returns what was done, in one line."""
    from kg.pipeline import load_pipeline

    tally = Tally()
    with report_progress("building", tally, quiet=quiet) as reporter:
        abstracts = read_sources(
            sources, format=input_format, strict=strict, on_problem=reporter.on_problem, tally=tally
        )
        with open_stores(urls, create=create) as stores:
            report = build(
                abstracts,
                stores,
                pipeline=load_pipeline(base=settings().base),
                workers=workers or settings().workers,
                on_progress=reporter.on_progress,
                on_failure=reporter.on_failure,
            )
    return describe(report, tally)


def describe(report: BuildReport, tally: Tally) -> str:
    """What a build did, in one line.

    >>> describe(BuildReport(read=3, put=2, unchanged=1), Tally(skipped=1))
    '2 papers stored, 1 unchanged, 1 broken record skipped'
    """
    told = [count_of(report.put, "paper") + " stored"]
    told += [f"{report.unchanged} unchanged"] * bool(report.unchanged)
    told += [count_of(tally.repeated, "repeated record")] * bool(tally.repeated)
    told += [count_of(tally.skipped, "broken record") + " skipped"] * bool(tally.skipped)
    told += [count_of(report.failed, "paper") + " that could not be analysed"] * bool(report.failed)
    told += [count_of(tally.warnings, "warning")] * bool(tally.warnings)
    return ", ".join(told)


def count_of(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count_of(1, "paper"), count_of(2, "paper")
    ('1 paper', '2 papers')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
