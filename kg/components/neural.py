"""Spans that a trained network takes for names: one encoder pass over title and text, a span head on top.

It reads what gazetteer and patterns found as hints and writes nothing that they wrote: its spans wait on the Doc
for the component `ensemble`, its vectors for the components that find facts.
"""

from spacy.language import Language
from spacy.tokens import Doc

from kg.language.network import Network, fingerprint_of, load_network
from kg.language.network_reading import READING, SPANS, NetworkReading


class Neural:
    """Reads a Doc by the network; spans less likely than `faint` are dropped."""

    def __init__(self, manifest: str, faint: float) -> None:
        self.manifest = manifest
        self.faint = faint

    @property
    def network(self) -> Network:
        """Loaded when it is first used."""
        return load_network(self.manifest)

    @property
    def model(self) -> str:
        """The fingerprint of the weights."""
        return fingerprint_of(self.manifest)

    def __call__(self, doc: Doc) -> Doc:
        reading = NetworkReading(self.network, doc)
        doc.user_data[READING] = reading
        doc.user_data[SPANS] = list(reading.iter_spans(self.faint))
        return doc


@Language.factory(
    "neural",
    requires=["token.is_sent_start", "doc._.candidates"],
    assigns=[],
    default_config={"manifest": "network/network.json", "faint": 0.01},
)
def create_neural(nlp: Language, name: str, manifest: str, faint: float) -> Neural:  # noqa: ARG001
    """The network that a manifest in the data folder names."""
    return Neural(manifest, faint)
