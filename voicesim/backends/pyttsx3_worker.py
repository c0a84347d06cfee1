"""The program that speaks one line for `pyttsx3_voice`: `python -m voicesim.backends.pyttsx3_worker`.

pyttsx3 wants the main thread of a process to itself, prints to standard output, and is dependable only for the first
line it speaks: a second run in the same process may hang (macOS) or stay silent (Windows). So each line has a process,
started ahead and waiting on standard input with the engine loaded.
Request, one line of JSON: {"text", "path", "voice" or null, "pitch" or null}; answer: {} or {"error": why}.
"""

from __future__ import annotations

import json
import os
import sys
import wave
from pathlib import Path
from typing import Any

_WORDS_PER_MINUTE = 170
"""Unhurried."""

_ESPEAK_WORDS_PER_MINUTE = 125
"""The same for eSpeak, which a recogniser (and a trainee) understands far better when it takes its time."""

_WORD_GAP, _WORD_GAP_LENGTH = 7, 1
"""`espeakWORDGAP` of eSpeak's speak_lib.h, and the pause it puts between words, in units of about 10 ms."""

_ESPEAK_RATE_HZ = 22_050


def main() -> None:
    """Load the engine, wait for the request, answer it."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the engine prints goes to standard error
    answer: dict[str, str] = {}
    try:
        import pyttsx3

        if sys.platform.startswith("linux"):
            _make_espeak_wait()
        engine = pyttsx3.init()
        line = sys.stdin.readline()
        if line:
            _speak(engine, json.loads(line))
    except Exception as error:  # noqa: BLE001 - reported to the parent, which maps it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
    os._exit(0)  # some engines crash when they are taken down


def _make_espeak_wait() -> None:
    """Have eSpeak synthesize within the call: pyttsx3 has it work on the side, returns at once and may lose sound."""
    from pyttsx3.drivers import _espeak

    _espeak.AUDIO_OUTPUT_RETRIEVAL = _espeak.AUDIO_OUTPUT_SYNCHRONOUS


def _separate_words() -> None:
    """Have eSpeak leave a little room between words."""
    from pyttsx3.drivers import _espeak

    _espeak.SetParameter(_WORD_GAP, _WORD_GAP_LENGTH, 0)


def _speak(engine: Any, request: dict[str, Any]) -> None:
    failures: list[Exception] = []
    engine.connect("error", lambda name, exception: failures.append(exception))  # noqa: ARG005
    espeak = engine.driver_name == "espeak"
    if request["voice"] and (espeak or "+" not in request["voice"]):  # "+f3" variants are eSpeak's alone
        engine.setProperty("voice", request["voice"])
    if request["pitch"] is not None and espeak:
        engine.setProperty("pitch", request["pitch"])
    engine.setProperty("rate", _ESPEAK_WORDS_PER_MINUTE if espeak else _WORDS_PER_MINUTE)
    if espeak:
        _separate_words()
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    if failures:
        raise failures[0]
    if espeak and not Path(request["path"]).exists():
        _write(request["path"], engine.proxy._driver._data_buffer)


def _write(path: str, samples: bytes) -> None:
    """What pyttsx3 gathered, written as it would have done on the event that does not come within the call."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_ESPEAK_RATE_HZ)
        file.writeframes(samples)


if __name__ == "__main__":
    main()
