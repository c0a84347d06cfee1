"""The library's front door: `voicesim.analyse`, `voicesim.enrol`, `voicesim.measure_delivery`.

A source is a path or a `Recording`. Engines are loaded once, at the first call.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from voicesim import analysis as pipeline
from voicesim.analysis import Ears
from voicesim.audio import read_audio
from voicesim.domain import Analysis, Baseline, Delivery, Recording
from voicesim.engines import load_ears

Source = str | Path | Recording


def analyse(source: Source, baseline: Baseline | None = None) -> Analysis:
    """One speaker's recording: transcript, measures, delivery and scores.

    Raises AudioError when the source cannot be read, EngineError when an engine is missing.
    """
    return pipeline.analyse(_recording(source), _ears(), baseline=baseline)


def enrol(sources: Source | Sequence[Source]) -> Baseline:
    """A speaker's own resting voice, from one or more recordings of calm speech.

    Raises AudioError when they cannot be read or hold too little speech.
    """
    listed = [sources] if isinstance(sources, str | Path | Recording) else list(sources)
    return pipeline.enrol([_recording(source) for source in listed], _ears())


def measure_delivery(source: Source, baseline: Baseline | None = None) -> Delivery:
    """Heat, liveliness and warmth, each 0-1 or None with a reason; no words are recognised. Raises AudioError."""
    return pipeline.hear_delivery(_recording(source), _ears(), baseline)


def _recording(source: Source) -> Recording:
    return source if isinstance(source, Recording) else read_audio(source)


@lru_cache(maxsize=1)
def _ears() -> Ears:
    return load_ears()
