"""A BERT encoder in torch, and the weights that it begins with.

The architecture is that of Devlin et al. (2019), BERT: Pre-training of Deep Bidirectional Transformers, without
pooling layer, segments or dropout of attention (dear on a processor). Weights: e5-small-v2 (Wang et al. 2022, Text
Embeddings by Weakly-Supervised Contrastive Pre-training), as a Maven artifact carries it in ONNX.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN: Final = 384
INNER: Final = 1536
ATTENTION_HEADS: Final = 12
PIECES: Final = 30522
PLACES: Final = 512
_EPSILON: Final = 1e-12


class Layer(nn.Module):
    """One block: self-attention and feed-forward, each with residual and layer normalisation after it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.attended = nn.Linear(HIDDEN, HIDDEN)
        self.attended_norm = nn.LayerNorm(HIDDEN, eps=_EPSILON)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.outer_norm = nn.LayerNorm(HIDDEN, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, bias: Tensor | None) -> Tensor:
        """`states` (texts, pieces, hidden); `bias` (texts, 1, 1, pieces) is 0 where a piece is, -1e9 elsewhere."""
        texts, pieces, _ = states.shape

        def split(x: Tensor) -> Tensor:
            return (
                x.view(texts, pieces, ATTENTION_HEADS, -1).transpose(1, 2).reshape(texts * ATTENTION_HEADS, pieces, -1)
            )

        query, key, value = split(self.query(states)), split(self.key(states)), split(self.value(states))
        scores = torch.bmm(query * query.shape[-1] ** -0.5, key.transpose(1, 2))
        if bias is not None:
            scores = scores + bias.to(scores.dtype).expand(texts, ATTENTION_HEADS, 1, pieces).reshape(-1, 1, pieces)
        found = torch.bmm(torch.softmax(scores, dim=-1, dtype=scores.dtype), value)
        merged = found.view(texts, ATTENTION_HEADS, pieces, -1).transpose(1, 2).reshape(texts, pieces, HIDDEN)
        states = self.attended_norm(states + self.dropout(self.attended(merged)))
        return self.outer_norm(states + self.dropout(self.outer(functional.gelu(self.inner(states)))))


class Encoder(nn.Module):
    """Word pieces to contextual vectors."""

    def __init__(self, layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.pieces = nn.Embedding(PIECES, HIDDEN)
        self.places = nn.Embedding(PLACES, HIDDEN)
        self.segment = nn.Parameter(torch.zeros(HIDDEN))
        self.norm = nn.LayerNorm(HIDDEN, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))


_NAMES: Final = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "attended",
    "attention.output.LayerNorm": "attended_norm",
    "intermediate.dense": "inner",
    "output.dense": "outer",
    "output.LayerNorm": "outer_norm",
}


def load_encoder(path: Path, layers: list[int], dropout: float = 0.1) -> Encoder:
    """The encoder of an ONNX file with the given of its layers, counted from 0.

    Raises KeyError where the file lacks a weight.
    """
    arrays = _read_onnx(path)
    encoder = Encoder(len(layers), dropout)
    state: dict[str, Any] = {
        "pieces.weight": arrays["embeddings.word_embeddings.weight"],
        "places.weight": arrays["embeddings.position_embeddings.weight"],
        "segment": arrays["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": arrays["embeddings.LayerNorm.weight"],
        "norm.bias": arrays["embeddings.LayerNorm.bias"],
    }
    for new, old in enumerate(layers):
        for theirs, ours in _NAMES.items():
            for part in ("weight", "bias"):
                state[f"layers.{new}.{ours}.{part}"] = arrays[f"encoder.layer.{old}.{theirs}.{part}"]
    encoder.load_state_dict({k: torch.from_numpy(np.array(v, dtype=np.float32)) for k, v in state.items()})
    return encoder


def _read_onnx(path: Path) -> dict[str, Any]:
    """Initialisers by their name; the weights of products by the name of the product, transposed."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    found = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in found:
            name = node.name.strip("/").replace("/", ".").removesuffix(".MatMul")
            found[f"{name}.weight"] = found[node.input[1]].T
    return found
