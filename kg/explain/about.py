"""Only what an explanation tells about one concept."""

import msgspec

from kg.errors import UnknownConceptError
from kg.explain.values import Candidate, Explanation, Mention
from kg.language.forms import fold_form
from kg.schema import load_vocabulary


def tell_about(explanation: Explanation, name: str) -> Explanation:
    """The mentions, candidates and facts of the concepts that bear `name` here or in the vocabulary.

    Mentions of other concepts stay where a candidate of that name lost to them. Raises UnknownConceptError where
    nothing is left.
    """
    form = fold_form(name)
    labels = {term.label for term in load_vocabulary().find(name)}

    def is_named(candidate: Candidate) -> bool:
        return fold_form(candidate.text) == form

    def bears(mention: Mention) -> bool:
        forms = (mention.concept, mention.text, *(mention.link.alternatives if mention.link else ()))
        return mention.concept in labels or form in map(fold_form, forms)

    stated = {concept for fact in explanation.facts for concept in fact.concepts()}
    names = labels | {mention.concept for mention in explanation.mentions if bears(mention)}
    names |= {concept for concept in stated if fold_form(concept) == form}
    found = msgspec.structs.replace(
        explanation,
        mentions=tuple(m for m in explanation.mentions if m.concept in names or any(map(is_named, m.candidates))),
        candidates=tuple(c for c in explanation.candidates if is_named(c)),
        facts=tuple(fact for fact in explanation.facts if fact.concepts() & names),
        left_out=tuple(fact for fact in explanation.left_out if fact.concepts() & names),
    )
    if not (found.mentions or found.candidates or found.facts):
        raise _unknown(explanation, name, stated)
    return found


def _unknown(explanation: Explanation, name: str, stated: set[str]) -> UnknownConceptError:
    if name.casefold() in f"{explanation.title or ''}\n{explanation.text}".casefold():
        return UnknownConceptError(f"{name!r} stands in the paper, but no component took it for a name")
    known = sorted({m.concept for m in explanation.mentions} | stated)
    mend = f"it has: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}" if known else "nothing was found in it"
    return UnknownConceptError(f"the paper names no concept {name!r}", mend=mend)
