"""Domain dataclasses to and from plain JSON values, by their declared types alone.

Every stored or exported value passes through here, so no field is ever written by hand: a field added to a dataclass is
stored from then on. Enums become their values, datetimes ISO 8601, tuples lists, numbers that JSON has no word for
(`nan`, `inf`) strings. NumPy arrays become `{"dtype", "shape", "zlib"}` with base64 of the compressed bytes, unless the
caller files them elsewhere (see `to_plain`).
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import Any, TypeVar, get_args, get_origin

import numpy as np
from cattrs import Converter
from numpy.typing import NDArray

from voicesim.errors import StoreError

T = TypeVar("T")
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
Array = NDArray[Any]


def to_plain(value: object, arrays: Callable[[Array], Plain] | None = None) -> Plain:
    """A dataclass as dicts, lists, strings, numbers and None.

    `arrays` may file each array elsewhere and return what stands for it; by default arrays are packed in place.
    """
    with _using(_pack, arrays or pack_array):
        plain: Plain = _converter.unstructure(value)
    return plain


def from_plain(data: object, shape: type[T], arrays: Callable[[Plain], Array] | None = None) -> T:
    """The `shape` that `to_plain` wrote; `arrays` undoes what its namesake did.

    Fields no longer known are left out. Raises StoreError when the data are not of that shape.
    """
    try:
        with _using(_unpack, arrays or unpack_array):
            return _converter.structure(data, shape)
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
        raise StoreError(f"a stored {shape.__name__} cannot be read: {type(error).__name__} {error}") from error


def to_json(value: object) -> str:
    """`value` as one line of JSON text."""
    return json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def from_json(text: str | bytes, shape: type[T]) -> T:
    """What `to_json` wrote. Raises StoreError when the text is not JSON of that shape."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise StoreError(f"a stored {shape.__name__} is not JSON: {error}") from error
    return from_plain(data, shape)


def pack_array(array: Array) -> Plain:
    """An array of numbers as `{"dtype", "shape", "zlib"}`; bit for bit what `unpack_array` gives back."""
    if array.dtype.kind not in "biuf":
        raise TypeError(f"only arrays of numbers are stored, not {array.dtype}")
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    packed = base64.b64encode(zlib.compress(little.tobytes(), 6)).decode("ascii")
    return {"dtype": little.dtype.str, "shape": list(array.shape), "zlib": packed}


def unpack_array(data: Plain) -> Array:
    """The array that `pack_array` wrote, writable. Raises ValueError, TypeError or KeyError for anything else."""
    if not isinstance(data, dict):
        raise TypeError(f"not a packed array: {type(data).__name__}")
    dtype, shape, packed = data["dtype"], data["shape"], data["zlib"]
    if not (isinstance(dtype, str) and isinstance(shape, list) and isinstance(packed, str)):
        raise TypeError("not a packed array")
    flat = np.frombuffer(zlib.decompress(base64.b64decode(packed)), dtype=np.dtype(dtype))
    return flat.reshape(tuple(int(size) for size in shape if isinstance(size, int))).copy()


_pack: ContextVar[Callable[[Array], Plain]] = ContextVar("pack", default=pack_array)
_unpack: ContextVar[Callable[[Plain], Array]] = ContextVar("unpack", default=unpack_array)


def _using(variable: ContextVar[T], value: T) -> AbstractContextManager[None]:
    """How arrays are written is chosen call by call: building one converter takes far longer than using it."""

    @contextmanager
    def use() -> Any:
        token = variable.set(value)
        try:
            yield
        finally:
            variable.reset(token)

    return use()


def _plain_float(value: float) -> float | str:
    number = float(value)
    return number if math.isfinite(number) else str(number)


def _is_array(kind: object) -> bool:
    return kind is np.ndarray or get_origin(kind) is np.ndarray


def _declared_dtype(kind: object) -> np.dtype[Any] | None:
    """float32 for `NDArray[np.float32]`, which is `ndarray[shape, dtype[float32]]`; None where any will do."""
    for argument in get_args(kind)[1:]:
        scalar = get_args(argument)
        if scalar and isinstance(scalar[0], type):
            return np.dtype(scalar[0])
    return None


def _array_reader(kind: object) -> Callable[[Plain, object], Array]:
    dtype = _declared_dtype(kind)

    def read(data: Plain, _: object) -> Array:
        array = _unpack.get()(data)
        return array if dtype is None else array.astype(dtype, copy=False)

    return read


def _make_converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_unstructure_hook(float, _plain_float)
    converter.register_unstructure_hook(int, int)
    converter.register_unstructure_hook(bool, bool)
    for base in (Enum, IntEnum, StrEnum):
        converter.register_unstructure_hook(base, lambda member: member.value)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook_func(_is_array, lambda array: _pack.get()(array))
    converter.register_structure_hook_factory(_is_array, _array_reader)
    converter.register_unstructure_hook_factory(_is_tuple, lambda kind: _tuple_writer(kind, converter))
    converter.register_unstructure_hook_factory(_is_mapping, lambda kind: _mapping_writer(kind, converter))
    return converter


def _is_tuple(kind: object) -> bool:
    return kind is tuple or get_origin(kind) is tuple


def _is_mapping(kind: object) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _tuple_writer(kind: object, converter: Converter) -> Callable[[tuple[object, ...]], list[object]]:
    parts = get_args(kind)
    if len(parts) == 2 and parts[1] is ...:
        write = converter.get_unstructure_hook(parts[0])
        return lambda items: [write(item) for item in items]
    writers = [converter.get_unstructure_hook(part) for part in parts]
    return lambda items: [write(item) for write, item in zip(writers, items, strict=True)]


def _mapping_writer(kind: object, converter: Converter) -> Callable[[Mapping[Any, object]], dict[str, object]]:
    write = converter.get_unstructure_hook(get_args(kind)[1])
    return lambda items: {
        str(key.value if isinstance(key, Enum) else key): write(value) for key, value in items.items()
    }


_converter = _make_converter()
