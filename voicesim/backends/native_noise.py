"""Keeps what PortAudio and ALSA print for their own developers out of the lines a user reads."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Thread

NOISE = (b"ALSA lib ", b"Expression '", b"PaAlsa", b"Cannot connect to server", b"jack server", b"JackShmReadWrite")
"""How their lines begin; their error codes still arrive. Every other line of the error output passes."""
_STDERR = 2


class NativeNoise:
    """Between `start` and `stop`, lines that begin with one of `NOISE` are left out of the process's error output."""

    def __init__(self) -> None:
        self._saved: int | None = None
        self._reader: Thread | None = None

    def start(self) -> None:
        """Begin; does nothing where the process has no error output."""
        if self._saved is not None:
            return
        with suppress(OSError):
            self._saved = os.dup(_STDERR)
            read_end, write_end = os.pipe()
            os.dup2(write_end, _STDERR)
            os.close(write_end)
            self._reader = Thread(target=_pass_on, args=(read_end, self._saved), name="native-noise", daemon=True)
            self._reader.start()

    def stop(self) -> None:
        """Give the error output back; safe to call twice."""
        saved, self._saved = self._saved, None
        if saved is None:
            return
        os.dup2(saved, _STDERR)
        if self._reader is not None:
            self._reader.join(timeout=1.0)
        os.close(saved)


def _pass_on(read_end: int, target: int) -> None:
    with os.fdopen(read_end, "rb") as lines:
        for line in lines:
            if not line.startswith(NOISE):
                with suppress(OSError):
                    os.write(target, line)
