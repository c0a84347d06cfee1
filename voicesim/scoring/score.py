"""From what was measured to tone, pace and warmth, each with its evidence; pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import Band, Evidence, Measured, Rubric, Score, ScoreCard
from voicesim.scoring.advice import advise, what_ifs
from voicesim.scoring.bands import Part, band_text, bands_for, credit, weighted
from voicesim.scoring.context import CustomerContext
from voicesim.scoring.evidence import Observation, observe
from voicesim.scoring.gates import nothing_to_score, reasons_by_measure
from voicesim.scoring.standing import OVERALL, SCORES, overall_of

REPORTED = "reported, not scored"


@dataclass(frozen=True)
class Scored:
    """A score with the parts it was made from, for advice and what-if."""

    score: Score
    parts: list[Part]


def score(measured: Measured, rubric: Rubric, context: CustomerContext | None = None) -> ScoreCard:
    """Tone, pace and warmth by the rubric, for this customer.

    A score without what it requires is None and says why; an overall is given only when all three stand. Deterministic.
    """
    weights = {name: rubric.weights[OVERALL][name] for name in SCORES}
    reason = nothing_to_score(measured, rubric)
    if reason is not None:
        tone, pace, warmth = (Score(name, None, reason) for name in SCORES)
        return ScoreCard(tone, pace, warmth, None, rubric.name, rubric.version, overall_weights=weights)
    blocked = reasons_by_measure(measured, rubric)
    seen = {name: o for name, o in observe(measured, rubric, context).items() if name not in blocked}
    bands = bands_for(rubric, context)
    scored = {name: _one(name, seen, bands, rubric, blocked, measured) for name in SCORES}
    standing = {name: item.parts for name, item in scored.items() if item.score.value is not None}
    return ScoreCard(
        tone=scored["tone"].score,
        pace=scored["pace"].score,
        warmth=scored["warmth"].score,
        overall=overall_of({name: item.score.value for name, item in scored.items()}, weights),
        rubric=rubric.name,
        rubric_version=rubric.version,
        advice=advise(standing, seen, bands, rubric),
        what_if=what_ifs(standing, seen, bands, rubric),
        overall_weights=weights,
    )


def _one(
    name: str,
    seen: dict[str, Observation],
    bands: dict[str, Band],
    rubric: Rubric,
    blocked: dict[str, str],
    measured: Measured,
) -> Scored:
    weights = rubric.weights[name]
    parts = [Part(m, w, credit(bands[m], seen[m].value)) for m, w in weights.items() if w > 0 and m in seen]
    total = sum(part.weight for part in parts)
    costs = {part.measure: -100.0 * part.weight * (1.0 - part.credit) / total for part in parts}
    evidence = tuple(_evidence(seen[m], bands.get(m), costs.get(m)) for m in weights if m in seen)
    missing = [m for m in rubric.required.get(name, ()) if m not in seen]
    if missing or not parts:
        return Scored(Score(name, None, _why(missing, blocked, measured, rubric), evidence), [])
    return Scored(Score(name, weighted(parts), _caveat(name, blocked, measured, rubric), evidence), parts)


def _evidence(observation: Observation, band: Band | None, effect: float | None) -> Evidence:
    return Evidence(
        measure=observation.measure,
        value=observation.value,
        unit=observation.unit,
        band=band_text(band) if band is not None else REPORTED,
        source=band.source if band is not None else REPORTED,
        span=observation.span,
        quote=observation.quote,
        effect=None if effect is None else effect + 0.0,
    )


def _why(missing: list[str], blocked: dict[str, str], measured: Measured, rubric: Rubric) -> str:
    for measure in missing:
        if measure in blocked:
            return blocked[measure]
    given = {"speech_rate_wpm": measured.pace.reason}
    delivered = dict.fromkeys(("heat", "liveliness", "warmth"), measured.delivery.reason)
    known = (given | delivered).get(missing[0]) if missing else None
    label = rubric.labels.get(missing[0], missing[0]) if missing else "what it is made of"
    return known or f"{label} could not be measured"


def _caveat(name: str, blocked: dict[str, str], measured: Measured, rubric: Rubric) -> str | None:
    """What a given score has to be read with."""
    notes = []
    if measured.speech_s < rubric.settings["short_speech_s"]:
        notes.append(f"from {measured.speech_s:.1f} s of speech only, so less certain")
    if name != "pace" and measured.delivery.certainty < rubric.settings["sure_certainty"]:
        notes.append(f"delivery is less certain (compared with {measured.delivery.against})")
    confidence = measured.transcript.mean_confidence
    if name != "tone" and confidence is not None and confidence < rubric.settings["sure_word_confidence"]:
        notes.append(f"the recogniser was not sure of every word (confidence {confidence:.2f})")
    left_out = [m for m, w in rubric.weights[name].items() if w > 0 and m in blocked]
    if left_out:
        labels = ", ".join(rubric.labels.get(m, m) for m in left_out)
        notes.append(f"without {labels}: {blocked[left_out[0]]}")
    return "; ".join(notes) or None
