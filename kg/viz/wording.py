"""How relations and types are called on the page."""

import re
from typing import Final

from kg.schema import TypeInfo, entity_types
from kg.viz.colour import lighten

_INVERSES: Final = {
    "usedFor": "makes use of",
    "evaluatedOn": "evaluates",
    "runsOn": "runs",
    "comparedWith": "compared with it",
    "measuredBy": "measures",
    "partOf": "has as part",
    "isA": "has as kind",
    "result": "has results of",
    "paperProposes": "proposed by",
    "paperUses": "used by",
    "paperCompares": "compared by",
    "paperAddresses": "addressed by",
    "paperEvaluatedOn": "tested on by",
    "paperRunsOn": "studied or run on by",
    "paperReports": "reported by",
    "paperMentions": "mentioned by",
}
_LABELS: Final = {
    "result": "has a result for",
    "isA": "is a",
    "paperRunsOn": "runs on or studies",
    "paperEvaluatedOn": "is tested on",
}
_OTHERS: Final = {
    "Paper": ("paper", "#4A4F57", "hexagon"),
    "Concept": ("other", "#4A4F57", "triangleDown"),
}


def relation_label(relation: str) -> str:
    """A relation's name in words, from subject to object.

    >>> relation_label("evaluatedOn"), relation_label("paperProposes")
    ('evaluated on', 'proposes')
    """
    return _LABELS.get(relation) or _words(re.sub(r"^paper(?=[A-Z])", "", relation))


def inverse_label(relation: str) -> str:
    """The same from object to subject.

    >>> inverse_label("runsOn"), inverse_label("cites")
    ('runs', 'cites (from)')
    """
    return _INVERSES.get(relation) or f"{relation_label(relation)} (from)"


def type_looks() -> list[dict[str, str]]:
    """Every type that a node may have: `name`, `label`, `colour`, `dark` (its colour on a dark ground), `shape`."""
    known = [_look(info) for info in entity_types()]
    others = [
        {"name": name, "label": label, "colour": colour, "dark": lighten(colour), "shape": shape}
        for name, (label, colour, shape) in _OTHERS.items()
    ]
    return known + others


def _look(info: TypeInfo) -> dict[str, str]:
    return {
        "name": info.name,
        "label": info.label,
        "colour": info.colour,
        "dark": lighten(info.colour),
        "shape": info.shape,
    }


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower().replace("_", " ").replace("-", " ")
