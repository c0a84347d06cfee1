"""At most three things to do next time, each tied to a moment, and what they would have been worth."""

from __future__ import annotations

from collections.abc import Mapping

from voicesim.domain import Advice, Band, Rubric
from voicesim.scoring.bands import Part, credit, nearest_good, side, weighted, with_credit
from voicesim.scoring.evidence import Observation

MOST_ADVICE = 3
Parts = Mapping[str, list[Part]]


def advise(
    scored: Parts, seen: Mapping[str, Observation], bands: Mapping[str, Band], rubric: Rubric
) -> tuple[Advice, ...]:
    """Advice for the measures that cost most, best first; `scored` holds the parts of each score that stands."""
    found: dict[str, Advice] = {}
    for _, measure, gain in _losses(scored, rubric):
        band, observation, texts = bands[measure], seen[measure], rubric.advice.get(measure)
        where = side(band, observation.value)
        text = getattr(texts, where) if texts is not None and where is not None else None
        if text and measure not in found and gain >= rubric.settings["least_gain"]:
            filled = fill(text, band, observation, None)
            found[measure] = Advice(filled, measure, observation.span, observation.quote, round(gain, 1))
    return tuple(found.values())[:MOST_ADVICE]


def what_ifs(
    scored: Parts, seen: Mapping[str, Observation], bands: Mapping[str, Band], rubric: Rubric
) -> tuple[str, ...]:
    """What each score would be with one measure moved to the nearest good value; computed by the same formula."""
    lines = []
    for name, measure, gain in _losses(scored, rubric):
        texts, band, observation = rubric.advice.get(measure), bands[measure], seen[measure]
        if texts is None or texts.what_if is None or gain < rubric.settings["least_gain"]:
            continue
        would = weighted(with_credit(scored[name], measure, credit(band, nearest_good(band, observation.value))))
        if would is not None:
            lines.append(fill(texts.what_if, band, observation, would))
    return tuple(lines[:MOST_ADVICE])


def fill(text: str, band: Band, observation: Observation, would: float | None) -> str:
    """A text of the rubric with its places filled in."""
    places = {
        "value": _plain(observation.value),
        "target": _plain(nearest_good(band, observation.value)),
        "score": f"{would:.0f}" if would is not None else "",
        "quote": observation.quote or "",
    }
    for name, value in places.items():
        text = text.replace("{" + name + "}", value)
    return text


def _losses(scored: Parts, rubric: Rubric) -> list[tuple[str, str, float]]:
    """(score, measure, points lost there), the largest loss to the overall first."""
    found = []
    for name, parts in scored.items():
        total = sum(part.weight for part in parts)
        share = rubric.weights["overall"][name]
        for part in parts:
            lost = 100.0 * part.weight * (1.0 - part.credit) / total
            if lost > 0:
                found.append((share * lost, name, part.measure, lost))
    found.sort(key=lambda item: (-item[0], item[1], item[2]))
    return [(name, measure, lost) for _, name, measure, lost in found]


def _plain(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 20 else f"{value:.1f}".removesuffix(".0")
