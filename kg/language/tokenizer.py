"""Words for scientific text: a token is a run of letters and digits, or one other character.

Names in abstracts begin and end inside what a general tokenizer keeps whole (`$R^2$`, `GPU/CPU`,
`(RBM)-based`), so every hyphen, slash, bracket and LaTeX mark stands alone here.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

_TOKEN: Final = re.compile(r"([^\W_]+|[^\S ]+|\S| +)( ?)")


class WordTokenizer:
    """Splits text into words; `"".join(t.text_with_ws for t in doc)` is the text again.

    >>> [t.text for t in WordTokenizer(Vocab())("a 2.5x speed-up ($R^2$)")]
    ['a', '2', '.', '5x', 'speed', '-', 'up', '(', '$', 'R', '^', '2', '$', ')']
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        found = _TOKEN.findall(text)
        words, spaces = [word for word, _ in found], [bool(space) for _, space in found]
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc.user_data.update(words=words, spaces=spaces)
        return doc

    def to_bytes(self, **_: object) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> "WordTokenizer":
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing to write: the tokenizer has no state."""

    def from_disk(self, _path: object, **_: object) -> "WordTokenizer":
        return self


def create_tokenizer() -> Callable[[Language], WordTokenizer]:
    """The tokenizer as `pipeline.cfg` names it."""
    return lambda nlp: WordTokenizer(nlp.vocab)


registry.tokenizers.register("kg.words.v1", func=create_tokenizer)


def iter_word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every word as the tokenizer cuts them, blanks left out."""
    for match in _TOKEN.finditer(text):
        if not match[1].isspace():
            yield match.span(1)
