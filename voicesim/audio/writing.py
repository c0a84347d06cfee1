"""Recordings kept as FLAC: lossless, half the size of WAV, played by every browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from voicesim.domain import Recording
from voicesim.errors import AudioError

_BLOCK_FRAMES = 1 << 18


def write_flac(recording: Recording, path: Path) -> None:
    """Write 16-bit FLAC; samples beyond [-1, 1] are clipped. The file appears whole or not at all.

    Raises AudioError when the folder or disk does not take it.
    """
    import soundfile

    part = path.with_name(f".{path.name}.part")
    try:
        with soundfile.SoundFile(
            part, "w", recording.sample_rate_hz, recording.channels, subtype="PCM_16", format="FLAC"
        ) as out:
            for at in range(0, len(recording.samples), _BLOCK_FRAMES):
                out.write(np.clip(recording.samples[at : at + _BLOCK_FRAMES], -1.0, 1.0))
        if part.stat().st_size == 0:
            raise OSError("nothing was written")
        part.replace(path)
    except (OSError, soundfile.SoundFileError) as error:
        part.unlink(missing_ok=True)
        raise AudioError(
            f"{path}: cannot be written ({error}); check the folder and the space left on its disk"
        ) from error
