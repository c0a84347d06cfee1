"""The customer's voice: a persona's entry of the cast, played by hibari or the engine named, over the telephone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from voicesim.backends.cast_voices import EngineChoice, open_voice
from voicesim.customer.rendering import LineRenderer
from voicesim.customer.voices import PiperCasting, cast_voice
from voicesim.domain import CustomerLine, Persona, Recording
from voicesim.errors import UsageError
from voicesim.telephone import TelephoneLine

ENGINES: dict[str | None, EngineChoice] = {None: "hibari", "hibari": "hibari", "piper": "piper", "pyttsx3": "system"}


class CustomerSpeaker:
    """Gives lines their voice in the mood they are said in; lines can be prepared ahead."""

    def __init__(self, renderer: LineRenderer) -> None:
        self._renderer = renderer

    def pieces(self, line: CustomerLine) -> Iterator[Recording]:
        """The line phrase by phrase. Raises EngineError."""
        return self._renderer.phrases(line.text, line.mood, line.hurry, line.stress)

    def prepare(self, lines: Iterable[CustomerLine]) -> None:
        """Start rendering lines that may be said soon; returns at once."""
        for line in lines:
            self._renderer.ahead(line.text, line.mood, line.hurry, line.stress)

    def close(self) -> None:
        """Drop what is waiting to be rendered."""
        self._renderer.close()


def open_speaker(
    persona: Persona, engine: str | None = None, *, effects: TelephoneLine | None = None, seed: int = 0
) -> CustomerSpeaker:
    """The persona's voice by `engine`: None for hibari, "piper", "pyttsx3", or a Piper model file or folder.

    Raises EngineError when the engine is missing, UsageError for an engine that does not exist.
    """
    cast = cast_voice(persona.voice)
    if engine in ENGINES:
        voice, character = open_voice(cast, ENGINES[engine])
    elif engine is not None and Path(engine).exists():
        voice, character = open_voice(replace(cast, piper=PiperCasting(engine, cast.piper.character)), "piper")
    else:
        raise UsageError(f"--voice takes hibari, piper, pyttsx3, or a Piper model file or folder; not {engine!r}")
    return CustomerSpeaker(LineRenderer(voice, character, effects or TelephoneLine(), seed=seed))
