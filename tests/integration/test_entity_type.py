"""A new entity type is one folder: it is found, stored, counted, checked and drawn, with no edit elsewhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest
from pyoxigraph import RdfFormat, parse

from kg import resources, schema, validate
from kg.errors import InputError
from kg.mapping.consistency import find_fault
from kg.mapping.property_graph import to_rows
from kg.mapping.rdf import from_quads, iter_store_quads, to_quads
from kg.model import Abstract, Extraction
from kg.namespaces import DEFAULT_BASE, ONTOLOGY
from kg.pipeline import load_pipeline
from kg.resources import data_folder
from kg.store import open_store
from kg.viz import write_view
from tests.samples import sample_papers

TYPE: Final = """@prefix kg: <https://abstract-kg.example/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

kg:Material a owl:Class ;
    rdfs:subClassOf kg:Concept ;
    rdfs:label "material"@en ;
    skos:definition "A substance that something is made of."@en ;
    kg:colour "#12AB34" ;
    kg:shape "hexagon" .

kg:MaterialMention a owl:Class ;
    rdfs:subClassOf kg:Mention ;
    rdfs:label "material mention"@en ;
    skos:definition "A mention of a material."@en .

kg:MaterialMentionShape a sh:NodeShape ;
    sh:targetClass kg:MaterialMention ;
    sh:property [ sh:path kg:refersTo ; sh:class kg:Material ] .
"""
TERMS: Final = "label\taliases\tbroader\tclass\nlead halide perovskite\tperovskite\t\t\n"
ABSTRACT: Final = Abstract(
    key="p",
    id="p",
    title="Perovskite devices",
    text="We train BERT on an NVIDIA V100 GPU to design perovskite devices. It does not need the perovskite itself.",
)
CACHED: Final = (data_folder, schema.entity_types, schema.load_vocabulary, validate._load_shapes)


def forget() -> None:
    for cached in CACHED:
        cached.cache_clear()


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folders, with types/material in the ontology beside the others."""
    place = tmp_path_factory.mktemp("kg")
    for name in ("queries", "examples"):
        (place / name).symlink_to(data_folder(name))
    folder = Path(shutil.copytree(data_folder("ontology"), place / "ontology")) / "types" / "material"
    folder.mkdir()
    (folder / "type.ttl").write_text(TYPE, encoding="utf-8")
    (folder / "terms.tsv").write_text(TERMS, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def paper(ontology: Path) -> Extraction:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(resources, "_PACKAGE", ontology)
        forget()
        found = load_pipeline().extract(ABSTRACT)
    forget()
    return found


@pytest.fixture
def _with_material(ontology: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(resources, "_PACKAGE", ontology)
    forget()
    yield
    forget()


@pytest.mark.usefixtures("_with_material")
def test_an_entity_type_is_one_folder(paper: Extraction, tmp_path: Path) -> None:
    name = "lead halide perovskite"
    assert {(m.text, m.concept) for m in paper.mentions if m.type == "Material"} == {
        ("Perovskite", name),
        ("perovskite", name),
    }
    assert {m.type for m in paper.mentions} > {"Material", "Method"}
    assert paper.roles[name] == ("mentions",)
    stated = [fact for fact in paper.facts if name in (fact.subject, fact.object)]
    assert [(fact.predicate, fact.polarity) for fact in stated] == [("mentions", "asserted")]
    assert from_quads(to_quads(paper, base=DEFAULT_BASE), base=DEFAULT_BASE) == paper
    assert to_rows(paper, base=DEFAULT_BASE).concepts
    assert find_fault(paper, base=DEFAULT_BASE) is None
    with open_store("memory:") as store:
        store.put([paper])
        assert store.counts().concepts["Material"] == 1
        assert store.find_concepts("perovskite")[0].types == ("Material",)
        assert f"<{ONTOLOGY}MaterialMention>" in "".join(map(str, iter_store_quads(store, base=store.base)))
        report = validate.validate(store)
        assert report.conforms, report.violations
        write_view(store, tmp_path / "view.html", papers=True, types=["material"])
    assert "#12AB34" in (tmp_path / "view.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("_with_material")
def test_a_mention_that_refers_to_another_type_is_reported(paper: Extraction) -> None:
    others = tuple(msgspec.structs.replace(c, types=("Method",)) for c in paper.concepts)
    found = validate.check_quads(to_quads(msgspec.structs.replace(paper, concepts=others), base=DEFAULT_BASE))
    assert f"{ONTOLOGY}refersTo" in {finding.path for finding in found if finding.severity == "violation"}


def test_a_type_without_a_folder_is_refused(paper: Extraction) -> None:
    assert find_fault(paper, base=DEFAULT_BASE) == (
        "its type 'Material' is none of Method, Task, Dataset, Hardware, Metric"
    )
    with pytest.raises(InputError, match="unknown type 'Material'"):
        to_rows(paper, base=DEFAULT_BASE)
    with open_store("memory:") as store, pytest.raises(InputError, match="unknown type 'Material'"):
        store.put([paper])


def test_a_mention_of_a_type_without_a_folder_is_reported() -> None:
    (shipped, *_) = sample_papers()
    quads = to_quads(shipped, base=DEFAULT_BASE)
    lines = "".join(f"{quad} .\n" for quad in quads).replace("#MethodMention>", "#MaterialMention>")
    found = validate.check_quads(parse(lines, format=RdfFormat.N_QUADS))
    assert "A mention is of no declared type." in {f.message for f in found if f.severity == "violation"}
