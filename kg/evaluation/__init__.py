"""How right extraction is: figures with intervals, reliability of scores, and a page that shows every error."""

from kg.evaluation.annotations import Annotation, read_found, read_gold, to_annotation
from kg.evaluation.calibration import Reliability, measure_reliability
from kg.evaluation.figures import Figure, measure
from kg.evaluation.matching import Match, match_abstract, match_all
from kg.evaluation.page import write_error_page

__all__ = [
    "Annotation",
    "Figure",
    "Match",
    "Reliability",
    "match_abstract",
    "match_all",
    "measure",
    "measure_reliability",
    "read_found",
    "read_gold",
    "to_annotation",
    "write_error_page",
]
