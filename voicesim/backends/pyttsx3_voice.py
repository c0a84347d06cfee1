"""pyttsx3: the voice every machine has (SAPI on Windows, the system voice on macOS, eSpeak NG on Linux)."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

import numpy as np

from voicesim.domain import Recording
from voicesim.errors import EngineError

_HELP = "on Linux install eSpeak NG (apt install espeak-ng)"
_TIMEOUT_S = 20.0


class Pyttsx3Voice:
    """One system voice, each line spoken by a process of its own, which waits ready.

    `voice` is pyttsx3's voice id (None: the system's default), e.g. "en-us+f3" with eSpeak NG, whose variants stand for
    the default on other systems; `pitch` 0-99 is eSpeak's own pitch setting, ignored elsewhere.
    """

    def __init__(self, voice: str | None = None, pitch: int | None = None) -> None:
        self._voice = voice
        self._pitch = pitch

    @property
    def name(self) -> str:
        """`pyttsx3:` and the voice id."""
        return f"pyttsx3:{self._voice or 'default'}"

    def render(self, text: str) -> Recording:
        """`text` in the system's neutral voice; see `ports.Voice`. Raises EngineError."""
        if not text.strip():
            return Recording(np.zeros(0, dtype=np.float32), 22_050, source=self.name)
        with tempfile.TemporaryDirectory(prefix="voicesim-") as folder:
            path = Path(folder) / "line.wav"
            _workers().speak({"text": text, "path": str(path), "voice": self._voice, "pitch": self._pitch})
            return _read(path, self.name)


class _Workers:
    """Processes with the engine loaded: one speaks the line at hand, the next one waits for its turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spare: subprocess.Popen[str] | None = None
        atexit.register(self.close)

    def speak(self, request: dict[str, object]) -> None:
        """Have one line spoken to a file; a process that dies or hangs is replaced once. Raises EngineError."""
        for _ in range(2):
            answer = _exchange(self._take(), request)
            if answer is not None:
                break
        with self._lock:
            self._spare = self._spare or _started()
        if answer is None:
            raise EngineError(f"the system voice (pyttsx3) gave no answer; {_HELP}")
        if "error" in answer:
            raise EngineError(f"the system voice (pyttsx3) failed: {answer['error']}; {_HELP}")

    def close(self) -> None:
        """End the waiting process."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()
            spare.communicate()

    def _take(self) -> subprocess.Popen[str]:
        with self._lock:
            spare, self._spare = self._spare, None
        return spare or _started()


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "voicesim.backends.pyttsx3_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )


def _exchange(process: subprocess.Popen[str], request: dict[str, object]) -> dict[str, str] | None:
    """The process's answer, or None when it died or hung; the process is gone afterwards."""
    try:
        answered, _ = process.communicate(json.dumps(request) + "\n", timeout=_TIMEOUT_S)
        answer: dict[str, str] = json.loads(answered)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        process.kill()
        process.communicate()
        return None
    return answer


@lru_cache(maxsize=1)
def _workers() -> _Workers:
    return _Workers()


def _read(path: Path, name: str) -> Recording:
    """The file the engine wrote; some engines write AIFF whatever the name says."""
    import soundfile

    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise EngineError(f"the voice {name} wrote no sound; {_HELP}") from error
    if len(samples) == 0:
        raise EngineError(f"the voice {name} wrote no sound; {_HELP}")
    return Recording(samples.mean(axis=1, dtype=np.float32), int(rate), source=name)
