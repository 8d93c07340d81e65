"""Which paper a record is: its DOI, arXiv id, given id or content, in one normal form each."""

import re
from typing import Final
from urllib.parse import unquote

from kg.namespaces import fingerprint

_DOI_URL: Final = re.compile(r"\s*https?://(?:[\w-]+\.)*doi\.org/", re.IGNORECASE)
_DOI_PREFIX: Final = re.compile(r"\s*(?:doi\s*:?\s*|info:doi/|urn:doi:)?(?=10\.)", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\x00-\x20]+")

_ARCHIVES: Final = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_ARXIV: Final = re.compile(
    r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|oai:arxiv\.org:|arxiv\s*:\s*|10\.48550/arxiv\.)?"
    rf"(?P<id>(?:0[7-9]|[1-9]\d)(?:0[1-9]|1[0-2])\.\d{{4,5}}|(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2}})?/(?P<number>\d{{7}}))"
    r"(?:v[1-9]\d*)?(?:\.pdf)?",
    re.IGNORECASE,
)


def find_doi(text: str) -> str | None:
    """The first DOI that a text begins with, bare, in its given case; None where there is none.

    >>> find_doi("https://doi.org/10.1000/182"), find_doi("10.1000/a; 10.1000/b"), find_doi("n/a")
    ('10.1000/182', '10.1000/a', None)
    """
    if url := _DOI_URL.match(text):
        text = unquote(text[url.end() :])
    elif prefix := _DOI_PREFIX.match(text):
        text = text[prefix.end() :]
    doi = _DOI.match(text)
    return doi.group().rstrip(".,;") if doi else None


def find_arxiv(text: str) -> str | None:
    """The arXiv id that a text is, without prefix, subject class and version; None for anything else.

    >>> find_arxiv("arXiv:1706.03762v5"), find_arxiv("math.GT/0309136"), find_arxiv("1299.1")
    ('1706.03762', 'math/0309136', None)
    """
    match = _ARXIV.fullmatch(text.strip())
    if match is None:
        return None
    return f"{match['archive'].lower()}/{match['number']}" if match["archive"] else match["id"]


def folded(text: str | None) -> str:
    """A text with blanks and line ends folded: what decides whether two records say the same."""
    return " ".join((text or "").split())


def content_hash(title: str | None, text: str, *, length: int) -> str:
    """The first hex digits of a hash of title and text, blanks folded."""
    return fingerprint(folded(title), folded(text), length=length)


def lower_doi(doi: str) -> str:
    """A DOI for comparison: only the letters A to Z fold.

    >>> lower_doi("10.1000/ABC")
    '10.1000/abc'
    """
    return doi.lower() if doi.isascii() else "".join(c.lower() if c.isascii() else c for c in doi)


def find_key(*, doi: str | None, arxiv: str | None, given: str | None) -> str | None:
    """The key of a paper by its identifiers; None where it has none and its content must serve.

    An arXiv id comes before the DOI that arXiv itself gives out for it, so that both name one paper.

    >>> find_key(doi="10.48550/arXiv.1706.03762", arxiv=None, given="a1")
    'arxiv:1706.03762'
    """
    if doi and not (arxiv_of_doi := find_arxiv(doi)):
        return f"doi:{lower_doi(doi)}"
    if arxiv := (arxiv_of_doi if doi else arxiv):
        return f"arxiv:{arxiv}"
    return given


def find_named_key(text: str) -> str | None:
    """The key of the paper whose DOI or arXiv id a text is, in any spelling; None where it is neither.

    >>> find_named_key("https://doi.org/10.1000/ABC"), find_named_key("arXiv:1706.03762v5"), find_named_key("p7")
    ('doi:10.1000/abc', 'arxiv:1706.03762', None)
    """
    arxiv = find_arxiv(text)
    return find_key(doi=None if arxiv else find_doi(text), arxiv=arxiv, given=None)
