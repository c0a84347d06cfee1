"""Seconds of a recording as sound inside a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from voicesim.domain import Span

LONGEST_S = 20.0
MARGIN_S = 0.5


def excerpt_uri(recording: Path | None, span: Span | None) -> str | None:
    """Both parties mixed, half a second before to half a second after `span` (20 s at most), as an MP3 data URI.

    None where there is no recording, no moment, or nothing that can be read there.
    """
    if recording is None or span is None:
        return None
    import soundfile

    try:
        with soundfile.SoundFile(recording) as file:
            rate_hz = file.samplerate
            first = max(0, round((span.start_s - MARGIN_S) * rate_hz))
            wanted = round(min(span.duration_s + 2 * MARGIN_S, LONGEST_S) * rate_hz)
            if first >= file.frames:
                return None
            file.seek(first)
            samples = file.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
        if len(samples) == 0:
            return None
        packed = io.BytesIO()
        soundfile.write(packed, samples, rate_hz, format="MP3")
    except (soundfile.LibsndfileError, RuntimeError, OSError, ValueError):
        return None
    return f"data:audio/mpeg;base64,{base64.b64encode(packed.getvalue()).decode('ascii')}"
