"""Hypothesis strategies for any domain type, read off its declared fields."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import voicesim.domain
from voicesim.domain import Span


def domain_types() -> list[type]:
    """Every dataclass the domain exports, and those they are made of."""
    found: list[type] = []
    waiting = [kind for kind in vars(voicesim.domain).values() if inspect.isclass(kind)]
    while waiting:
        kind = waiting.pop()
        if dataclasses.is_dataclass(kind) and kind not in found:
            found.append(kind)
            waiting += [part for hint in get_type_hints(kind).values() for part in _parts(hint)]
    return sorted(found, key=lambda kind: kind.__name__)


def values(hint: Any, depth: int = 0, *, measured: bool = False) -> st.SearchStrategy[Any]:
    """Values of a declared type; collections grow shorter with depth, so that whole sessions stay small.

    `measured` leaves out what no call can hold: endless or negative numbers, times without a zone.
    """
    simple = (_MEASURED if measured else _SIMPLE).get(hint) if isinstance(hint, type) else None
    if simple is not None:
        return simple
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is np.ndarray or origin is np.ndarray:
        return _arrays(arguments)
    if origin in (Union, UnionType):
        parts = sorted(arguments, key=lambda part: part is not NoneType)
        return st.one_of(*(st.none() if part is NoneType else values(part, depth, measured=measured) for part in parts))
    if origin is Literal:
        return st.sampled_from(arguments)
    longest = 3 if depth < 2 else 1
    if origin is tuple and arguments[1:] == (...,):
        return st.lists(values(arguments[0], depth + 1, measured=measured), max_size=longest).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(part, depth + 1, measured=measured) for part in arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(
            values(arguments[0], measured=measured),
            values(arguments[1], depth + 1, measured=measured),
            max_size=longest,
        )
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        fields = {
            field.name: values(hints[field.name], depth + 1, measured=measured)
            for field in dataclasses.fields(hint)
            if field.init
        }
        return st.builds(hint, **fields)
    raise TypeError(f"no strategy for {hint!r}")


def same(left: Any, right: Any) -> bool:
    """Whether two domain values hold the same; arrays bit for bit, nan equal to nan."""
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if dataclasses.is_dataclass(left):
        names = [field.name for field in dataclasses.fields(left)]
        return type(left) is type(right) and all(same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, tuple):
        return isinstance(right, tuple) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float):
        return type(right) is float and (left == right or (left != left and right != right))
    return type(left) is type(right) and bool(left == right)


def _parts(hint: Any) -> list[Any]:
    return [hint, *(part for argument in get_args(hint) for part in _parts(argument))]


def _arrays(arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    scalars = [get_args(argument)[0] for argument in arguments[1:] if get_args(argument)]
    dtype = np.dtype(scalars[0]) if scalars and isinstance(scalars[0], type) else np.dtype(np.float64)
    return hnp.arrays(dtype, hnp.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=4))


def _spans() -> st.SearchStrategy[Span]:
    moments = st.floats(-1e6, 1e6)
    return st.tuples(moments, moments).map(lambda pair: Span(min(pair), max(pair)))


_SIMPLE: dict[type, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(),
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    datetime: st.datetimes(timezones=st.sampled_from([None, UTC])),
    Span: _spans(),
}
_MEASURED = _SIMPLE | {
    float: st.floats(0, 3600),
    datetime: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    Span: st.tuples(st.floats(0, 3600), st.floats(0, 3600)).map(lambda pair: Span(min(pair), max(pair))),
}
