"""The program that speaks for `pyttsx3_voice`, in a process of its own: `python -m voicesim.backends.pyttsx3_worker`.

pyttsx3 wants the main thread of a process to itself, prints to standard output, and a system engine that crashes takes
its process along. Here it may: one JSON request a line in, one JSON answer a line out.
Request: {"text", "path", "voice" or null, "rate", "pitch" or null}; answer: {"ok": true} or {"error": why}.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

_WORDS_PER_MINUTE = 170
"""Speed of rate 1.0: unhurried, and clear with the robotic voices too."""

_PITCH = 50
"""eSpeak's own resting pitch setting."""


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the engine prints goes to standard error
    engine: Any = None
    resting_voice = None
    for line in sys.stdin:
        try:
            if engine is None:
                import pyttsx3

                engine = pyttsx3.init()
                resting_voice = engine.getProperty("voice")
            _speak(engine, json.loads(line), resting_voice)
            answer: dict[str, object] = {"ok": True}
        except Exception as error:  # noqa: BLE001 - reported to the parent, which maps it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def _speak(engine: Any, request: dict[str, Any], resting_voice: object) -> None:
    """Write one line to a file. Settings outlive a request, so each request sets them all."""
    espeak = engine.driver_name == "espeak"
    voice = request["voice"]
    if voice is None or ("+" in voice and not espeak):  # "+f3" variants are eSpeak's alone
        voice = resting_voice
    failures: list[Exception] = []
    token = engine.connect("error", lambda name, exception: failures.append(exception))  # noqa: ARG005
    try:
        engine.setProperty("voice", voice)
        if espeak:
            engine.setProperty("pitch", _PITCH if request["pitch"] is None else request["pitch"])
        engine.setProperty("rate", round(_WORDS_PER_MINUTE * float(request["rate"])))
        engine.save_to_file(request["text"], request["path"])
        engine.runAndWait()
    finally:
        engine.disconnect(token)
    if failures:
        raise failures[0]


if __name__ == "__main__":
    main()
