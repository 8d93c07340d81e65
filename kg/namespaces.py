"""IRIs: the fixed namespaces, and one function for the normal form of a concept's name."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import quote

ONTOLOGY: Final = "https://abstract-kg.example/ontology#"
VOCABULARY: Final = "https://abstract-kg.example/concept/"
VOCABULARY_GRAPH: Final = "https://abstract-kg.example/vocabulary"
DEFAULT_BASE: Final = "https://abstract-kg.example/id/"

PREFIXES: Final[dict[str, str]] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "concept": VOCABULARY,
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "kg": ONTOLOGY,
    "mls": "http://www.w3.org/ns/mls#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_SPACES = re.compile(r"[\s_\u2010-\u2015\u2212-]+")
_DROPPED = re.compile(r"[$\\{}^`\"“”‘’\x00-\x08\x0e-\x1b\x7f]")  # not line ends, which part words
SAFE: Final = "-.~+()!*,;:@'"
"""The marks that stand in the path of an IRI as they are; all other marks are percent-encoded."""


@lru_cache(maxsize=200_000)
def normal_form(name: str) -> str:
    """The name of a concept as its IRI holds it: case, hyphens, blanks and LaTeX marks folded away.

    >>> normal_form("Graphics  Processing-Unit"), normal_form("$R^2$"), normal_form("R²")
    ('graphics-processing-unit', 'r2', 'r2')
    >>> normal_form("C") == normal_form("C++") or normal_form("C++") == normal_form("C#")
    False
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    return (
        _SPACES.sub("-", text).strip("-") or "-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    )


def concept_iri(name: str, namespace: str) -> str:
    """The IRI of the concept called `name` in `namespace` (VOCABULARY, or a base plus 'concept/').

    >>> concept_iri("C#", VOCABULARY)
    'https://abstract-kg.example/concept/c%23'
    """
    return namespace + quote(normal_form(name), safe=SAFE, errors="surrogatepass")


def paper_iri(key: str, base: str) -> str:
    """The IRI of the paper with that key (DOI, arXiv id, given id or content hash), percent-encoded.

    >>> paper_iri("arxiv:1706.03762", DEFAULT_BASE)
    'https://abstract-kg.example/id/paper/arxiv:1706.03762'
    """
    return f"{base}paper/{quote(key, safe=SAFE + '/', errors='surrogatepass')}"


def fingerprint(*parts: str, length: int = 20) -> str:
    """A stable name for a tuple of texts: the first `length` hex digits of SHA-256 over them.

    >>> fingerprint("a", "bc") == fingerprint("ab", "c")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()[:length]


def upper_snake(camel: str) -> str:
    """A property's local name as a relationship type.

    >>> upper_snake("paperRunsOn")
    'PAPER_RUNS_ON'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", camel).upper()
