"""An analysis as plain values: the flat measures, and the one JSON object that `voicesim analyse --json` prints."""

from __future__ import annotations

from statistics import median
from typing import Any

from voicesim.domain import Analysis, CallTiming, Delivery, Evidence, Score, Transcript


def measures(analysis: Analysis) -> dict[str, float | int | None]:
    """Every measure by name, its unit in the name; None where it could not be measured."""
    prosody, pace, signal = analysis.prosody, analysis.pace, analysis.signal
    heard = bool(analysis.spans)
    values: dict[str, float | int | None] = {
        "duration_s": analysis.duration_s,
        "speech_s": prosody.speech_s,
        "words": pace.words if heard else None,
        "speech_rate_wpm": pace.speech_rate_wpm,
        "articulation_rate_sps": pace.articulation_rate_sps,
        "pause_count": len(pace.pauses) if heard else None,
        "pause_share": pace.pause_share,
        "fillers": pace.fillers,
        "f0_median_hz": prosody.f0_median_hz,
        "f0_range_st": prosody.f0_range_st,
        "level_db": prosody.level_db,
        "level_spread_db": prosody.level_spread_db,
        "spectral_tilt_db_per_octave": prosody.spectral_tilt_db_per_octave,
        "hnr_db": prosody.hnr_db,
        "snr_db": signal.snr_db,
        "clipped_share": signal.clipped_share,
        "bandwidth_hz": signal.bandwidth_hz,
        "echo_db": signal.echo_db,
        "word_confidence": analysis.transcript.mean_confidence,
    }
    return values | (timing_measures(analysis.timing) if analysis.timing else {})


def timing_measures(timing: CallTiming) -> dict[str, float | int | None]:
    """The measures of a two-party call; None where only one party was heard."""
    gaps = [gap.gap_s for gap in timing.response_gaps]
    overlaps = timing.overlaps
    return {
        "response_gap_median_s": median(gaps) if gaps else None,
        "interruptions": None if overlaps is None else _interruptions(timing),
        "dead_air_count": sum(1 for air in timing.dead_air if not air.announced),
        "dead_air_longest_s": max((air.span.duration_s for air in timing.dead_air if not air.announced), default=0.0),
        "talk_share": timing.talk_share,
        "overlap_share": timing.overlap_share,
        "silence_share": timing.silence_share,
        "longest_monologue_s": timing.longest_monologue_s,
    }


def analysis_object(analysis: Analysis) -> dict[str, Any]:
    """The analysis as one JSON object: `source`, `transcript`, `measures`, `delivery`, `wording`, `scores`."""
    card = analysis.scores
    return {
        "source": analysis.source,
        "transcript": transcript_object(analysis.transcript),
        "measures": {name: _rounded(value) for name, value in measures(analysis).items()},
        "delivery": delivery_object(analysis.delivery),
        "wording": [
            {
                "behaviour": f.behaviour,
                "quote": f.quote,
                "start_s": _rounded(f.span.start_s),
                "end_s": _rounded(f.span.end_s),
            }
            for f in analysis.wording.findings
        ],
        "scores": {score.name: score_object(score) for score in card.scores},
        "overall": _rounded(card.overall),
        "rubric": {"name": card.rubric, "version": card.rubric_version},
        "advice": [
            {
                "text": advice.text,
                "measure": advice.measure,
                "quote": advice.quote,
                "start_s": _rounded(advice.span.start_s) if advice.span else None,
                "end_s": _rounded(advice.span.end_s) if advice.span else None,
            }
            for advice in card.advice
        ],
        "what_if": list(card.what_if),
        "warnings": list(analysis.signal.warnings),
    }


def transcript_object(transcript: Transcript) -> dict[str, Any]:
    """`text` and `words`, each with `start_s`, `end_s` and `confidence`."""
    return {
        "text": transcript.text,
        "language": transcript.language,
        "engine": transcript.engine,
        "words": [
            {
                "text": word.text,
                "start_s": _rounded(word.span.start_s),
                "end_s": _rounded(word.span.end_s),
                "confidence": _rounded(word.confidence),
            }
            for word in transcript.words
        ],
    }


def delivery_object(delivery: Delivery) -> dict[str, Any]:
    """`heat`, `liveliness`, `warmth`, each 0-1 or null, with what they were measured by and against."""
    return {
        "heat": _rounded(delivery.heat),
        "liveliness": _rounded(delivery.liveliness),
        "warmth": _rounded(delivery.warmth),
        "certainty": _rounded(delivery.certainty),
        "method": delivery.method,
        "against": delivery.against,
        "reason": delivery.reason,
        "cues": [
            {
                "name": cue.name,
                "value": _rounded(cue.value),
                "unit": cue.unit,
                "baseline": _rounded(cue.baseline),
                "contribution": _rounded(cue.contribution),
                "towards": cue.towards,
            }
            for cue in delivery.cues
        ],
        "course": [
            {
                "start_s": _rounded(moment.span.start_s),
                "end_s": _rounded(moment.span.end_s),
                "heat": _rounded(moment.heat),
                "liveliness": _rounded(moment.liveliness),
                "warmth": _rounded(moment.warmth),
            }
            for moment in delivery.course
        ],
    }


def score_object(score: Score) -> dict[str, Any]:
    """`value` 0-100 or null, `reason`, `evidence`."""
    return {
        "value": _rounded(score.value),
        "reason": score.reason,
        "evidence": [evidence_object(evidence) for evidence in score.evidence],
    }


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """One piece of evidence: what was measured, against which band from which source, and the seconds it came from."""
    span = evidence.span
    return {
        "measure": evidence.measure,
        "value": _rounded(evidence.value),
        "unit": evidence.unit,
        "band": evidence.band,
        "source": evidence.source,
        "start_s": _rounded(span.start_s) if span else None,
        "end_s": _rounded(span.end_s) if span else None,
        "quote": evidence.quote,
        "effect": _rounded(evidence.effect),
    }


def _interruptions(timing: CallTiming) -> int:
    return sum(1 for o in timing.overlaps or () if o.kind == "interruption" and o.by == "trainee")


def _rounded(value: float | int | None) -> float | int | None:
    return value if value is None or isinstance(value, int) else round(float(value), 4)
