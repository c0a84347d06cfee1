"""The cast: who the customers can sound like, from `data/voices.toml` or a file of the same form.

A cast voice names a voice of each engine it can be played by, and what turns that voice into this person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, with_config

from voicesim.content import data_file, read_toml, validate_content
from voicesim.customer.delivery import Character
from voicesim.errors import ContentError, UsageError

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True)
class PiperCasting:
    """Played by Piper: a model (name of the bundled one, file or folder), a speaker of it, and the character."""

    model: str
    character: Character
    speaker: int | None = None


@with_config(_STRICT)
@dataclass(frozen=True)
class SystemCasting:
    """Played by the system's voice through pyttsx3: voice id (None: default), eSpeak pitch 0-99, and the character.

    `elsewhere` is the character of a system whose voice is not eSpeak: there the default voice plays everybody.
    """

    character: Character
    voice: str | None = None
    pitch: int | None = None
    elsewhere: Character = field(default_factory=Character)


@with_config(_STRICT)
@dataclass(frozen=True)
class CastVoice:
    """One voice of the cast: the character that hibari's voice plays, and how other engines named by the user do."""

    label: str
    sex: Literal["woman", "man"]
    age: Literal["younger", "middle", "older"]
    hibari: Character
    piper: PiperCasting
    system: SystemCasting


@with_config(_STRICT)
@dataclass(frozen=True)
class _CastFile:
    voices: dict[str, CastVoice]


def load_cast(path: Path | None = None) -> dict[str, CastVoice]:
    """The cast by name, in the file's order; the shipped one without a `path`. Raises ContentError."""
    path = path or data_file("voices.toml")
    data, text = read_toml(path)
    cast = validate_content(path, text, data, _CastFile).voices
    if not cast:
        raise ContentError(path, "names no voice", field="voices")
    return cast


def cast_voice(name: str, cast: dict[str, CastVoice] | None = None) -> CastVoice:
    """The voice called `name`. Raises UsageError that lists the names there are."""
    cast = load_cast() if cast is None else cast
    if name not in cast:
        raise UsageError(f"no voice called {name!r} in the cast; there are: {', '.join(cast)}")
    return cast[name]


def describe(voice: CastVoice) -> str:
    """One line for a list of voices."""
    return f"{voice.label} ({voice.age} {voice.sex})"
