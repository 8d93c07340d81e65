"""Write the network as the pipeline reads it: an ONNX graph in whole numbers, and the small heads as arrays.

The graph takes the pieces of one text and gives their vectors, and those of its heads that every piece needs.
Products with weights run in 8 bits (weights of 7 bits by column, so that no processor saturates; inputs by text).
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kg.language.network import HEADS
from kg.training.neural.encoder import ATTENTION_HEADS, HIDDEN

_EPSILON: Final = 1e-12
_IN_GRAPH: Final = ("spans.gold.first", "spans.gold.last", "facts.between")
_LEFT_OUT: Final = (
    "encoder.",
    *(f"{path}." for path in _IN_GRAPH),
    "spans.gold.form",
    "spans.scirex.",
    "spans.tdmsci.",
)
"""Weights that stand in the graph, and heads that only training uses."""
Array = NDArray[Any]


class _Graph:
    """Collects the nodes and initialisers of an ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, values: Array) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, name: str, domain: str = "", outputs: int = 1, **attributes: Any) -> str:
        names = [name] if outputs == 1 else [f"{name}.{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=name, domain=domain, **attributes))
        return names[0] if outputs == 1 else name

    def linear(self, x: str, weight: Array, bias: Array, name: str) -> str:
        product = self.add("MatMul", x, self.weight(f"{name}.weight", weight.T), name=f"{name}.product")
        return self.add("Add", product, self.weight(f"{name}.bias", bias), name=name)

    def norm(self, x: str, state: Mapping[str, Array], path: str) -> str:
        scale = self.weight(f"{path}.scale", state[f"{path}.weight"])
        shift = self.weight(f"{path}.shift", state[f"{path}.bias"])
        return self.add("LayerNormalization", x, scale, shift, name=path, epsilon=_EPSILON, axis=-1)


def build_graph(state: Mapping[str, Array]) -> Any:
    """The encoder as an ONNX model: `pieces` (1, n), `extra` (1, n, hidden) to `states` (1, n, hidden) and HEADS."""
    g = _Graph()
    table = g.weight("pieces.table", state["encoder.pieces.weight"])
    places = g.weight("places.table", state["encoder.places.weight"] + state["encoder.segment"])
    words = g.add("Gather", table, "pieces", name="words")
    size = g.add("Shape", "pieces", name="size", start=1, end=2)
    zero = g.weight("zero", np.array([0], np.int64))
    here = g.add("Slice", places, zero, size, zero, name="here")
    x = g.add("Add", g.add("Add", words, here, name="placed"), "extra", name="summed")
    x = g.norm(x, state, "encoder.norm")
    layers = sum(k.endswith("query.weight") for k in state)
    for n in range(layers):
        p = f"encoder.layers.{n}"
        joined = [
            np.concatenate([state[f"{p}.{k}.{part}"] for k in ("query", "key", "value")]) for part in ("weight", "bias")
        ]
        all_three = g.linear(x, joined[0], joined[1], f"{p}.all")
        g.add("Split", all_three, name=f"{p}.split", outputs=3, num_outputs=3, axis=-1)
        found = g.add(
            "MultiHeadAttention", *(f"{p}.split.{i}" for i in range(3)), name=f"{p}.attention",
            domain="com.microsoft", num_heads=ATTENTION_HEADS,
        )  # fmt: skip
        found = g.linear(found, state[f"{p}.attended.weight"], state[f"{p}.attended.bias"], f"{p}.attended")
        x = g.norm(g.add("Add", x, found, name=f"{p}.sum"), state, f"{p}.attended_norm")
        inner = g.linear(x, state[f"{p}.inner.weight"], state[f"{p}.inner.bias"], f"{p}.inner")
        inner = g.add("Gelu", inner, name=f"{p}.gelu")
        outer = g.linear(inner, state[f"{p}.outer.weight"], state[f"{p}.outer.bias"], f"{p}.outer")
        x = g.norm(g.add("Add", x, outer, name=f"{p}.total"), state, f"{p}.outer_norm")
    g.add("Identity", x, name="states")
    sizes = [HIDDEN, *_add_heads(g, x, state)]
    graph = helper.make_graph(
        g.nodes, "encoder",
        [helper.make_tensor_value_info("pieces", TensorProto.INT64, [1, "n"]),
         helper.make_tensor_value_info("extra", TensorProto.FLOAT, [1, "n", HIDDEN])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "n", size])
         for name, size in zip(("states", *HEADS), sizes, strict=True)],
        g.weights,
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="kg.training")


def _add_heads(g: _Graph, x: str, state: Mapping[str, Array]) -> list[int]:
    """What every piece is as first word of a span, as last one, between two mentions, and before the biaffine form;
    the widths of all four."""
    parts = [np.concatenate([state[f"{path}.{part}"] for path in _IN_GRAPH]) for part in ("weight", "bias")]
    widths = [len(state[f"{path}.bias"]) for path in _IN_GRAPH]
    inner = g.add("Gelu", g.linear(x, parts[0], parts[1], "heads.inner"), name="heads.gelu")
    split = g.weight("heads.widths", np.array(widths, np.int64))
    g.nodes.append(helper.make_node("Split", [inner, split], list(HEADS[:3]), name="heads.split", axis=-1))
    form = state["spans.gold.form"].reshape(widths[0], -1)
    g.add("MatMul", HEADS[0], g.weight("heads.form", form), name=HEADS[3])
    return [*widths, form.shape[1]]


def quantise(source: Path, target: Path) -> None:
    """Weights of products and the table of pieces in 8 bits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source, target, op_types_to_quantize=["MatMul", "Gather"], per_channel=True, reduce_range=True,
        weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )  # fmt: skip


def write_network(state: Mapping[str, Array], folder: Path, *, version: str) -> None:
    """Write `encoder.onnx`, `network.npz` (heads, half precision) and the manifest `network.json`."""
    whole = folder / "encoder.whole.onnx"
    onnx.save(build_graph(state), str(whole))
    try:
        quantise(whole, folder / "encoder.onnx")
    finally:
        whole.unlink()
    heads = {k: v.astype(np.float16) for k, v in sorted(state.items()) if not k.startswith(_LEFT_OUT)}
    np.savez_compressed(folder / "network.npz", **heads)  # type: ignore[arg-type]
    files = ("encoder.onnx", "network.npz")
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    manifest = {"version": version, "files": digests}
    (folder / "network.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
