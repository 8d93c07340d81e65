"""A few papers made by hand, with all kinds of facts and with texts that break formats."""

from collections.abc import Sequence

from kg.model import (
    Abstract,
    Activity,
    Concept,
    EntityType,
    Extraction,
    Fact,
    Mention,
    Polarity,
    Result,
    Span,
    assemble,
)
from kg.namespaces import DEFAULT_BASE, concept_iri, fingerprint, paper_iri

ACTIVITY = Activity(version="0.1.0", configuration="0a1b", vocabulary="ffee")
HOSTILE = "</script><script>alert(1)</script><!-- <b>bold</b> & \u2028 'quoted' \"twice\""
RTL = "شبكة GPU عصبية (v2)"


class PaperMaker:
    """Collects the parts of one paper; each sentence names its concepts word for word."""

    def __init__(self, key: str, title: str | None = None, *, base: str = DEFAULT_BASE, **meta: object) -> None:
        self.key, self.title, self.base, self.meta = key, title, base, meta
        self.text = ""
        self.sentences: list[Span] = []
        self.mentions: dict[str, Mention] = {}
        self.facts: list[Fact] = []

    def say(self, sentence: str, **concepts: EntityType) -> "PaperMaker":
        """Add a sentence; `concepts` maps names (underscores for blanks) that it contains to their types."""
        return self.say_named(sentence, {name.replace("_", " "): kind for name, kind in concepts.items()})

    def say_named(self, sentence: str, concepts: dict[str, EntityType]) -> "PaperMaker":
        """The same with any names."""
        start = len(self.text) + bool(self.text)
        self.text += (" " if self.text else "") + sentence
        self.sentences.append(Span(start=start, end=len(self.text)))
        for name, kind in concepts.items():
            at = self.text.index(name, start)
            iri = concept_iri(name, self.base + "concept/")
            mention = Mention(start=at, end=at + len(name), text=name, type=kind, concept=name, iri=iri, score=0.9)
            self.mentions.setdefault(name, mention)
        return self

    def relate(
        self, subject: str, predicate: str, target: str, *, score: float = 0.8, polarity: Polarity = "asserted"
    ) -> "PaperMaker":
        """Add a relation between two concepts that were said."""
        return self._fact("relation", predicate, target, subject, (subject, target), score, polarity)

    def play(self, role: str, target: str) -> "PaperMaker":
        """Add a role of a concept in the paper."""
        return self._fact("role", role, target, None, (target,), 1.0, "asserted")

    def measure(self, **parts: str) -> "PaperMaker":
        """Add a result; its quote must be in the text."""
        result = Result(**parts)  # type: ignore[arg-type]
        at = self.text.index(result.quote)
        span = Span(start=at, end=at + len(result.quote))
        return self._add(Fact(id="", kind="result", predicate="result", object=result, evidence=(span,), score=0.7))

    def _fact(
        self,
        kind: str,
        predicate: str,
        target: str,
        subject: str | None,
        named: Sequence[str],
        score: float,
        polarity: Polarity,
    ) -> "PaperMaker":
        evidence = tuple(self.mentions[name].span for name in named)
        parts = {"kind": kind, "predicate": predicate, "object": target, "subject": subject}
        return self._add(Fact(id="", score=score, polarity=polarity, evidence=evidence, **parts))  # type: ignore[arg-type]

    def _add(self, fact: Fact) -> "PaperMaker":
        number = fingerprint(self.key, repr(fact))
        self.facts.append(
            Fact(
                id=number,
                kind=fact.kind,
                predicate=fact.predicate,
                object=fact.object,
                subject=fact.subject,
                polarity=fact.polarity,
                score=fact.score,
                component="tests",
                evidence=fact.evidence,
            )
        )
        return self

    def make(self) -> Extraction:
        """The paper."""
        concepts = [Concept(name=name, iri=m.iri, types=(m.type,)) for name, m in self.mentions.items()]
        return assemble(
            Abstract(key=self.key, id=self.key, text=self.text, title=self.title, meta=self.meta),
            iri=paper_iri(self.key, self.base),
            activity=ACTIVITY,
            sentences=self.sentences,
            concepts=concepts,
            mentions=self.mentions.values(),
            facts=self.facts,
        )


def sample_papers(base: str = DEFAULT_BASE) -> list[Extraction]:
    """Four papers by ascending IRI: two usual ones that share concepts, a hostile one, one without anything."""
    frog = PaperMaker("arxiv:2401.00001", "Frogs that jump", base=base, authors=["Ann Author", "Bo"], date="2024-02")
    frog.say("FrogNet runs on a GPU.", FrogNet="Method", GPU="Hardware")
    frog.say("It is used for pond mapping and beats ToadNet.", pond_mapping="Task", ToadNet="Method")
    frog.say(
        "On PondSet its accuracy is 88.10 %, and it does not run on an FPGA.", PondSet="Dataset", accuracy="Metric"
    )
    frog.say("An FPGA was not tried.", FPGA="Hardware")
    frog.relate("FrogNet", "runsOn", "GPU").relate("FrogNet", "usedFor", "pond mapping", score=0.6)
    frog.relate("FrogNet", "comparedWith", "ToadNet", score=0.4).relate("FrogNet", "runsOn", "FPGA", polarity="negated")
    frog.play("proposes", "FrogNet").play("runsOn", "GPU").play("compares", "ToadNet")
    frog.measure(
        value="88.10", unit="%", metric="accuracy", method="FrogNet", dataset="PondSet", quote="accuracy is 88.10 %"
    )
    toad = PaperMaker("doi:10.99999/toy.2", "=1+1 is a title, @too", base=base, doi="10.99999/toy.2", venue="-Toy")
    toad.say("ToadNet runs on a GPU and is part of FrogNet.", ToadNet="Method", GPU="Hardware", FrogNet="Method")
    toad.say("Memory changed by -0.42 dB.")
    toad.relate("ToadNet", "runsOn", "GPU").relate("ToadNet", "partOf", "FrogNet").relate("FrogNet", "runsOn", "GPU")
    toad.measure(value="-0.42", unit="dB", quote="changed by -0.42 dB")
    odd = PaperMaker("odd/1", f"{HOSTILE}\r\n\t| in two lines \x01 \U0001d538", base=base)
    odd.say_named(f"{RTL} 𝔸 serves {HOSTILE} \x0b \\u0027 \\ end.", {RTL: "Method", HOSTILE: "Task"})
    odd.relate(RTL, "usedFor", HOSTILE).relate(RTL, "isA", HOSTILE).relate(HOSTILE, "partOf", RTL)
    empty = PaperMaker("void", base=base)
    return sorted((frog.make(), toad.make(), odd.make(), empty.make()), key=lambda paper: paper.iri)
