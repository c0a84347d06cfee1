"""Rubric files: read, checked, and written out as a readable formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from voicesim.content import data_file, line_of, read_toml, validate_content
from voicesim.domain import AdviceText, Band, Rubric, Style, WordingMeasure
from voicesim.errors import ContentError
from voicesim.scoring.bands import band_text
from voicesim.scoring.standing import OVERALL, SCORES

KINDS = frozenset({"angry", "hurried", "distressed", *(style.value for style in Style)})
SETTINGS = frozenset(
    {
        "min_speech_s",
        "short_speech_s",
        "min_speech_for_pace_s",
        "wordless_s",
        "min_confidence_for_speech",
        "min_pace_confidence",
        "min_word_confidence",
        "sure_word_confidence",
        "sure_certainty",
        "max_clipped_share",
        "min_snr_db",
        "min_snr_warmth_db",
        "max_echo_db",
        "raised_heat",
        "burst_wpm",
        "angry_from",
        "hurried_from",
        "least_gain",
    }
)
NEVER_EXCUSED = ("heat", "raised_voice_share")
_STRICT = ConfigDict(extra="forbid", strict=False)
Location = tuple[str | int, ...]


@checked(frozen=True, config=_STRICT)
class BandEntry:
    """A band as it is written: the measure's name is the table's."""

    unit: str
    source: str
    good_low: float | None = None
    good_high: float | None = None
    zero_low: float | None = None
    zero_high: float | None = None


@checked(frozen=True, config=_STRICT)
class WordingEntry:
    """A wording measure as it is written."""

    behaviours: tuple[str, ...]
    counts: str = "call"
    before: tuple[str, ...] = ()


@checked(frozen=True, config=_STRICT)
class AdviceEntry:
    """Advice as it is written."""

    low: str | None = None
    high: str | None = None
    what_if: str | None = None


@checked(frozen=True, config=_STRICT)
class RubricFile:
    """The whole file."""

    name: str
    version: str
    settings: dict[str, float]
    required: dict[str, tuple[str, ...]]
    weights: dict[str, dict[str, float]]
    bands: dict[str, BandEntry]
    labels: dict[str, str] = field(default_factory=dict)
    wording: dict[str, WordingEntry] = field(default_factory=dict)
    adjustments: dict[str, dict[str, BandEntry]] = field(default_factory=dict)
    advice: dict[str, AdviceEntry] = field(default_factory=dict)


@dataclass(frozen=True)
class _Problem:
    where: Location
    text: str
    inside: Location = ()  # the first thing inside, where the place itself has no line of its own


def load_rubric(path: Path | None = None) -> Rubric:
    """The rubric in a TOML file, or the default one. Raises ContentError naming file, line and field."""
    path = path or data_file("rubrics", "default.toml")
    data, text = read_toml(path)
    written = validate_content(path, text, data, RubricFile)
    for problem in _problems(written):
        line = line_of(text, problem.where) or line_of(text, problem.inside)
        raise ContentError(path, problem.text, line=line, field=".".join(str(part) for part in problem.where))
    return Rubric(
        name=written.name,
        version=written.version,
        bands=_bands(written.bands),
        weights=written.weights,
        adjustments={kind: _bands(entries) for kind, entries in written.adjustments.items()},
        settings=written.settings,
        required=written.required,
        wording={name: _wording(entry) for name, entry in written.wording.items()},
        labels=written.labels,
        advice={name: AdviceText(entry.low, entry.high, entry.what_if) for name, entry in written.advice.items()},
    )


def explain_rubric(rubric: Rubric) -> str:
    """The formula in words: each score, its measures with weight, band and source, and what customers change."""
    lines = [f"Rubric {rubric.name}, version {rubric.version}", ""]
    for name in SCORES:
        weights = {m: w for m, w in rubric.weights[name].items() if w > 0}
        total = sum(weights.values())
        lines.append(f"{name} = 100 x the mean of these credits, by weight:")
        for measure, weight in sorted(weights.items(), key=lambda item: -item[1]):
            lines.append(f"  {weight / total:4.0%}  {_sentence(rubric.bands[measure], rubric.labels)}")
        lines += [f"  not given without: {', '.join(rubric.required.get(name, ())) or '-'}", ""]
    overall = rubric.weights[OVERALL]
    parts = " + ".join(f"{overall[name] / sum(overall.values()):.2f} x {name}" for name in SCORES)
    lines += [f"overall = {parts}, only if all three stand; a value a person gives takes the measured one's place", ""]
    for kind, bands in rubric.adjustments.items():
        lines.append(f"For {kind} customers:")
        lines += [f"  {_sentence(band, rubric.labels)}" for band in bands.values()]
    lines += ["", "Settings:", *(f"  {name} = {value:g}" for name, value in sorted(rubric.settings.items()))]
    return "\n".join(lines)


def _sentence(band: Band, labels: Mapping[str, str]) -> str:
    label = labels.get(band.measure, band.measure)
    edges = [f"{edge:g}" for edge in (band.zero_low, band.zero_high) if edge is not None]
    none = f", none at {' and '.join(edges)}" if edges else ""
    unit = f"({band.unit})" if band.unit[:1].isdigit() else band.unit
    return f"{label}: full credit {band_text(band)} {unit}{none} [{band.source}]"


def _bands(entries: Mapping[str, BandEntry]) -> dict[str, Band]:
    return {
        name: Band(name, e.unit, e.source, e.good_low, e.good_high, e.zero_low, e.zero_high)
        for name, e in entries.items()
    }


def _wording(entry: WordingEntry) -> WordingMeasure:
    counts = entry.counts
    if counts == "order":
        return WordingMeasure(entry.behaviours, "order", entry.before)
    return WordingMeasure(entry.behaviours, "words" if counts == "words" else "call")


def _problems(written: RubricFile) -> Iterator[_Problem]:
    yield from _setting_problems(written)
    yield from _weight_problems(written)
    for name, band in written.bands.items():
        yield from _edge_problems(("bands", name), band)
    for kind, entries in written.adjustments.items():
        if kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            first = ("adjustments", kind, *list(entries)[:1])
            yield _Problem(("adjustments", kind), f"is not a kind of customer; known are {known}", first)
        for name, band in entries.items():
            yield from _adjustment_problems(written, kind, name, band)
    for name, entry in written.wording.items():
        if entry.counts not in ("call", "words", "order"):
            yield _Problem(("wording", name, "counts"), 'must be "call", "words" or "order"')
        if (entry.counts == "order") != bool(entry.before):
            yield _Problem(("wording", name), '`before` goes with counts = "order", and only with it')
    for name in written.advice:
        if name not in written.bands:
            yield _Problem(("advice", name), "has no band of this name")


def _setting_problems(written: RubricFile) -> Iterator[_Problem]:
    for name in sorted(SETTINGS - set(written.settings)):
        yield _Problem(("settings", name), "is missing")
    for name in written.settings:
        if name not in SETTINGS:
            yield _Problem(("settings", name), "is not a known setting")


def _weight_problems(written: RubricFile) -> Iterator[_Problem]:
    scores = (*SCORES, OVERALL)
    for name in scores:
        if name not in written.weights:
            yield _Problem(("weights", name), "is missing")
    for name, weights in written.weights.items():
        if name not in scores:
            yield _Problem(("weights", name), "is not a score; scores are tone, pace, warmth, and overall")
        if sum(weights.values()) <= 0 or any(weight < 0 for weight in weights.values()):
            yield _Problem(("weights", name), "weights must be 0 or more, and one of them more than 0")
        known: Iterable[str] = SCORES if name == OVERALL else written.bands
        for measure in [m for m, weight in weights.items() if weight > 0 and m not in known]:
            yield _Problem(("weights", name, measure), "has a weight but no band")
    for name in [name for name in SCORES if name not in written.weights.get(OVERALL, {})]:
        yield _Problem(("weights", OVERALL, name), "is missing")
    for name, measures in written.required.items():
        for measure in [m for m in measures if m not in written.weights.get(name, {})]:
            yield _Problem(("required", name), f"{measure} has no weight in {name}")


def _edge_problems(where: Location, band: BandEntry) -> Iterator[_Problem]:
    if band.good_low is None and band.good_high is None:
        yield _Problem(where, "needs good_low or good_high")
    if not band.source.strip():
        yield _Problem((*where, "source"), 'must name where the numbers come from, or say "uncalibrated"')
    edges = [edge for edge in (band.zero_low, band.good_low, band.good_high, band.zero_high) if edge is not None]
    if edges != sorted(edges):
        yield _Problem(where, "edges must not cross: zero_low <= good_low <= good_high <= zero_high")
    if (band.zero_low is None) != (band.good_low is None) or (band.zero_high is None) != (band.good_high is None):
        yield _Problem(where, "good_low goes with zero_low, and good_high with zero_high")


def _adjustment_problems(written: RubricFile, kind: str, name: str, band: BandEntry) -> Iterator[_Problem]:
    where = ("adjustments", kind, name)
    if name not in written.bands:
        yield _Problem(where, "has no band of this name to adjust")
        return
    yield from _edge_problems(where, band)
    plain = written.bands[name]
    looser = (band.good_high or 0) > (plain.good_high or 0) or (band.zero_high or 0) > (plain.zero_high or 0)
    if name in NEVER_EXCUSED and looser:
        yield _Problem(where, "no customer's mood excuses a heated delivery: its band cannot be loosened")
    if name == "speech_rate_wpm" and kind in ("angry", "hurried") and looser:
        yield _Problem(where, "a fast or angry customer's pace is not to be matched: the upper edge cannot be raised")
