"""An ONNX model written node by node, for a network whose weights come in another format.

    graph = Graph()
    doubled = graph.add("Mul", "x", graph.constant(np.float32([2])))
    model = graph.model(["x"], doubled)  # bytes that onnxruntime loads

Field numbers are those of onnx.proto3, the wire format that of Protocol Buffers.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import Any

import numpy as np
from numpy.typing import NDArray

OPERATORS = 20
"""The version of ONNX's operators that nodes are of (onnxruntime 1.17 and later)."""
RUNTIMES_OWN = "com.microsoft"
"""The domain of the operators that onnxruntime adds to ONNX's."""
_FORMAT = 9
"""The file format's version that came with these operators."""
_MODEL_FORMAT, _MODEL_GRAPH, _MODEL_OPERATORS = 1, 7, 8
_DOMAIN, _VERSION = 1, 2
_GRAPH_NODE, _GRAPH_NAME, _GRAPH_CONSTANT, _GRAPH_INPUT, _GRAPH_OUTPUT = 1, 2, 5, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_KIND, _NODE_ATTRIBUTE, _NODE_DOMAIN = 1, 2, 4, 5, 7
_ATTRIBUTE_NAME, _ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_KIND = 1, 2, 3, 20
_IS_FLOAT, _IS_INT = 1, 2
_ARRAY_SIZE, _ARRAY_KIND, _ARRAY_NAME, _ARRAY_BYTES = 1, 2, 8, 9
_ELEMENT_KINDS = {"float32": 1, "int8": 3, "int64": 7}
_VALUE_NAME, _VALUE_TYPE, _TENSOR_TYPE, _TENSOR_ELEMENT = 1, 2, 1, 1
_NUMBER, _BYTES, _FOUR_BYTES = 0, 2, 5


class Graph:
    """Nodes in order of computation and the constants they take, each known by the name of what it makes."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._named = 0

    def constant(self, values: NDArray[Any]) -> str:
        """An array (float32, int8 or int64) that nodes take; returns its name."""
        name = self._new_name()
        parts = [_number(_ARRAY_SIZE, size) for size in values.shape]
        parts += [_number(_ARRAY_KIND, _ELEMENT_KINDS[values.dtype.name]), _text(_ARRAY_NAME, name)]
        self._constants.append(b"".join(parts) + _bytes(_ARRAY_BYTES, np.ascontiguousarray(values).tobytes()))
        return name

    def add(self, kind: str, *taken: str, domain: str = "", **attributes: float) -> str:
        """A node with one output; "" for an input that is left out. Returns the output's name."""
        return self.add_several(kind, 1, *taken, domain=domain, **attributes)[0]

    def add_several(self, kind: str, outputs: int, *taken: str, domain: str = "", **attributes: float) -> list[str]:
        """A node with several outputs; returns their names."""
        made = [self._new_name() for _ in range(outputs)]
        parts = [_text(_NODE_INPUT, name) for name in taken] + [_text(_NODE_OUTPUT, name) for name in made]
        parts += [_text(_NODE_KIND, kind), _text(_NODE_DOMAIN, domain)]
        parts += [_bytes(_NODE_ATTRIBUTE, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return made

    def model(self, inputs: Sequence[str], output: str) -> bytes:
        """The whole model: float tensors `inputs` in, the float tensor `output` out, of whatever shape."""
        parts = [_bytes(_GRAPH_NODE, node) for node in self._nodes]
        parts.append(_text(_GRAPH_NAME, "graph"))
        parts += [_bytes(_GRAPH_CONSTANT, constant) for constant in self._constants]
        parts += [_bytes(_GRAPH_INPUT, _floats(name)) for name in inputs]
        parts.append(_bytes(_GRAPH_OUTPUT, _floats(output)))
        versions = [
            _bytes(_MODEL_OPERATORS, _text(_DOMAIN, domain) + _number(_VERSION, version))
            for domain, version in (("", OPERATORS), (RUNTIMES_OWN, 1))
        ]
        return _number(_MODEL_FORMAT, _FORMAT) + b"".join(versions) + _bytes(_MODEL_GRAPH, b"".join(parts))

    def _new_name(self) -> str:
        self._named += 1
        return f"tensor {self._named}"


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        content, kind = _number(_ATTRIBUTE_INT, value), _IS_INT
    else:
        content, kind = _varint(_ATTRIBUTE_FLOAT << 3 | _FOUR_BYTES) + pack("<f", value), _IS_FLOAT
    return _text(_ATTRIBUTE_NAME, name) + content + _number(_ATTRIBUTE_KIND, kind)


def _floats(name: str) -> bytes:
    """A named tensor of floats of any shape."""
    kind = _bytes(_TENSOR_TYPE, _number(_TENSOR_ELEMENT, _ELEMENT_KINDS["float32"]))
    return _text(_VALUE_NAME, name) + _bytes(_VALUE_TYPE, kind)


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _NUMBER) + _varint(value)


def _varint(number: int) -> bytes:
    """Seven bits a byte, a negative number as its complement to 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])
