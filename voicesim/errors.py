"""One exception tree. Foreign errors are mapped to it at the edge that meets them.

    VoicesimError
    ├── AudioError          a file that cannot be read as sound, or holds none
    ├── DeviceError         no microphone, a device in use or unplugged
    ├── EngineError         a recogniser, voice or model that is missing or failed
    ├── ContentError        a scenario, rubric, lexicon, manifest or cast file that is not valid (file, line, field)
    ├── StoreError          the data folder or the database cannot be used
    └── UsageError          an unknown scenario, session, trainee or option value

Each message is one line that names the thing and says what to do.
"""

from __future__ import annotations

from pathlib import Path


class VoicesimError(Exception):
    """Base of every error voicesim raises on purpose; its text is shown to the user as it is."""


class AudioError(VoicesimError):
    """A file cannot be read as sound, or holds none."""


class DeviceError(VoicesimError):
    """An audio device is missing, in use, or was unplugged."""


class EngineError(VoicesimError):
    """A recogniser, voice or model is not installed or failed."""


class StoreError(VoicesimError):
    """The data folder or the sessions database cannot be used."""


class UsageError(VoicesimError):
    """Something asked for by name does not exist, or an option's value is not allowed."""


class ContentError(VoicesimError):
    """A file written by people is not valid.

    `path` is the file, `line` its 1-based line (None when unknown), `field` the dotted name of the field.
    """

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None, field: str | None = None) -> None:
        self.path, self.problem, self.line, self.field = str(path), problem, line, field
        where = f"{path}" + (f", line {line}" if line is not None else "") + (f", {field}" if field else "")
        super().__init__(f"{where}: {problem}")
