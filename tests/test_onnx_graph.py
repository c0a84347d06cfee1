"""A model written by hand runs, and computes what its nodes say."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from voicesim.backends.onnx_graph import Graph


def run(model: bytes, x: NDArray[np.float32]) -> NDArray[np.float32]:
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]


def test_nodes_take_inputs_constants_and_whole_negative_and_broken_attributes() -> None:
    graph = Graph()
    doubled = graph.add("Mul", "x", graph.constant(np.array([2.0], np.float32)))
    left, right = graph.add_several("Split", 2, doubled, graph.constant(np.array([1, 2])), axis=-1)
    both = graph.add("Concat", right, left, axis=-1)
    model = graph.model(["x"], graph.add("LeakyRelu", both, alpha=0.25))
    assert run(model, np.array([[1, 2, -4]], np.float32)).tolist() == [[4.0, -2.0, 2.0]]


def test_a_large_constant_arrives_whole() -> None:
    graph = Graph()
    numbers = np.arange(100_000, dtype=np.float32).reshape(400, 250)
    model = graph.model(["x"], graph.add("Add", "x", graph.constant(numbers)))
    assert np.array_equal(run(model, np.zeros((1, 1), np.float32)), numbers)


def test_an_array_of_another_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        Graph().constant(np.zeros(2))
