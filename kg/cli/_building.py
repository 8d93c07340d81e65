"""What `kg build`, `kg add` and `kg demo` share: options, and the run itself."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from kg.build import BuildReport, build
from kg.cli._progress import report_progress
from kg.cli._stores import open_stores, settings

sources_argument = click.argument("sources", nargs=-1, required=True, metavar="IN...")


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reads abstracts and extracts from them."""
    for option in (
        click.option("-q", "--quiet", is_flag=True, help="No progress bar."),
        click.option("--workers", type=click.IntRange(1, 1024), default=None, help="Processes that extract."),
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
) -> BuildReport:
    """Build into every store and say what was done."""
    from kg.pipeline import load_pipeline
    from kg.reader import check_sources

    check_sources(sources, format=input_format)
    with open_stores(urls, create=create) as stores, report_progress("building", quiet=quiet) as reporter:
        return build(
            sources,
            stores,
            pipeline=load_pipeline(base=settings().base),
            format=input_format,
            strict=strict,
            workers=workers or settings().workers,
            on_problem=reporter.on_problem,
            on_progress=reporter.on_progress,
        )


def describe(report: BuildReport) -> str:
    """What a build did, in one line.

    >>> describe(BuildReport(read=3, put=2, unchanged=1))
    '2 papers stored, 1 unchanged'
    """
    parts = [f"{report.put} paper{'' if report.put == 1 else 's'} stored"]
    for count, what in (
        (report.unchanged, "unchanged"),
        (report.skipped, "broken records skipped"),
        (report.warnings, "warnings"),
    ):
        if count:
            parts.append(f"{count} {what}")
    return ", ".join(parts)
