"""An ONNX model cut in two at one of its tensors, so that its second half can work on a stretch of what the first made.

    first, second = cut_in_two(model, "latent")

Only the graph's own list of nodes is sorted into two lists; weights and nodes stay byte for byte what they were. Field
numbers are those of onnx.proto3, the wire format that of Protocol Buffers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GRAPH = 7
_NODE, _NAME, _INITIALIZER, _INPUT, _OUTPUT = 1, 2, 5, 11, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME = 1, 2, 3
_VALUE_NAME, _TENSOR_NAME = 1, 8
_BYTES, _FOUR_BYTES = 2, 5
"""Kinds of a field's content; 0 is a number, 1 eight bytes."""
_FLOAT_OF_ANY_SHAPE = bytes((0x12, 4, 0x0A, 2, 0x08, 1))
"""ValueInfoProto.type: a tensor whose elements are FLOAT."""


@dataclass(frozen=True)
class _Node:
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True)
class _Graph:
    """A model's graph: nodes in order of computation, and (name, bytes) of weights, inputs and outputs.

    `header` is everything of the model around its graph, `title` the graph's own name; both as they are written.
    """

    header: bytes
    title: bytes
    nodes: tuple[_Node, ...]
    weights: tuple[tuple[str, bytes], ...]
    inputs: tuple[tuple[str, bytes], ...]
    outputs: tuple[tuple[str, bytes], ...]


def cut_in_two(model: bytes, node: str) -> tuple[bytes, bytes, str] | None:
    """`model` up to the first input of the node called `node`, the rest of it, and the name of that tensor.

    The first part's only output is the tensor; the second takes it, and whatever else of the model's inputs it needs.
    None when the model has no such node.
    """
    graph = _read(model)
    tensor = next((found.inputs[0] for found in graph.nodes if found.name == node), None)
    if tensor is None:
        return None
    value = _field(_VALUE_NAME, tensor.encode()) + _FLOAT_OF_ANY_SHAPE
    first = _part(graph, [tensor], frozenset(), b"", _field(_OUTPUT, value))
    wanted = [name for name, _ in graph.outputs]
    outputs = b"".join(raw for _, raw in graph.outputs)
    return first, _part(graph, wanted, frozenset([tensor]), _field(_INPUT, value), outputs), tensor


def _part(graph: _Graph, wanted: Sequence[str], given: frozenset[str], inputs: bytes, outputs: bytes) -> bytes:
    """The model that computes `wanted`, with `given` taken as they come."""
    needed, kept = set(wanted), []
    for node in reversed(graph.nodes):
        if any(name in needed and name not in given for name in node.outputs):
            kept.append(node.raw)
            needed.update(node.inputs)
    parts = [
        graph.title,
        *reversed(kept),
        *(raw for name, raw in graph.weights if name in needed),
        *(raw for name, raw in graph.inputs if name in needed),
    ]
    return graph.header + _field(_GRAPH, b"".join(parts) + inputs + outputs)


def _read(model: bytes) -> _Graph:
    header, body, title = b"", (0, 0), b""
    for number, value, raw in _fields(model, 0, len(model)):
        if number == _GRAPH:
            body = value
        else:
            header += raw
    nodes: list[_Node] = []
    named: dict[int, list[tuple[str, bytes]]] = {_INITIALIZER: [], _INPUT: [], _OUTPUT: []}
    for number, value, raw in _fields(model, *body):
        if number == _NODE:
            texts = [tuple(_texts(model, value, field)) for field in (_NODE_NAME, _NODE_INPUT, _NODE_OUTPUT)]
            nodes.append(_Node("".join(texts[0]), texts[1], texts[2], raw))
        elif number in named:
            naming = _TENSOR_NAME if number == _INITIALIZER else _VALUE_NAME
            named[number].append((_texts(model, value, naming)[0], raw))
        elif number == _NAME:
            title = raw
    weights, inputs, outputs = (tuple(named[number]) for number in (_INITIALIZER, _INPUT, _OUTPUT))
    return _Graph(header, title, tuple(nodes), weights, inputs, outputs)


def _texts(model: bytes, stretch: tuple[int, int], wanted: int) -> list[str]:
    """The text fields numbered `wanted` of the message in a stretch of `model`."""
    return [
        model[slice(*value)].decode() for number, value, _ in _fields(model, *stretch, copied=False) if number == wanted
    ]


def _fields(model: bytes, start: int, end: int, *, copied: bool = True) -> Iterator[tuple[int, tuple[int, int], bytes]]:
    """Each field of a message: its number, where its content lies, and (if `copied`) all its bytes, tag included."""
    at = start
    while at < end:
        tag, content = _varint(model, at)
        kind = tag & 7
        if kind == _BYTES:
            length, content = _varint(model, content)
            after = content + length
        elif kind == 0:
            after = _varint(model, content)[1]
        else:
            after = content + (4 if kind == _FOUR_BYTES else 8)
        yield tag >> 3, (content, after), model[at:after] if copied else b""
        at = after


def _varint(model: bytes, at: int) -> tuple[int, int]:
    """The number written from `at` on, seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = model[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _field(number: int, content: bytes) -> bytes:
    return _written(number << 3 | _BYTES) + _written(len(content)) + content


def _written(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])
