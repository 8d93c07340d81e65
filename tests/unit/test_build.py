"""Building: only what is new or changed, in every store, and going on after an interruption."""

from pathlib import Path

import pytest

from kg.build import build, get_paper_iris, read_extractions, read_sources
from kg.errors import InputError, KgError, RecordError, UsageError
from kg.model import Abstract, Extraction, encode
from kg.namespaces import DEFAULT_BASE
from kg.pipeline import Pipeline, load_pipeline
from kg.store import Store, open_store


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """The pipeline that ships."""
    return load_pipeline()


def abstracts(*texts: str) -> list[Abstract]:
    """Abstracts p0, p1, … with these texts."""
    return [Abstract(key=f"p{n}", id=f"p{n}", text=text) for n, text in enumerate(texts)]


def test_only_what_is_new_or_changed_is_put(pipeline: Pipeline) -> None:
    with open_store("memory:") as store:
        first = build(abstracts("We use BERT.", "We use a GPU."), [store], pipeline=pipeline)
        assert (first.read, first.put, first.unchanged) == (2, 2, 0)
        second = build(abstracts("We use BERT.", "We use a TPU.", "New."), [store], pipeline=pipeline)
        assert (second.read, second.put, second.unchanged) == (3, 2, 1)
        assert [p.text for p in store.iter_papers()] == ["We use BERT.", "We use a TPU.", "New."]


def test_a_build_goes_on_in_the_store_that_lacks_papers(pipeline: Pipeline) -> None:
    both = abstracts("We use BERT.", "We use a GPU.")
    with open_store("memory:") as full, open_store("memory:") as cut_off:
        build(both[:1], [cut_off], pipeline=pipeline)
        report = build(both, [full, cut_off], pipeline=pipeline)
        assert (report.put, report.unchanged) == (2, 0)
        assert list(full.iter_papers()) == list(cut_off.iter_papers())


def test_a_failing_abstract_is_told_and_left_out(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = Pipeline.extract

    def extract(self: Pipeline, abstract: Abstract) -> Extraction:
        if abstract.id == "p0":
            raise KgError("it broke")
        return sound(self, abstract)

    monkeypatch.setattr(Pipeline, "extract", extract)
    told: list[str] = []
    with open_store("memory:") as store:
        report = build(
            abstracts("Bad.", "Good."), [store], pipeline=pipeline, on_failure=lambda a, e: told.append(f"{a.id} {e}")
        )
        assert (report.put, report.failed, told) == (1, 1, ["p0 it broke"])


def test_what_cannot_be_read_is_known_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(InputError, match=r"empty\.txt"):
        read_sources([str(tmp_path / "empty.txt")])


def test_an_extraction_file_is_read_back(tmp_path: Path, pipeline: Pipeline) -> None:
    papers = [pipeline.extract(a) for a in abstracts("We use BERT on a GPU.", "We use a TPU.")]
    path = tmp_path / "found.jsonl"
    path.write_bytes(b"".join(encode(p) + b"\n" for p in papers))
    assert list(read_extractions(path, base=DEFAULT_BASE)) == papers
    path.write_bytes(path.read_bytes() + b"\n{}\n")
    with pytest.raises(RecordError, match=r"found\.jsonl:4"):
        list(read_extractions(path, base=DEFAULT_BASE))


@pytest.mark.parametrize("name", ["P7", "arxiv:1706.03762", "1706.03762", "10.1/ABC", "doi:10.1/abc"])
def test_papers_are_found_by_what_people_call_them(name: str, pipeline: Pipeline) -> None:
    keys = ["P7", "arxiv:1706.03762", "doi:10.1/abc"]
    with open_store("memory:") as store:
        build([Abstract(key=k, id=k, text=f"About {k}.") for k in keys], [store], pipeline=pipeline)
        assert len(get_paper_iris(store, [name])) == 1
        _refuses(store, name + "x")


def _refuses(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="no paper"):
        get_paper_iris(store, [name])
