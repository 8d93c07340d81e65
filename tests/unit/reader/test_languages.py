"""Which language a text stands in: sure or not told at all."""

import pytest

from kg.reader.languages import find_language, is_plainly_english, list_stretches

OTHERS = {
    "de": "Wir schlagen ein neuronales Netz zur Bildklassifikation vor, das auf einer GPU schneller läuft als BERT.",
    "fr": "Nous proposons un réseau de neurones pour la classification d'images qui s'exécute sur un GPU.",
    "es": "Proponemos una red neuronal para la clasificación de imágenes que se ejecuta en una GPU.",
    "pt": "Neste artigo estudamos a precisão dos modelos Transformer no conjunto de dados ImageNet.",
    "it": "In questo articolo studiamo l'accuratezza dei modelli Transformer sul dataset ImageNet.",
    "nl": "De methode verlaagt het energieverbruik met 30 % ten opzichte van een CPU.",
    "pl": "Proponujemy sieć neuronową do klasyfikacji obrazów, która działa na GPU szybciej niż BERT.",
    "tr": "Bu makalede Transformer modellerinin ImageNet veri kümesindeki doğruluğunu inceliyoruz.",
    "ru": "Мы предлагаем нейронную сеть для классификации изображений, которая работает на GPU.",
    "zh": "我们提出一种用于图像分类的神经网络,在GPU上的运行速度是BERT的三倍。",
    "ja": "本論文では、GPU上でBERTの3倍高速に動作する画像分類用ニューラルネットワークを提案する。",
    "ko": "우리는 GPU에서 BERT보다 세 배 빠르게 실행되는 이미지 분류용 신경망을 제안한다.",
    "ar": "نقترح شبكة عصبية لتصنيف الصور تعمل على GPU أسرع بثلاث مرات من BERT.",
}
ENGLISH = "We train TinyNet on ToySet. The accuracy of this network rises by 3 % and it runs on a GPU."


@pytest.mark.parametrize("code", OTHERS)
def test_other_languages_are_named(code: str) -> None:
    assert find_language(OTHERS[code]) == code
    assert find_language(OTHERS[code].upper()) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No.",
        "GPU",
        "Not really.",
        "Graph networks",
        "Quantum seals",
        "Optimal Investment Horizons",
        "Polynomial map symplectic algorithm",
        "Dilemma - An Instant Lexicographer",
        "BERT, RoBERTa, XLNet, ELECTRA",
        "https://toads.example/data?x=1",
        "1.5 2.5 3.5",
        "We use α, β and γ as weights.",
        "The Schrödinger equation, the Ångström unit and naïve café owners à la carte.",
        "The corpus of Müller, Étienne and Muñoz holds the word Weltanschauung, and c'est la vie, too.",
        r"We study $\alpha \leq \beta$ and \emph{ab initio} methods in vivo and in vitro.",
        "THE ACCURACY OF THE NETWORK RISES.",
        ENGLISH,
    ],
)
def test_english_and_what_is_too_short_to_tell_is_not_another_language(text: str) -> None:
    assert find_language(text) is None


@pytest.mark.parametrize("code", ["de", "fr", "es", "ru", "zh"])
def test_both_halves_of_a_text_in_two_languages_are_found(code: str) -> None:
    for joint in ("\n\n", " ----- ", " "):
        text = ENGLISH + joint + OTHERS[code]
        found = list_stretches(text)
        assert [s.language for s in found] == ["en", code]
        assert found[0].end == found[1].start
        assert (found[0].start, found[1].end) == (0, len(text))
        assert find_language(text) is None


def test_a_short_quotation_parts_nothing() -> None:
    text = f"{ENGLISH} Alles ist relativ. {ENGLISH}"
    assert [s.language for s in list_stretches(text)] == ["en"]


def test_accents_in_latex_do_not_hide_a_language() -> None:
    text = r"Cet article d\'ecrit la mod\'elisation des donn\'ees et les r\'esultats obtenus sur le syst\`eme."
    assert find_language(text) == "fr"


def test_the_quick_look() -> None:
    assert is_plainly_english("The speed of the network and of the chip.")
    assert not is_plainly_english("Le réseau de neurones.")
