"""`kg evaluate`: how right the extractor is on annotated abstracts."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from kg.cli._building import count_of
from kg.cli._progress import report_progress
from kg.cli._stores import settings
from kg.model import Abstract
from kg.reader import Tally

if TYPE_CHECKING:
    from kg.evaluation import Annotation, Figure, Reliability

_NAMED = 5
_path = click.Path(dir_okay=False, path_type=Path)


@click.command("evaluate", epilog="Example: kg evaluate gold.jsonl --errors errors.html")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD")
@click.option("--predicted", type=_path, default=None, metavar="FILE", help="What was found, as kg extract writes it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--errors", type=_path, default=None, metavar="PAGE", help="Write a page that shows every error.")
@click.option("--calibration", is_flag=True, help="Print what share of the items of each score is right.")
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.0, help="Count only what has at least that score.")
@click.option(
    "--samples", type=click.IntRange(0, 100_000), default=1000, show_default=True, help="Samples for the intervals."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the samples.")
@click.option("--workers", type=click.IntRange(1, 1024), default=None, help="Processes that extract.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def command(
    gold: Path,
    predicted: Path | None,
    as_json: bool,
    errors: Path | None,
    calibration: bool,
    min_score: float,
    samples: int,
    seed: int,
    workers: int | None,
    quiet: bool,
) -> None:
    """Compare what is found in annotated abstracts with the annotation.

    GOLD holds one annotated abstract a line, in JSON. Each part gets precision, recall and F1 with a
    95 % interval, from samples of the abstracts.
    """
    from kg.evaluation import match_all, measure, measure_reliability, read_found, read_gold, write_error_page

    golds = read_gold(gold)
    if predicted is not None:
        found = read_found(predicted, {paper.id: paper.text for paper in golds})
    else:
        found = _extract(golds, workers=workers, quiet=quiet)
    _tell_absent(golds, found)
    matches = match_all(golds, found, min_score=min_score)
    figures = measure(matches, samples=samples, seed=seed)
    reliability = measure_reliability(matches) if calibration else {}
    if errors is not None:
        write_error_page(matches, errors, figures=figures, source=gold.name, min_score=min_score)
        click.echo(f"wrote {errors}; open it in a browser", err=True)
    if as_json:
        _print_json(len(golds), figures, reliability)
    else:
        _print_figures(len(golds), figures, samples)
        _print_reliability(reliability)


def _extract(golds: "Sequence[Annotation]", *, workers: int | None, quiet: bool) -> "dict[str, Annotation]":
    """What the pipeline finds, by id. An abstract that cannot be analysed is told and left out."""
    from kg.evaluation import to_annotation
    from kg.pipeline import load_pipeline

    tally = Tally(expected=len(golds))
    with report_progress("extracting", tally, quiet=quiet) as reporter:
        papers = load_pipeline().iter_extractions(
            [Abstract(key=paper.id, id=paper.id, title=paper.title, text=paper.text) for paper in golds],
            workers=workers or settings().workers,
            on_failure=reporter.on_failure,
        )
        return {paper.id: to_annotation(paper) for paper in reporter.iter_counted(papers)}


def _tell_absent(golds: "Sequence[Annotation]", found: "Mapping[str, Annotation]") -> None:
    absent = [paper.id for paper in golds if paper.id not in found]
    if absent:
        shown = ", ".join(map(repr, absent[:_NAMED])) + ", …" * (len(absent) > _NAMED)
        told = f"{len(absent)} of {count_of(len(golds), 'abstract')} missing from what was found, counted as empty"
        click.echo(f"kg: {told}: {shown}", err=True)


def _print_json(documents: int, figures: "dict[str, Figure]", reliability: "dict[str, Reliability]") -> None:
    told: dict[str, object] = {"documents": documents, **figures}
    if reliability:
        told["calibration"] = reliability
    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    sys.stdout.buffer.flush()


def _print_figures(documents: int, figures: "dict[str, Figure]", samples: int) -> None:
    how = f"; 95 % intervals of F1 from {count_of(samples, 'sample')} of them" if samples and documents > 1 else ""
    click.echo(f"{count_of(documents, 'abstract')}{how}")
    width = max(map(len, figures))
    click.echo(f"{'':{width}}      P      R     F1  95 % interval   right   found    gold")
    for name, figure in figures.items():
        bounds = figure.interval.f1 if figure.interval else None
        between = f"{bounds[0]:.3f} to {bounds[1]:.3f}" if bounds else ""
        counts = "" if figure.tp is None else f"{figure.tp:8}{figure.pred:8}{figure.gold:8}"
        line = f"{name:{width}}  {figure.p:.3f}  {figure.r:.3f}  {figure.f1:.3f}  {between:14}{counts}"
        click.echo(line.rstrip())


def _print_reliability(reliability: "dict[str, Reliability]") -> None:
    for part, judged in reliability.items():
        error = "" if judged.error is None else f", expected calibration error {judged.error:.3f}"
        click.echo(f"\n{part}: {judged.items} found{error}")
        if judged.bins:
            click.echo("  score        found  mean score  share right")
        for row in judged.bins:
            click.echo(f"  {row.low:.1f} to {row.high:.1f}{row.items:8}{row.mean_score:12.3f}{row.right:13.3f}")
