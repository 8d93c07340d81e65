"""The network: what it is given, what it gives, and files that are not what they should be."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError
from kg.language.document import data_path, make_doc
from kg.language.encoding import CLOSING, OPENING, UNKNOWN, load_tokenizer, piece_words
from kg.language.network import RangeMax, bucket, fingerprint_of, gelu, load_network, log_softmax
from kg.language.network_reading import NetworkReading
from kg.language.tokenizer import WordTokenizer
from kg.model import ENTITY_TYPES

NLP = spacy.blank("en")
NLP.tokenizer = WordTokenizer(NLP.vocab)


def reading(text: str, title: str | None = None) -> NetworkReading:
    doc = make_doc(NLP, title, text)
    if len(doc):
        doc.from_array(["SENT_START"], np.array([[1], *[[np.uint64(2**64 - 1)]] * (len(doc) - 1)], dtype=np.uint64))  # type: ignore[arg-type]
    return NetworkReading(load_network(), doc)


def test_spans_are_found_with_their_types() -> None:
    found = list(reading("We train a convolutional neural network on ImageNet with a GPU.").iter_spans(0.5))
    assert {(s.start, s.end, s.label) for s in found} >= {(3, 6, "Method"), (7, 8, "Dataset"), (10, 11, "Hardware")}
    assert all(0 < s.chance <= 1 and s.label in ENTITY_TYPES for s in found)


def test_another_text_before_changes_nothing() -> None:
    first = list(reading("We use BERT on SQuAD.").iter_spans(0.01))
    reading("A much longer text about memristor crossbars and their energy efficiency. " * 5)
    assert list(reading("We use BERT on SQuAD.").iter_spans(0.01)) == first


def test_a_long_text_is_read_in_windows_and_nothing_is_lost() -> None:
    text = "We train a neural network on a GPU for image classification. " * 120
    found = reading(text)
    assert len(found.windows) > 1
    assert (
        len(found.tokens) == len(found.vectors.first) == len([w for w in make_doc(NLP, None, text) if not w.is_space])
    )
    gpus = [s for s in found.iter_spans(0.5) if s.label == "Hardware"]
    assert len(gpus) > 100


@pytest.mark.parametrize("text", ["", " ", "\n\n", "x" * 5000, "a " * 2000, "\x00\ufffd", "数据集 GPU", "$" * 700])
def test_odd_texts_are_read(text: str) -> None:
    found = reading(text)
    words = [word.i for word in make_doc(NLP, None, text) if not word.is_space]
    assert found.tokens == words
    assert len(found.vectors.first) == len(words)
    assert {i for s in found.iter_spans(0.01) for i in (s.start, s.end - 1)} <= set(words)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=60))
def test_every_word_has_pieces(words: list[str]) -> None:
    pieces, starts, ends = piece_words(words, load_tokenizer(), 500)
    assert pieces[0] == OPENING
    assert pieces[-1] == CLOSING
    assert len(starts) == len(ends) == len(words)
    assert all(a <= b for a, b in zip(starts, ends, strict=True))
    assert [*starts, len(pieces) - 1] == [1, *(end + 1 for end in ends)]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=20))
def test_the_pieces_of_a_word_depend_on_the_word_alone(words: list[str]) -> None:
    pieces, starts, ends = piece_words(words, load_tokenizer(), 500)
    for word, start, end in zip(words, starts, ends, strict=True):
        alone = load_tokenizer().encode(word, add_special_tokens=False).ids or [UNKNOWN]
        assert pieces[start : end + 1] == alone


def test_every_word_has_its_row_of_every_head() -> None:
    found = reading("We train a network on a GPU. " * 100)
    assert len(found.windows) > 1
    assert {len(rows) for rows in found.vectors} == {len(found.tokens)}
    weights = load_network().weights
    labels, size = 1 + len(ENTITY_TYPES), weights["spans.gold.single.weight"].shape[1] // 2
    assert found.vectors.opening.shape[1] == found.vectors.closing.shape[1] == size
    assert found.vectors.form.shape[1] == labels * size


def test_a_file_that_is_not_the_one_named_is_refused(tmp_path: Path) -> None:
    folder = data_path("network/network.json").parent
    for path in folder.iterdir():
        shutil.copy(path, tmp_path / path.name)
    with (tmp_path / "network.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(KgError, match=r"network\.npz is not the file"):
        load_network(str(tmp_path / "network.json"))
    (tmp_path / "encoder.onnx").unlink()
    load_network.cache_clear()
    with pytest.raises(KgError, match=r"encoder\.onnx cannot be read"):
        load_network(str(tmp_path / "network.json"))


def test_the_fingerprint_names_the_weights(tmp_path: Path) -> None:
    manifest = json.loads(data_path("network/network.json").read_text(encoding="utf-8"))
    other = tmp_path / "network.json"
    other.write_text(json.dumps({**manifest, "version": "another"}), encoding="utf-8")
    assert fingerprint_of(str(other)) != fingerprint_of()


def test_the_shipped_files_are_small_enough() -> None:
    folder = data_path("network/network.json").parent
    assert sum(path.stat().st_size for path in folder.iterdir()) < 40_000_000


@given(st.data())
def test_range_maximum(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 40))
    rows = np.arange(size, dtype=np.float32)[:, None] * np.array([[1, -1]], np.float32)
    begin = data.draw(st.integers(0, size))
    end = data.draw(st.integers(0, size))
    found = RangeMax(rows)(np.array([begin]), np.array([end]))[0]
    assert found.tolist() == (rows[begin:end].max(axis=0).tolist() if end > begin else [0.0, 0.0])


def test_small_functions() -> None:
    assert gelu(np.array([0.0, 1.0, -1.0], np.float32)).tolist() == pytest.approx([0.0, 0.841345, -0.158655], abs=1e-6)
    assert np.exp(log_softmax(np.array([[1.0, 2.0, 3.0]], np.float32))).sum() == pytest.approx(1.0)
    assert bucket(np.array([-3, 0, 1, 5, 6, 500])).tolist() == [0, 0, 1, 5, 5, 11]
