"""Why each mention is one, and why it has its concept."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.explain import values
from kg.explain.candidates import Candidates
from kg.explain.places import Places
from kg.explain.watching import Watched
from kg.language.document import get_mentions
from kg.language.reasons import LinkReason
from kg.model import Mention, Span

if TYPE_CHECKING:
    from spacy.tokens import Span as DocSpan


def explain_mentions(
    watched: Watched, places: Places
) -> tuple[tuple[values.Mention, ...], tuple[values.Candidate, ...]]:
    """The mentions with all that competed for their places, and the candidates that competed with none."""
    candidates = Candidates(watched, places)
    spans = get_mentions(watched.doc)
    mentions = tuple(_iter_mentions(watched, places, spans, candidates))
    return mentions, tuple(candidates.alone((span.start, span.end) for span in spans))


def _iter_mentions(
    watched: Watched, places: Places, spans: "list[DocSpan]", candidates: Candidates
) -> Iterator[values.Mention]:
    written = {mention.span: mention for mention in watched.extraction.mentions}
    links = {(link.start, link.end): link for link in watched.links}
    alternatives = watched.doc._.new_concepts
    for number, span in enumerate(spans, 1):
        mention = written[places.of_words(span.start, span.end)]
        link = links.get((span.start_char, span.end_char))
        rivals = candidates.overlapping(span.start, span.end)
        yield values.Mention(
            number=number,
            start=mention.start,
            end=mention.end,
            field=mention.field,
            text=mention.text,
            type=mention.type,
            concept=mention.concept,
            iri=mention.iri,
            known=span._.known,
            score=mention.score,
            component=mention.component,
            polarity=span._.polarity,
            candidates=tuple(_own_first(rivals, mention)),
            link=_show_link(link, alternatives.get(mention.concept, ())) if link is not None else None,
            scopes=places.show_scopes(places.scopes_of_mention(mention.span)),
        )


def _own_first(rivals: list[values.Candidate], mention: Mention) -> list[values.Candidate]:
    """The candidates with that of the mention itself first: a long one may lie over several mentions."""

    def order(c: values.Candidate) -> tuple[bool, bool]:
        own = c.span == Span(start=mention.start, end=mention.end, field=mention.field)
        return (not (own and c.fate == "chosen"), c.fate != "chosen")

    return sorted(rivals, key=order)


def _show_link(link: LinkReason, alternatives: tuple[str, ...]) -> values.Link:
    return values.Link(
        looked_up=link.looked_up,
        long_form=link.long_form,
        stripped_head=link.stripped,
        vocabulary_form=link.form,
        sure=link.sure,
        backing=link.backing,
        refused=link.refused,
        alternatives=alternatives,
    )
