"""Why one abstract gives what it gives: which component said what, what competed, what decided.

    watching    runs the pipeline as always, and keeps what each component changed and answers (`kg.language.reasons`)
    candidates  what was said of which stretch, and what became of it
    mentions    why each mention is one, and why it has its concept
    facts       what speaks for each fact, and which were left out
    features    features of the linear models in words
    about       only what concerns one concept

Everything is read from the Doc and from what components answer, so a component that is added is shown like
the others. Nothing here is imported or run by extraction itself.
"""

from kg.explain.facts import Facts
from kg.explain.mentions import explain_mentions
from kg.explain.places import Places
from kg.explain.values import Explanation
from kg.explain.watching import watch
from kg.model import Abstract
from kg.pipeline import Pipeline

__all__ = ["Explanation", "explain"]


def explain(abstract: Abstract, pipeline: Pipeline, *, strongest: int = 3) -> Explanation:
    """All that can be told about what `pipeline` makes of the abstract.

    `strongest` is how many features are told for each choice of a model, and how many against it. Raises KgError where
    a component fails.

    >>> from kg.pipeline import load_pipeline
    >>> abstract = Abstract(key="t", id="t", text="We train BERT on a GPU.")
    >>> found = explain(abstract, load_pipeline())
    >>> [(m.text, m.concept, m.link.vocabulary_form) for m in found.mentions if m.link]
    [('BERT', 'BERT', 'BERT'), ('GPU', 'graphics processing unit', 'GPU')]
    """
    watched = watch(pipeline, abstract)
    places = Places(watched)
    mentions, candidates = explain_mentions(watched, places)
    facts = Facts(watched, places, strongest=strongest)
    return Explanation(
        id=abstract.id,
        key=abstract.key,
        title=abstract.title,
        text=abstract.text,
        activity=pipeline.activity,
        components=tuple(step.component for step in watched.steps),
        analysed=bool(watched.extraction.sentences),
        mentions=mentions,
        candidates=candidates,
        facts=tuple(facts.written()),
        left_out=tuple(facts.left_out()),
    )
