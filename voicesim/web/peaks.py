"""Waveform peaks, worked out once for a recording and kept beside it: an hour draws at once.

File layout: `VSP1`, then little-endian uint32 buckets a second, uint32 channels, uint32 buckets; then int8 (buckets,
channels, 2): smallest and largest sample of each bucket, full scale 127.
"""

from __future__ import annotations

import os
import struct
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicesim.audio import open_audio
from voicesim.domain import Session
from voicesim.errors import StoreError, VoicesimError
from voicesim.store import Store

MAGIC = b"VSP1"
BUCKETS_A_SECOND = 40
FOLDER = "peaks"
_locks: dict[Path, threading.Lock] = {}


def peaks_of(recording: Path, data_dir: Path, session_id: str) -> bytes:
    """The peaks of a recording; made and kept at the first call. Raises AudioError or StoreError."""
    kept = data_dir / FOLDER / f"{session_id}.peaks"
    with _locks.setdefault(kept, threading.Lock()):
        if kept.is_file() and kept.stat().st_mtime >= recording.stat().st_mtime:
            return kept.read_bytes()
        packed = pack(measure_peaks(recording))
        try:
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = kept.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(packed)
            part.replace(kept)
        except OSError as error:
            raise StoreError(f"{kept} cannot be written ({error.strerror}); check the disk's space") from error
        return packed


def prepare_peaks(store: Store, session: Session) -> None:
    """Make the peaks of a call just kept, so that its replay opens at once. A failure shows when it is opened."""
    path = store.recording_file(session)
    if path is not None:
        with suppress(VoicesimError):
            peaks_of(path, store.data_dir, session.id)


def measure_peaks(recording: Path) -> NDArray[np.int8]:
    """Smallest and largest sample of every 25 ms, int8 (buckets, channels, 2). Streams; raises AudioError."""
    rows: list[NDArray[np.int8]] = []
    left: NDArray[np.float32] | None = None
    with open_audio(recording) as stream:
        size = max(1, round(stream.sample_rate_hz / BUCKETS_A_SECOND))
        for block in stream.blocks():
            samples = block.reshape(len(block), -1)
            joined = samples if left is None else np.concatenate([left, samples])
            whole = len(joined) // size * size
            if whole:
                rows.append(_bucketed(joined[:whole], size))
            left = joined[whole:]
    if left is not None and len(left):
        rows.append(_bucketed(left, len(left)))
    return np.concatenate(rows) if rows else np.zeros((0, 1, 2), dtype=np.int8)


def _bucketed(samples: NDArray[np.float32], size: int) -> NDArray[np.int8]:
    cut = samples.reshape(len(samples) // size, size, samples.shape[1])
    ends = np.stack([cut.min(axis=1), cut.max(axis=1)], axis=2)
    return np.asarray(np.clip(np.round(ends * 127), -127, 127), dtype=np.int8)


def pack(peaks: NDArray[np.int8]) -> bytes:
    """Peaks as the page's script reads them."""
    return MAGIC + struct.pack("<III", BUCKETS_A_SECOND, peaks.shape[1], peaks.shape[0]) + peaks.tobytes()
