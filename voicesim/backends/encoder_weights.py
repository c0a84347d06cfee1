"""The weights of a Whisper model's encoder, read from the file that CTranslate2 runs."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from voicesim.errors import EngineError

_FORMAT = 6
_KINDS: dict[int, np.dtype[Any]] = {0: np.dtype("<f4"), 2: np.dtype("<i2"), 4: np.dtype("<f2")}
_ENCODER = "encoder/"

Weights = dict[str, NDArray[np.float32]]


def encoder_weights(folder: Path) -> Weights:
    """Every variable of the encoder by its name without "encoder/", e.g. "layer_0/ffn/linear_0/weight", as float32.

    Raises EngineError when the file is not of the format that is understood.
    """
    try:
        with (folder / "model.bin").open("rb") as file:
            return _read(file)
    except (OSError, ValueError, KeyError, struct.error, UnicodeDecodeError) as error:
        raise EngineError(f"the speech model in {folder.name!r} cannot be read for delivery ({error})") from error


def _read(file: IO[bytes]) -> Weights:
    """The encoder's part of the file.

    Layout (CTranslate2 4, little-endian): version u32, name, revision u32, count u32; each variable as name, rank u8,
    sizes u32 each, type u8, bytes u32, data. A name is length u16 (counting its final zero), text, zero.
    """
    if _number(file, "I") != _FORMAT:
        raise ValueError("weights are of another format version")
    _name(file)
    _number(file, "I")
    weights = {}
    for _ in range(_number(file, "I")):
        name = _name(file)
        sizes = [_number(file, "I") for _ in range(_number(file, "B"))]
        kind, size = _number(file, "B"), _number(file, "I")
        if name.startswith(_ENCODER):
            values: NDArray[Any] = np.frombuffer(file.read(size), _KINDS[kind]).reshape(sizes)
            weights[name.removeprefix(_ENCODER)] = values.astype(np.float32)
        else:
            file.seek(size, 1)
    return weights


def _number(file: IO[bytes], kind: str) -> int:
    value: int = struct.unpack("<" + kind, file.read(struct.calcsize("<" + kind)))[0]
    return value


def _name(file: IO[bytes]) -> str:
    return file.read(_number(file, "H"))[:-1].decode("ascii")
