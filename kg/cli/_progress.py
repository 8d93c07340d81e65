"""A bar with rate and time left on the terminal; silence elsewhere. Problems go to standard error, counted."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from kg.build import BuildReport
from kg.errors import KgError
from kg.model import Abstract, Extraction
from kg.reader import Problem, Tally

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SHOWN: Final = 20


class Reporter:
    """Shows progress and the first problems; the rest are counted."""

    def __init__(self, tally: Tally, progress: "Progress | None" = None, task: "TaskID | None" = None) -> None:
        self.report = BuildReport()
        self._tally = tally
        self._progress = progress
        self._task = task
        self._shown = 0

    def on_progress(self, report: BuildReport) -> None:
        """Move the bar to what the build has done so far."""
        if self._progress is not None and self._task is not None:
            done = report.put + report.unchanged
            self._progress.update(self._task, completed=done, total=self._tally.expected)

    def iter_counted(self, papers: Iterable[Extraction]) -> Iterator[Extraction]:
        """The papers, each counted as it goes by."""
        for paper in papers:
            self.report.put += 1
            self.on_progress(self.report)
            yield paper

    def on_problem(self, problem: Problem) -> None:
        """Tell of one problem of the input in one line."""
        self._tell(str(problem))

    def on_failure(self, _abstract: Abstract, error: KgError) -> None:
        """Tell of one abstract that could not be analysed."""
        self._tell(str(error))

    def _tell(self, message: str) -> None:
        self._shown += 1
        if self._shown <= SHOWN:
            click.echo(f"kg: {message}", err=True)
        elif self._shown == SHOWN + 1:
            click.echo("kg: more problems follow; they are counted in the end", err=True)


@contextmanager
def report_progress(title: str, tally: Tally, *, quiet: bool) -> Iterator[Reporter]:
    """A Reporter that shows a bar where standard error is a terminal and `quiet` is not set."""
    if quiet or not sys.stderr.isatty():
        yield Reporter(tally)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(TextColumn):
        def render(self, task):  # type: ignore[no-untyped-def]
            return Text(f"{task.speed:.0f}/s" if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(""), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Reporter(tally, progress, progress.add_task(title, total=None))
