"""Progress of a batch: a bar for people, JSON lines for schedulers, or nothing. Written to stderr."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self, TextIO


@dataclass(frozen=True)
class Progress:
    """Where a batch stands. `rate` is hours of audio an hour; `left_s` None until something is known."""

    calls: int
    done: int
    failed: int
    resumed: int
    audio_s: float
    elapsed_s: float

    @property
    def rate(self) -> float:
        """Seconds of audio scored a second, in this run."""
        return self.audio_s / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Time left at the pace of calls so far; None before the first."""
        here = self.done - self.resumed
        return (self.calls - self.done) * self.elapsed_s / here if here else None


class ProgressView(Protocol):
    """Shows progress; entered before the first call and left after the last."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

    def show(self, progress: Progress) -> None:
        """Called after every call."""
        ...


class Quiet:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def show(self, progress: Progress) -> None:
        """Nothing."""


class JsonProgress(Quiet):
    """A JSON object a line, at most one each `every_s` seconds, and always the last."""

    def __init__(self, stream: TextIO | None = None, every_s: float = 1.0) -> None:
        self._stream, self._every_s, self._shown_at = stream or sys.stderr, every_s, float("-inf")

    def show(self, progress: Progress) -> None:
        """One line, when it is time."""
        if progress.done < progress.calls and time.monotonic() - self._shown_at < self._every_s:
            return
        self._shown_at = time.monotonic()
        values: dict[str, Any] = asdict(progress) | {"rate": progress.rate, "left_s": progress.left_s}
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}
        self._stream.write(json.dumps(rounded) + "\n")
        self._stream.flush()


class Bar(Quiet):
    """A bar with calls and hours of audio done, rate, failures and time left."""

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            BarColumn(bar_width=24),
            TextColumn("{task.fields[line]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("calls", total=None, line="starting workers")
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Redraw."""
        self._bar.update(self._task, total=progress.calls, completed=progress.done, line=line_of(progress))


def line_of(progress: Progress) -> str:
    """Progress in words, as the bar shows it."""
    parts = [
        f"{progress.done}/{progress.calls} calls",
        f"{progress.audio_s / 3600:.1f} h of audio",
        f"{progress.rate:.0f}x real time",
        f"{progress.failed} failed",
    ]
    if progress.resumed:
        parts.append(f"{progress.resumed} from before")
    if progress.left_s is not None and progress.done < progress.calls:
        parts.append(f"{_clock(progress.left_s)} left")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
