"""A voice of the cast, played by the engine asked for."""

from __future__ import annotations

import sys
from typing import Literal

from voicesim.backends.hibari_voice import HibariVoice
from voicesim.backends.piper_voice import PiperVoice
from voicesim.backends.pyttsx3_voice import Pyttsx3Voice
from voicesim.customer.delivery import Character
from voicesim.customer.voices import CastVoice
from voicesim.ports import Voice

EngineChoice = Literal["hibari", "piper", "system"]


def open_voice(cast: CastVoice, engine: EngineChoice = "hibari") -> tuple[Voice, Character]:
    """The engine's voice and the character it plays. Raises EngineError when the engine asked for is missing."""
    if engine == "hibari":
        return HibariVoice(), cast.hibari
    if engine == "piper":
        return PiperVoice(cast.piper.model, cast.piper.speaker), cast.piper.character
    on_espeak = sys.platform.startswith("linux")
    character = cast.system.character if on_espeak else cast.system.elsewhere
    return Pyttsx3Voice(cast.system.voice, cast.system.pitch), character
