"""Look at a graph: one HTML page that needs no network, and projections for analysis with networkx."""

from kg.viz.analysis import centrality, communities, find_neighbourhood
from kg.viz.projection import Evidence, PaperInfo, to_networkx
from kg.viz.rows import view_of_rows
from kg.viz.view import ViewSummary, write_rows_view, write_view

__all__ = [
    "Evidence",
    "PaperInfo",
    "ViewSummary",
    "centrality",
    "communities",
    "find_neighbourhood",
    "to_networkx",
    "view_of_rows",
    "write_rows_view",
    "write_view",
]
