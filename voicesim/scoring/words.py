"""Measures in words, as the rubric calls them: the same on pages, in reports and on the command line."""

from __future__ import annotations

from functools import lru_cache

from voicesim.scoring.rubric import load_rubric

_NO_WORDS = {"s", "hz", "st", "db", "wpm", "sps", "share"}


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return dict(load_rubric(None).labels)


def measure_label(measure: str) -> str:
    """A measure as people read it inside a line: `speech_rate_wpm` becomes "speech rate"."""
    return _labels().get(measure) or " ".join(word for word in measure.split("_") if word not in _NO_WORDS) or measure


def measure_name(measure: str) -> str:
    """The same with a capital letter: "Speech rate"."""
    label = measure_label(measure)
    return label[:1].upper() + label[1:]


def in_words(value: float, unit: str) -> str:
    """A value with its unit: shares as per cent, yes and no as such."""
    if unit == "1 yes, 0 no":
        return "yes" if value >= 0.5 else "no"
    if unit == "0-1":
        return f"{value:.2f} of 1"
    if unit.startswith("share"):
        return f"{value:.0%}{unit.removeprefix('share')}"
    if unit == "times":
        return "once" if value == 1 else "never" if value == 0 else f"{value:.0f} times"
    number = f"{value:.0f}" if abs(value) >= 20 or value == round(value) else f"{value:.2g}"
    return f"{number} {unit}".strip()
