"""A voice of the cast, played by the best engine on this machine."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Literal

from voicesim.backends.piper_voice import PiperVoice, find_model
from voicesim.backends.pyttsx3_voice import Pyttsx3Voice
from voicesim.customer.delivery import Character
from voicesim.customer.voices import CastVoice
from voicesim.errors import EngineError
from voicesim.ports import Voice

EngineChoice = Literal["best", "piper", "system"]


def open_voice(cast: CastVoice, engine: EngineChoice = "best") -> tuple[Voice, Character]:
    """The engine's voice and the character it plays.

    "best" is Piper where it and the model are installed, else the system's voice. Raises EngineError when the engine
    asked for is missing.
    """
    if engine == "piper" and cast.piper is None:
        raise EngineError(f"the voice {cast.label!r} has no Piper part in the cast file")
    if cast.piper is not None and engine != "system" and (engine == "piper" or _piper_plays(cast.piper.model)):
        return PiperVoice(cast.piper.model, cast.piper.speaker), cast.piper.character
    on_espeak = sys.platform.startswith("linux")
    character = cast.system.character if on_espeak else cast.system.elsewhere
    return Pyttsx3Voice(cast.system.voice, cast.system.pitch), character


def _piper_plays(model: str) -> bool:
    if find_spec("piper") is None:
        return False
    try:
        find_model(model)
    except EngineError:
        return False
    return True
