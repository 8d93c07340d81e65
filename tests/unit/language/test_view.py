"""What is analysed of a text, and where it stands: nothing is found at a place that the stored text does not have."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.language.view import View, make_view
from kg.mapping.consistency import find_fault
from kg.model import Abstract, Extraction
from kg.pipeline import Pipeline, load_pipeline

CNN = "convolutional neural network"
GPU = "graphics processing unit"
CAPITALS = "WE TRAIN A CONVOLUTIONAL NEURAL NETWORK ON THE GPUS OF A LARGE CLUSTER."


def view(text: str, title: str | None = None) -> View:
    abstract = Abstract(key="p", id="p", title=title, text=text)
    return make_view(abstract, longest_title=5_000, longest_text=100_000)


@cache
def pipeline() -> Pipeline:
    return load_pipeline()


def extract(text: str, title: str | None = None) -> Extraction:
    found = pipeline().extract(Abstract(key="p", id="p", title=title, text=text))
    assert find_fault(found, base=pipeline().base) is None
    assert all(found.text_of(m.span) == m.text for m in found.mentions)
    assert found.text == text
    return found


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (
            r"Schr\"odinger's na\"{\i}ve \emph{net}~\cite{a, b} gains 5\% on $R^2$.",
            "Schrödinger's naïve net gains 5% on $R^2$.",
        ),
        (
            r"{\em Deep} {GPU}s at 245\,766 Hz, {\mu}m, i^{th}, Fig.~1",
            "Deep GPUs at 245\u2009766 Hz, {\\mu}m, i^{th}, Fig. 1",
        ),
        (r"\textbf{BERT \citep[see][p.~3]{x}} ($\texttt{TOAD}$) costs \$5.", "BERT (TOAD) costs $5."),
        (r"\emph{never closed, 5~10 ~5", r"\emph{never closed, 5~10 ~5"),
        (
            "e\u0301clat of soft\u00adware\u200b, \ufb01ne 10\u2009000 MB\u00a0RAM",
            "éclat of software, fine 10\u2009000 MB RAM",
        ),
        ("\uff27\uff30\uff35 and \U0001d401\U0001d404\U0001d411\U0001d413 \u202babc\u202c", "GPU and BERT abc"),
        ("a convolu-\ntional net of state-of-the-\nart", "a convolutional net of state-of-the-art"),
        ("low-rank maps; a low-\nrank map", "low-rank maps; a low-rank map"),
        ("we use ImageNet-\n1k", "we use ImageNet-\n1k"),
        ("pre- and post-processing", "pre- and post-processing"),
        ("BACKGROUND: Toads sort. METHODS: We train.", "Toads sort. We train."),
        ("Results: A. Data-driven results: none.", "A. Data-driven results: none."),
        ("Data-Driven toads.", "Data-Driven toads."),
    ],
)
def test_what_is_seen(text: str, seen: str) -> None:
    assert view(text).text.text == seen


def test_a_plain_text_is_seen_as_it_stands() -> None:
    found = view("We use a GPU. It is 3x faster, e.g. on $O(n)$ steps (p < 0.05).", "Toads, and {0,1} ~ more")
    assert found.text.text == found.abstract.text
    assert isinstance(found.text.starts, range)


@pytest.mark.parametrize(
    ("text", "surface", "concept"),
    [
        ("We train convolu-\ntional neural networks here.", "convolu-\ntional neural networks", CNN),
        ("We train con\u00advolutional neural networks here.", "con\u00advolutional neural networks", CNN),
        ("We train \\textbf{convolutional} neural networks.", "\\textbf{convolutional} neural networks", CNN),
        ("We run it on a \\emph{GPU}.", "GPU", GPU),
        ("It runs on \uff27\uff30\uff35s now.", "\uff27\uff30\uff35s", GPU),
        ("It runs on \U0001d406\U0001d40f\U0001d414s now.", "\U0001d406\U0001d40f\U0001d414s", GPU),
        ("We train convolutional\u00a0neural\u2009networks here.", "convolutional\u00a0neural\u2009networks", CNN),
        ("METHODS: Convolutional neural networks were trained.", "Convolutional neural networks", CNN),
        (CAPITALS, "CONVOLUTIONAL NEURAL NETWORK", CNN),
        (CAPITALS, "GPUS", GPU),
    ],
)
def test_mentions_stand_in_the_stored_text(text: str, surface: str, concept: str) -> None:
    assert (surface, concept) in {(m.text, m.concept) for m in extract(text).mentions}


def test_results_are_read_through_latex() -> None:
    (result,) = extract(r"\textbf{TinyNet} reaches an \emph{accuracy} of 91.5\% on ImageNet.").results
    assert (result.value, result.unit, result.metric) == ("91.5", "%", "accuracy")
    assert result.quote in r"\textbf{TinyNet} reaches an \emph{accuracy} of 91.5\% on ImageNet."


def test_capitals_make_no_acronyms() -> None:
    found = extract(
        "WE TRAIN A LARGE NETWORK (TOADNET) WITHOUT LABELS. THE RESULTS SHOW THAT TOADNET IS FASTER THAN OTHERS."
    )
    assert not {m.text for m in found.mentions} & {"WE", "TRAIN", "LARGE", "THE", "SHOW", "THAT", "FASTER", "OTHERS"}
    assert view("USE OF GPU AND FPGA").text.text == "USE OF GPU AND FPGA"


@pytest.mark.parametrize(
    "pair",
    [
        ("image colourisation", "image colorization"),
        ("optimisation", "optimization"),
        ("behavioural cloning", "behavioral cloning"),
        ("data visualisation", "data visualization"),
        ("neighbour search", "neighbor search"),
    ],
)
def test_british_and_american_names_are_one_concept(pair: tuple[str, str]) -> None:
    from kg.language.forms import fold_form

    assert fold_form(pair[0]) == fold_form(pair[1])


def test_nothing_is_found_in_withdrawn_and_foreign_papers() -> None:
    for text in (
        "This paper has been withdrawn by the author due to an error in the GPU code.",
        "Wir trainieren ein convolutional neural network auf einer GPU und vergleichen es mit BERT auf ImageNet.",
        "Nous comparons BERT avec un réseau de neurones sur ImageNet et mesurons la précision sur un GPU.",
        "我们提出一种用于图像分类的神经网络,在GPU上的运行速度是BERT的三倍。",
    ):
        found = extract(text)
        assert (found.mentions, found.facts) == ((), ())
    assert not extract("We use a GPU.", "WITHDRAWN: BERT on ImageNet").mentions


def test_of_two_languages_the_english_part_is_read() -> None:
    english = "We train BERT on a GPU. The error of the network is small."
    german = (
        "Wir trainieren BERT auf einem FPGA und messen die Genauigkeit des Netzes. Dabei zeigt sich, dass der Fehler "
        "klein bleibt, wenn die Karte wenig Speicher hat."
    )
    for text in (f"{english}\n\n{german}", f"{german}\n\n{english}"):
        surfaces = {m.text for m in extract(text).mentions}
        assert "GPU" in surfaces
        assert "FPGA" not in surfaces


MARKS = [
    "{",
    "}",
    "\\emph{",
    "\\textbf{",
    "$",
    "~",
    "\\%",
    "\\cite{x}",
    "-\n",
    "\u00ad",
    "\u200b",
    "e\u0301",
    "\ufb01",
    "GPU",
    "BERT ",
    "ImageNet ",
    "Results: ",
    "accuracy of 91\\% ",
    ". ",
    "\n\n",
    "Wir zeigen das Netz auf der Karte. ",
    "的网络",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(MARKS) | st.text(max_size=6), max_size=25).map("".join))
def test_whatever_stands_in_a_text_offsets_hold(text: str) -> None:
    found = view(text, text).text
    assert len(found.text) == len(found.starts) == len(found.ends)
    assert list(found.starts) == sorted(found.starts)
    extract(text, text)


@pytest.mark.parametrize("times", [1, 400])
def test_two_sentences_and_two_pages(times: int) -> None:
    found = extract("We train BERT on a GPU. It is fast. " * times)
    assert sum(m.text == "GPU" for m in found.mentions) == times


@pytest.mark.parametrize(
    "mark", ["{", "\\emph{", "$", "\\'{", "\\cite[", "\\cite{", "~", "-\n", "\\(", "<p>", "a\u0301", "- a"]
)
def test_a_long_run_of_marks_takes_no_time(mark: str) -> None:
    text = mark * (20_000 // len(mark))
    assert len(view(text).text.starts) <= len(text)
