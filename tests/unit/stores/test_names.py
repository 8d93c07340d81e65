"""Names that nobody bears: the nearest ones."""

import time
from collections.abc import Iterator

import pytest

from kg.schema import load_vocabulary
from kg.store import Store, open_store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store("memory:") as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "label", "rank"),
    [
        ("graphics processing uni", "graphics processing unit", 3),
        ("graphics procesing unit", "graphics processing unit", 5),
    ],
)
def test_near_names_are_offered(store: Store, text: str, label: str, rank: int) -> None:
    best = store.find_concepts(text)[0]
    assert (best.label, best.rank, best.exact) == (label, rank, False)


def test_every_name_of_the_vocabulary_finds_its_terms(store: Store) -> None:
    vocabulary = load_vocabulary()
    for term in list(vocabulary)[::400]:
        for name in (term.label, *term.aliases, *term.doubtful):
            found = store.find_concepts(name, limit=1000)
            assert {match.iri for match in found} >= {bearer.iri for bearer in vocabulary.find(name)}, name
            assert all(match.exact for match in found)
        assert store.find_concepts(term.iri)[0].rank == 0


def test_looking_up_is_quick_once_warm(store: Store) -> None:
    for text in ("GPU", "grafics procesing unit", "x", "no such thing"):
        store.find_concepts(text)
        times = []
        for _ in range(7):
            begun = time.process_time()
            store.find_concepts(text)
            times.append(time.process_time() - begun)
        assert min(times) < 0.05, text
