"""Arrays of a session (pitch and loudness contours) in one compressed `.npz` beside its recording.

The record keeps a name in each array's place, so a session opens without them; an hour's contours are megabytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
import zipfile
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicesim.errors import StoreError
from voicesim.records import Array, Plain

SWEEP_AFTER_S = 3600.0


class ContourWriter:
    """Collects arrays while a session is written; equal arrays are kept once."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}

    def __call__(self, array: Array) -> Plain:
        """File one array and return the name that stands for it."""
        digest = hashlib.blake2b(array.tobytes(), digest_size=8, person=array.dtype.str.encode()[:16])
        digest.update(repr(array.shape).encode())
        name = f"a{digest.hexdigest()}"
        self.arrays[name] = array
        return name

    def save(self, folder: Path, session_id: str) -> str | None:
        """Write the arrays whole or not at all; the file's name, made from its content, or None without arrays.

        A new content is a new file, so the record that names the old one stays true until it is replaced.
        Raises StoreError.
        """
        if not self.arrays:
            return None
        name = f"{session_id}.{hashlib.blake2b(''.join(sorted(self.arrays)).encode(), digest_size=4).hexdigest()}.npz"
        path = folder / name
        part = folder / f"{name}.{os.getpid()}-{threading.get_ident()}.part"
        try:
            with part.open("wb") as file:
                _write_npz(file, self.arrays)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o600)
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StoreError(f"{path} cannot be written ({error.strerror}); check the disk's space") from error
        return name


class ContourReader:
    """Gives the arrays back by name; with no file, every array is empty."""

    def __init__(self, path: Path | None) -> None:
        """Read the whole file. Raises StoreError when it is missing or damaged."""
        self._arrays: dict[str, Array] | None = None
        if path is not None:
            try:
                with np.load(path, allow_pickle=False) as stored:
                    self._arrays = {name: stored[name] for name in stored.files}
            except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
                raise StoreError(
                    f"{path} is missing or damaged ({error}); the session opens without contours"
                ) from error

    def __call__(self, name: Plain) -> Array:
        """The array filed under `name`."""
        if self._arrays is None:
            return np.zeros(0)
        return self._arrays[str(name)]


def sweep(folder: Path, used: Container[str]) -> None:
    """Remove contours that no session names any more: a program was killed between writing them and noting them.

    Files of the last hour stay, for their session may be on its way into the database.
    """
    for path in [*folder.glob("*.npz"), *folder.glob("*.npz.*.part")]:
        with suppress(OSError):
            if path.name not in used and time.time() - path.stat().st_mtime > SWEEP_AFTER_S:
                path.unlink()


def _write_npz(file: io.BufferedWriter, arrays: dict[str, NDArray[Any]]) -> None:
    """As `numpy.savez_compressed`, at the fastest level: contours hardly shrink more at slower ones."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
