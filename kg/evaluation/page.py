"""Write the page of errors: one HTML file without any request, all texts escaped by its template."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kg.evaluation.content import LABELS, MEANINGS, SIGNS, Content
from kg.evaluation.figures import Figure
from kg.evaluation.kinds import KINDS
from kg.evaluation.matching import Match
from kg.exporter import write_file
from kg.viz.page import policy_hash

_FOLDER: Final = Path(__file__).parent / "page"


def write_error_page(
    matches: Sequence[Match],
    path: str | Path,
    *,
    figures: Mapping[str, Figure],
    source: str,
    min_score: float = 0.0,
) -> None:
    """Write the page `path`: each abstract with the gold beside what was found, and the figures above.

    `source` names the gold. Equal matches and figures give equal bytes. Raises UsageError, StoreFullError or
    AccessDeniedError where the file cannot be written.
    """
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    content = Content(matches)
    script, stylesheet = _read("page.js"), _read("page.css")
    page = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).get_template("page.html")
    html = page.render(
        script=Markup(script),  # noqa: S704 - a file of the package
        script_hash=Markup(policy_hash(script)),  # noqa: S704
        stylesheet=Markup(stylesheet),  # noqa: S704
        outlines=json.loads(_read("outlines.json")),
        kinds=KINDS,
        labels=LABELS,
        signs=SIGNS,
        meanings=MEANINGS,
        types=content.types,
        papers=content.papers(),
        mention_counts=content.mention_counts(),
        fact_counts=content.fact_counts(),
        figures=_order(figures),
        source=source,
        min_score=min_score,
    )
    write_file(path, [html.encode("utf-8", "replace")])


def _order(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The types right below all mentions."""
    return dict(sorted(figures.items(), key=lambda row: row[0].partition(".")[0] != "mentions"))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
