"""The headset check: measures quiet, echo and a reading, and says plainly what to change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from voicesim.call.recorder import SILENCE_DB, rms_db
from voicesim.domain import Baseline, Persona, Recording, Scenario
from voicesim.errors import UsageError
from voicesim.signal_quality import measure_signal
from voicesim.signal_quality.measure import active_stretches
from voicesim.web.parts import Studio
from voicesim.web.recorder import Captured, Recorder

QUIET_S = 3.0
LEAST_READING_S = 8.0
UNUSED_S = 15.0
"""An opened headset that no page has looked at for so long is closed again."""
LONGEST_CAPTURE_S = 180.0
"""As `UNUSED_S` while something is being recorded."""
ECHO_TEXT = "Hello, can you hear me? I am calling about my order, and I would like to know where it is."
_LOUD_ROOM_DB, _SOME_NOISE_DB = -45.0, -55.0
_QUIET_VOICE_DB, _LOUD_VOICE_DB = -42.0, -9.0
_ECHO_BAD_DB, _ECHO_SOME_DB = -20.0, -40.0
_CLIPPED_SHARE = 0.002


@dataclass(frozen=True)
class Finding:
    """One thing checked: `level` is "good", "warn" or "bad", `text` what was found, `advice` what to change."""

    check: str
    level: str
    text: str
    advice: str = ""

    def plain(self) -> dict[str, str]:
        """For JSON."""
        return {"check": self.check, "level": self.level, "text": self.text, "advice": self.advice}


def judge_quiet(quiet: Recording) -> Finding:
    """The room with nobody speaking. A digital silence means that the microphone is off."""
    noise = rms_db(quiet.mono().samples)
    if noise <= -89.0:
        return Finding(
            "Room",
            "bad",
            "The microphone sends nothing at all.",
            "Unmute it on the cable or in the system's sound settings, or choose another device.",
        )
    if noise > _LOUD_ROOM_DB:
        return Finding(
            "Room",
            "bad",
            f"The room is loud ({noise:.0f} dB).",
            "Close the window, move away from the fan, or find a quieter place.",
        )
    if noise > _SOME_NOISE_DB:
        return Finding(
            "Room",
            "warn",
            f"There is some background noise ({noise:.0f} dB).",
            "It will do; a quieter place scores more reliably.",
        )
    return Finding("Room", "good", f"The room is quiet ({noise:.0f} dB).")


def judge_echo(captured: Captured) -> Finding:
    """Whether the customer's voice, played in the headset, comes back through the microphone."""
    if rms_db(captured.played.samples) <= -80.0:
        return Finding(
            "Echo", "warn", "Nothing could be played.", "Choose the headset as the sound output, too, and turn it up."
        )
    heard = captured.heard
    echo = measure_signal(heard, active_stretches(heard.samples, heard.sample_rate_hz), captured.played).echo_db
    if echo is None or echo < _ECHO_SOME_DB:
        return Finding("Echo", "good", "Your microphone does not hear the customer.")
    if echo < _ECHO_BAD_DB:
        return Finding(
            "Echo",
            "warn",
            f"Your microphone hears the customer faintly ({echo:.0f} dB).",
            "Turn the headset down a little.",
        )
    return Finding(
        "Echo",
        "bad",
        f"Your microphone hears the customer clearly ({echo:.0f} dB).",
        "Use a headset instead of loudspeakers, or turn it down; otherwise you are scored for the customer's words.",
    )


def judge_reading(reading: Recording) -> tuple[Finding, ...]:
    """Level and clipping of the reading."""
    samples = reading.mono().samples
    spans = active_stretches(samples, reading.sample_rate_hz)
    quality = measure_signal(reading, spans)
    speech = [
        samples[round(s.start_s * reading.sample_rate_hz) : round(s.end_s * reading.sample_rate_hz)] for s in spans
    ]
    level = max((rms_db(piece) for piece in speech), default=SILENCE_DB)
    return _judge_level(level), _judge_clipping(quality.clipped_share)


def _judge_level(level: float) -> Finding:
    if level < _QUIET_VOICE_DB:
        return Finding(
            "Level",
            "bad",
            f"Your voice is very soft ({level:.0f} dB).",
            "Bring the microphone two fingers from the corner of your mouth, or turn it up.",
        )
    if level > _LOUD_VOICE_DB:
        return Finding(
            "Level",
            "warn",
            f"Your voice is very loud ({level:.0f} dB).",
            "Turn the microphone down or move it away from your mouth.",
        )
    return Finding("Level", "good", f"Your voice is at a good level ({level:.0f} dB).")


def _judge_clipping(share: float | None) -> Finding:
    if share is not None and share > _CLIPPED_SHARE:
        return Finding(
            "Clipping",
            "bad",
            f"The sound is clipped ({share:.1%} of it).",
            "Turn the microphone down in the system's sound settings until the meter stays below its end.",
        )
    return Finding("Clipping", "good", "Nothing is clipped.")


class HeadsetDesk:
    """Opens the headset when a page needs it, closes it when nobody does. One at a time; thread-safe."""

    def __init__(self, open_recorder: Callable[[str | None], Recorder]) -> None:
        self._open = open_recorder
        self._lock = threading.RLock()
        self.recorder: Recorder | None = None
        self._device: str | None = None

    def use(self, device: str | None) -> Recorder:
        """The open headset, opened or changed if need be. Raises DeviceError."""
        with self._lock:
            if self.recorder is not None and (device != self._device or self.recorder.problem):
                self.free()
            if self.recorder is None:
                self.recorder = self._open(device)
                self._device = device
            self.recorder.used_at = time.monotonic()
            return self.recorder

    def opened(self) -> Recorder:
        """The headset opened before. Raises UsageError when it is closed."""
        if self.recorder is None:
            raise UsageError("the headset is closed; choose it again")
        return self.recorder

    def free(self) -> None:
        """Close the headset, for a call or because nobody listens."""
        with self._lock:
            if self.recorder is not None:
                self.recorder.close()
                self.recorder = None

    def close_unused(self) -> None:
        """Close it when nobody has used it for `UNUSED_S`."""
        with self._lock:
            if self.recorder is None:
                return
            patience_s = LONGEST_CAPTURE_S if self.recorder.capturing else UNUSED_S
            if time.monotonic() - self.recorder.used_at > patience_s:
                self.free()


def voice_sample(studio: Studio, scenario: Scenario) -> Recording:
    """A customer's hello for the echo check. Raises EngineError."""
    persona: Persona = scenario.persona
    return studio.say(persona, ECHO_TEXT, persona.mood)


def enrol(studio: Studio, reading: Recording, trainee: str) -> Baseline:
    """The trainee's resting voice. Raises UsageError for a reading that is too short."""
    if reading.duration_s < LEAST_READING_S:
        raise UsageError(f"that was only {reading.duration_s:.0f} s; read on for at least {LEAST_READING_S:.0f} s")
    return studio.enrol(reading.mono(), trainee)
