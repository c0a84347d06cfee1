"""pyttsx3: the voice every machine has (SAPI on Windows, the system voice on macOS, eSpeak NG on Linux)."""

from __future__ import annotations

import atexit
import json
import queue
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import IO

import numpy as np

from voicesim.domain import Recording
from voicesim.errors import EngineError

_HELP = "on Linux install eSpeak NG (apt install espeak-ng)"
_TIMEOUT_S = 20.0


class Pyttsx3Voice:
    """One system voice, spoken by a process of its own that is started at the first line.

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

    def warm_up(self) -> None:
        """Start the engine, so that the first line does not wait for it. Raises EngineError."""
        self.render("Hello.")

    def render(self, text: str, rate: float = 1.0) -> Recording:
        """`text` in the system's neutral voice; see `ports.Voice`. Raises EngineError."""
        if not text.strip():
            return Recording(np.zeros(0, dtype=np.float32), 22_050, source=self.name)
        with tempfile.TemporaryDirectory(prefix="voicesim-") as folder:
            path = Path(folder) / "line.wav"
            _worker().ask(
                {
                    "text": text,
                    "path": str(path),
                    "voice": self._voice,
                    "pitch": self._pitch,
                    "rate": min(2.0, max(0.5, rate)),
                }
            )
            return _read(path, self.name)


class _Worker:
    """The engine's process, started at the first request and again after it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        atexit.register(self.close)

    def ask(self, request: dict[str, object]) -> None:
        """Have one line spoken to a file; a process that dies is replaced once. Raises EngineError."""
        with self._lock:
            for attempt in (1, 2):
                answer = self._exchange(request)
                if answer is not None:
                    break
                self.close()
                if attempt == 2:
                    raise EngineError(f"the system voice (pyttsx3) stopped without an answer; {_HELP}")
        if answer and "error" in answer:
            raise EngineError(f"the system voice (pyttsx3) failed: {answer['error']}; {_HELP}")

    def close(self) -> None:
        """End the process, if any."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _exchange(self, request: dict[str, object]) -> dict[str, object] | None:
        """The answer to a request, or None when the process died or hung."""
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=_TIMEOUT_S)
        except (OSError, queue.Empty):
            return None
        answer: dict[str, object] | None = json.loads(line) if line else None
        return answer

    def _start(self) -> subprocess.Popen[str]:
        self._answers = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "voicesim.backends.pyttsx3_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        threading.Thread(target=_forward, args=(self._process.stdout, self._answers), daemon=True).start()
        return self._process


def _forward(lines: IO[str], answers: queue.Queue[str]) -> None:
    """Hand on each line; an empty one says that the process ended."""
    for line in lines:
        answers.put(line)
    answers.put("")


@lru_cache(maxsize=1)
def _worker() -> _Worker:
    return _Worker()


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
