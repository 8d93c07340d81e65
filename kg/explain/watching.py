"""Run the pipeline on one abstract and keep what every component changed, and the reasons that it gives."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from kg.language.document import MENTIONS, Candidate
from kg.language.reasons import FactReason, LinkReason, ScopeReason, Verdict
from kg.model import Abstract, Extraction, Fact
from kg.pipeline import Pipeline

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


class Step(NamedTuple):
    """What stood on the Doc after a component had run."""

    component: str
    candidates: list[Candidate]
    facts: list[Fact]


class Watched:
    """What was seen while the pipeline read one abstract.

    Reasons stand under the names of the components that gave them; `linked` tells whether mentions stand on the Doc.
    """

    doc: "Doc"
    extraction: Extraction

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.verdicts: list[Verdict] = []
        self.links: list[LinkReason] = []
        self.scopes: list[ScopeReason] = []
        self.facts: dict[str, list[FactReason]] = {}

    def look(self, name: str, component: object, doc: "Doc") -> None:
        """Keep what stands on the Doc after a component, and ask it for its reasons."""
        self.doc = doc
        self.steps.append(Step(name, list(doc._.candidates), list(doc._.facts)))
        self.verdicts += _ask(component, "explain_choice", doc)
        self.links += _ask(component, "explain_links", doc)
        self.scopes += _ask(component, "explain_scopes", doc)
        if reasons := _ask(component, "explain_facts", doc):
            self.facts[name] = reasons

    @property
    def competed(self) -> list[Candidate]:
        """The candidates as they stood when mentions were chosen."""
        return list(self.doc._.candidates)

    @property
    def linked(self) -> bool:
        """Whether any component has chosen mentions."""
        return MENTIONS in self.doc.spans


def _ask(component: object, question: str, doc: "Doc") -> list[Any]:
    answer: Callable[[Doc], Any] | None = getattr(component, question, None)
    return list(answer(doc)) if answer is not None else []


class _Followed:
    """A `Language` as a Pipeline uses it, with a look at the Doc after each component."""

    def __init__(self, nlp: "Language", watched: Watched) -> None:
        self.nlp = nlp
        self.watched = watched
        self.pipeline = [(name, _follow(name, component, watched.look)) for name, component in nlp.pipeline]

    def make_doc(self, text: str) -> "Doc":
        """The Doc as always: that of an empty text runs through no component."""
        self.watched.doc = self.nlp.make_doc(text)
        return self.watched.doc


def _follow(
    name: str, component: Callable[["Doc"], "Doc"], look: Callable[[str, object, "Doc"], None]
) -> Callable[["Doc"], "Doc"]:
    def run(doc: "Doc") -> "Doc":
        done = component(doc)
        look(name, component, done)
        return done

    return run


def watch(pipeline: Pipeline, abstract: Abstract) -> Watched:
    """Extract from the abstract as always, watching. Raises KgError where a component fails."""
    watched = Watched()
    followed = cast("Language", _Followed(pipeline.nlp, watched))
    run = Pipeline(
        followed, config=pipeline.config, base=pipeline.base, limits=pipeline.limits, activity=pipeline.activity
    )
    watched.extraction = run.extract(abstract)
    return watched
