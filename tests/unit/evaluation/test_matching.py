"""What counts as right: mentions, aligned concepts, roles, triples, results; each error has one kind."""

from typing import Any

import pytest

from kg.evaluation import Match, match_abstract
from kg.evaluation.annotations import MentionItem, ResultItem, RoleItem, TripleItem
from kg.evaluation.kinds import pair_mentions
from kg.evaluation.matching import align, parse_value
from tests.evaluated import annotation, invented, mention

FROG = mention(0, 5, concept="frog")
TOAD = mention(10, 15, concept="toad")


def names_of(**concepts: str) -> tuple[list[MentionItem], list[MentionItem]]:
    """Mentions at one place for each (found name, gold name)."""
    places = range(0, 10 * len(concepts), 10)
    gold = [mention(at, at + 5, concept=name) for at, name in zip(places, concepts.values(), strict=True)]
    found = [mention(at, at + 5, concept=name) for at, name in zip(places, concepts, strict=True)]
    return gold, found


def test_concepts_are_aligned_one_to_one_by_most_shared_mentions() -> None:
    gold = [mention(0, 5, concept="frog"), mention(10, 15, concept="frog"), mention(20, 25, concept="toad")]
    found = [mention(0, 5, concept="F"), mention(10, 15, concept="F"), mention(20, 25, concept="F")]
    assert align(gold, found) == {"F": "frog"}
    assert align(gold, [*found, mention(22, 24, concept="T")]) == {"F": "frog", "T": "toad"}


def test_an_equal_span_weighs_more_than_overlaps() -> None:
    gold = [mention(0, 5, concept="frog"), *(mention(at, at + 5, concept="toad") for at in (10, 20, 30))]
    found = [mention(0, 5, concept="F"), *(mention(at, at + 4, concept="F") for at in (10, 20, 30))]
    assert align(gold, found) == {"F": "frog"}


def test_mentions_of_other_types_share_nothing() -> None:
    assert align([mention(0, 5, "Task")], [mention(0, 5, "Method")]) == {}


def test_roles_and_triples_are_compared_by_aligned_names() -> None:
    gold_mentions, found_mentions = names_of(F="frog", T="toad")
    gold = annotation(
        *gold_mentions,
        roles=(RoleItem("frog", "uses"), RoleItem("toad", "mentions")),
        triples=(TripleItem("frog", "comparedWith", "toad"), TripleItem("frog", "isA", "toad")),
    )
    found = annotation(
        *found_mentions,
        roles=(RoleItem("F", "uses"), RoleItem("toad", "mentions")),
        triples=(
            TripleItem("T", "comparedWith", "F", 0.3),
            TripleItem("F", "comparedWith", "T", 0.7),
            TripleItem("T", "isA", "F"),
        ),
    )
    match = match_abstract(gold, found)
    assert match.roles.counts() == (1, 2, 2)
    assert match.core_roles.counts() == (1, 1, 1)
    assert match.triples.counts() == (1, 2, 2)
    assert match.triples.right[0][1].score == 0.7


def test_a_name_that_only_looks_like_one_of_the_gold_is_another_concept() -> None:
    gold = annotation(FROG, roles=(RoleItem("frog", "uses"),))
    found = annotation(mention(50, 55, concept="frog"), roles=(RoleItem("frog", "uses"),))
    assert match_abstract(gold, found).roles.counts() == (0, 1, 1)


def compare_results(gold: ResultItem, found: ResultItem) -> Match:
    gold_mentions, found_mentions = names_of(F="frog", acc="accuracy")
    return match_abstract(annotation(*gold_mentions, results=(gold,)), annotation(*found_mentions, results=(found,)))


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({"metric": "acc", "value": 88.1, "unit": "%"}, "results result_values result_units"),
        ({"metric": "Accuracy", "value": "88.1", "unit": None}, "results result_values"),
        ({"metric": "exactness", "value": "88.1", "unit": None}, "result_values"),
        ({"metric": None, "value": "88.1", "unit": "%"}, "result_values result_units"),
        ({"metric": "acc", "value": "88.10%", "unit": "%", "comparator": ">"}, "results result_values"),
        ({"metric": "acc", "value": "88.2", "unit": "%"}, ""),
        ({"metric": "acc", "value": "88.1", "method": "F"}, "results result_values result_links"),
        ({"metric": "acc", "value": "88.1", "method": "frog"}, "results result_values"),
    ],
)
def test_parts_of_a_result_are_told_apart(changes: dict[str, Any], right: str) -> None:
    gold = ResultItem(metric="accuracy", value="88.1", unit="%", method="frog")
    match = compare_results(gold, ResultItem(**changes))
    parts = ("results", "result_values", "result_units", "result_links")
    assert " ".join(part for part in parts if match.part(part).right) == right


def test_metrics_without_a_mention_are_compared_by_their_words() -> None:
    gold = ResultItem(metric="speed-up", value="2")
    assert compare_results(gold, ResultItem(metric="Speed up", value="2")).results.right
    assert not compare_results(gold, ResultItem(metric="speedup", value="2")).results.right


def test_of_equal_results_the_best_scored_is_right() -> None:
    found = annotation(results=(ResultItem(value="2", score=0.2), ResultItem(value="2.0", score=0.8)))
    match = match_abstract(annotation(results=(ResultItem(value="2x"),)), found)
    assert [(g.value, f.score) for g, f in match.results.right] == [("2x", 0.8)]
    assert [f.score for f in match.results.spurious] == [0.2]


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("1,200", 1200.0),
        (7, 7.0),
        ("-3", -3.0),
        ("\u22123 %", -3.0),
        ("2.5\u00d7", 2.5),
        ("10x", 10.0),
        ("Half", "half"),
    ],
)
def test_values_are_read_as_numbers_where_they_are(stated: str | int, value: float | str) -> None:
    assert parse_value(stated) == value


def test_what_scores_less_than_asked_for_only_names() -> None:
    gold = annotation(FROG, TOAD, roles=(RoleItem("frog", "uses"),))
    found = annotation(mention(0, 5, concept="F", score=0.2), TOAD, roles=(RoleItem("F", "uses", 0.9),))
    match = match_abstract(gold, found, min_score=0.5)
    assert match.mentions.counts() == (1, 1, 2)
    assert match.concepts.counts() == (1, 1, 2)
    assert match.roles.counts() == (1, 1, 1)
    assert match_abstract(gold, found, min_score=0.95).roles.counts() == (0, 0, 1)


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        ([mention(0, 5)], ["right"]),
        ([mention(0, 5, "Task")], ["type"]),
        ([mention(0, 4)], ["bounds"]),
        ([mention(2, 9, "Task")], ["type"]),
        ([mention(5, 9)], ["missed", "spurious"]),
        ([mention(0, 5, "Task"), mention(0, 4)], ["spurious", "type"]),
        ([mention(0, 5), mention(0, 5, "Task")], ["right", "spurious"]),
        ([mention(0, 2), mention(1, 5)], ["spurious", "bounds"]),
        ([], ["missed"]),
    ],
)
def test_each_mention_has_one_kind(found: list[MentionItem], kinds: list[str]) -> None:
    match = match_abstract(annotation(mention(0, 5)), annotation(*found))
    assert [pair.kind for pair in pair_mentions(match)] == kinds


def test_no_mention_is_lost_or_told_twice() -> None:
    for match in invented():
        pairs = pair_mentions(match)
        assert sorted(p.gold.key for p in pairs if p.gold) == sorted(m.key for m in match.gold.mentions)
        assert sorted(p.found.key for p in pairs if p.found) == sorted(m.key for m in match.found.mentions)
