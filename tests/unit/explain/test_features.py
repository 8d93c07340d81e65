"""Every feature that a shipped model has reads as plain words."""

import re

import pytest

from kg.explain import features
from kg.language.linear import load_model


@pytest.mark.parametrize(
    ("model", "table"),
    [
        ("role", "roles.tsv"),
        ("relation", "relations.tsv"),
        ("quantity", "results_quantity.tsv"),
        ("metric", "results_metric.tsv"),
        ("link", "results_link.tsv"),
    ],
)
def test_every_feature_has_words(model: str, table: str) -> None:
    for feature in load_model(table).rows:
        words = features.find_words(model, feature)
        assert words is not None, feature
        assert not re.search(r"\{|\}|\bTrue\b|\bFalse\b|#", re.sub(r"“[^”]*”", "", words)), (feature, words)


@pytest.mark.parametrize(
    ("model", "feature", "words"),
    [
        ("role", "Ha < on", "“on” before it in its sentence"),
        ("role", "Me -1+1 the_.", "it stands between “the” and “.”"),
        ("role", "Me - {0}", "“{0}” shortly before it"),
        ("relation", "MeHa bmn on a", "“on” “a” right before GPU"),
        ("relation", "MeHa roles proposes-runsOn 0", "the roles proposes and runsOn; in one sentence"),
        ("relation", "MeHa path # for", "between them only another name “for”"),
        ("quantity", "ratio L1 of", "“of” right before it; it is a percentage"),
        ("quantity", "particle energy R1 .", "“.” right after it; it is of particle energy"),
        ("metric", "closest named 0 1", "no other metrics are closer to the number, one other numbers closer to it"),
        ("link", "method role proposes", "the paper proposes it"),
        ("neural", "anything", "“anything”"),
    ],
)
def test_words(model: str, feature: str, words: str) -> None:
    assert features.to_words(model, feature, ("NewtNet", "GPU")) == words


def test_names_are_told_as_they_are() -> None:
    assert features.to_words("relation", "MeHa b1 on", ("{0} C++", "x")) == "“on” right after {0} C++"
    assert features.to_words("relation", "MeHa b1 on") == "“on” right after the first"
