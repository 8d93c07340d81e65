"""Prebuilt queries: one folder of `queries/` each, asked in whatever language the store speaks.

A folder NAME holds `query.yaml` (question, typed parameters, columns, order, time budget), `query.rq`,
`query.cypher` and `expected.json` (golden rows on the fixture graph).
"""

from kg.catalogue.checking import Outcome, check_queries
from kg.catalogue.definitions import Column, Parameter, PreparedQuery, get_query, list_queries
from kg.catalogue.fixture import read_fixture
from kg.catalogue.running import run_query

__all__ = (
    "Column",
    "Outcome",
    "Parameter",
    "PreparedQuery",
    "check_queries",
    "get_query",
    "list_queries",
    "read_fixture",
    "run_query",
)
