"""How plain text is divided into abstracts."""

from pathlib import Path

import pytest

from kg.reader import find_reader, read_abstracts

SENTENCE = "We train a network of toys on a small accelerator and report what it costs us to do so."
WRAPPED = "We train a network of toys\non a small accelerator and\nreport what it costs us.\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("One line only", "lines"),
        ("We use BERT.\nWe use a GPU.\n", "lines"),
        ("BERT runs on a GPU\nCNNs run on a TPU\n", "lines"),
        ("\n\n".join([SENTENCE] * 30), "lines"),
        (f"{SENTENCE} k is free\nk-means was used.\n" + f"{SENTENCE}\n" * 8, "lines"),
        (WRAPPED, "text"),
        (f"{WRAPPED}\n{WRAPPED}", "text"),
        (f"{WRAPPED}\n" * 100, "paragraphs"),
        (WRAPPED * 100, "text"),
        (f"Small networks for toys\n\n{SENTENCE}\n", "text"),
        (f"Small networks for toys\n\n{WRAPPED}", "text"),
        (f"{SENTENCE}\n\n{SENTENCE}\n", "lines"),
    ],
)
def test_layout(text: str, name: str) -> None:
    reader = find_reader("papers.txt", text)
    assert reader is not None
    assert reader.name == name


def read(path: Path, name: str | None = None) -> list[tuple[str | None, str]]:
    return [(a.title, a.text) for a in read_abstracts([str(path)], format=name, on_problem=print)]


def test_latex_and_unicode_stay_and_markup_becomes_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("  " + r"We <b>use</b> $\alpha < \beta$ &amp;amp; e.g. \emph{GPUs} — ﬁne naïve \% 中文." + "\r\n")
    assert read(path) == [(None, r"We use $\alpha < \beta$ & e.g. \emph{GPUs} — ﬁne naïve \% 中文.")]


def test_what_only_looks_like_markup_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = "If a<b and c>d, <unk> and the mean <p> stay, as do AT&T and p<0.05."
    path.write_text(text)
    assert read(path) == [(None, text)]


def test_the_named_format_decides(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"Toys\n\n{WRAPPED}")
    assert read(path) == [("Toys", WRAPPED.strip())]
    assert len(read(path, "lines")) == 4
    assert len(read(path, "paragraphs")) == 2


def test_line_ends_of_old_machines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"We use BERT.\rWe use a GPU.\r")
    assert [text for _, text in read(path)] == ["We use BERT.", "We use a GPU."]


def test_control_characters_are_removed_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"We use\0 a \x1b[31mGPU\x0cand more.\n")
    reasons: list[str] = []
    (abstract,) = read_abstracts([str(path)], on_problem=lambda problem: reasons.append(str(problem)))
    assert abstract.text == "We use a [31mGPU and more."
    assert len(reasons) == 1
    assert "U+0000, U+000C, U+001B" in reasons[0]
