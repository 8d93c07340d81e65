from hypothesis import given, settings
from pyoxigraph import Store
from kg.model import decode_extraction, encode, Extraction
from kg.mapping.rdf import *
from kg.namespaces import DEFAULT_BASE
from tests.strategies import extractions
@settings(max_examples=300)
@given(extractions())
def test_x(p: Extraction) -> None:
    assert decode_extraction(encode(p)) == p
    q = to_quads(p, base=DEFAULT_BASE)
    assert len(set(q))==len(q)
    assert from_quads(q, base=DEFAULT_BASE) == p
    s = Store(); s.extend(q)
    assert set(s)==set(q)
