"""What was observed, measure by measure: a value with the seconds and words that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from voicesim.domain import BehaviourFinding, DeliveryMoment, Measured, Rubric, Span, WordingMeasure
from voicesim.domain.spans import total_s
from voicesim.scoring.context import CustomerContext

MINUTES_PER_INTERRUPTION_COUNT = 5.0
LONGEST_QUOTE_WORDS = 25


@dataclass(frozen=True)
class Observation:
    """A measure's value and where it shows."""

    measure: str
    value: float
    unit: str
    span: Span
    quote: str | None = None


def observe(measured: Measured, rubric: Rubric, context: CustomerContext | None) -> dict[str, Observation]:
    """Every measure that could be taken, by name. What could not be measured is absent."""
    found = [
        *_delivery(measured, rubric),
        *_pace(measured, rubric, context),
        *_timing(measured),
        *_wording(measured, rubric),
    ]
    return {observation.measure: observation for observation in found}


def quote_of(measured: Measured, span: Span) -> str | None:
    """The words said inside a span, at most 25."""
    words = measured.transcript.within(span).words[:LONGEST_QUOTE_WORDS]
    return " ".join(word.text for word in words) or None


def _delivery(measured: Measured, rubric: Rubric) -> Iterable[Observation]:
    delivery = measured.delivery
    raised = rubric.settings["raised_heat"]

    def at(moment: Span, name: str, value: float, unit: str = "0-1") -> Observation:
        return Observation(name, value, unit, moment, quote_of(measured, moment))

    if delivery.heat is not None:
        yield at(_extreme(measured, lambda m: m.heat, max), "heat", delivery.heat)
        known = [moment for moment in delivery.course if moment.heat is not None]
        if known:
            loud = [m.span for m in known if m.heat is not None and m.heat >= raised]
            share = total_s(loud) / total_s(m.span for m in known)
            yield at(_extreme(measured, lambda m: m.heat, max), "raised_voice_share", share, "share of speech")
    if delivery.liveliness is not None:
        yield at(_extreme(measured, lambda m: m.liveliness, min), "liveliness", delivery.liveliness)
    if delivery.warmth is not None:
        yield at(_extreme(measured, lambda m: m.warmth, min), "warmth", delivery.warmth)


def _extreme(
    measured: Measured,
    value: Callable[[DeliveryMoment], float | None],
    pick: Callable[[Iterable[float]], float],
) -> Span:
    """The stretch where a delivery value is largest or smallest; all of the speech without a course."""
    moments = [(value(moment), moment.span) for moment in measured.delivery.course]
    known = [(number, span) for number, span in moments if number is not None]
    if not known:
        return measured.whole_span
    wanted = pick(number for number, _ in known)
    return next(span for number, span in known if number == wanted)


def _pace(measured: Measured, rubric: Rubric, context: CustomerContext | None) -> Iterable[Observation]:
    pace = measured.pace
    if pace.speech_rate_wpm is not None:
        rate = pace.speech_rate_wpm
        span = max(pace.rate_course, key=lambda item: abs(item[1] - _middle(rubric)), default=(measured.whole_span, 0))[
            0
        ]
        yield Observation("speech_rate_wpm", rate, "words/min", span, quote_of(measured, span))
        if context is not None and context.speech_rate_wpm:
            ratio = rate / context.speech_rate_wpm
            yield Observation("rate_to_customer", ratio, "times the customer's", measured.whole_span)
    if pace.rate_course:
        hurried = [(span, wpm) for span, wpm in pace.rate_course if wpm > rubric.settings["burst_wpm"]]
        share = total_s(span for span, _ in hurried) / total_s(span for span, _ in pace.rate_course)
        span = max(pace.rate_course, key=lambda item: item[1])[0]
        yield Observation("burst_share", share, "share of speaking time", span, quote_of(measured, span))
    if pace.fillers is not None and pace.words:
        span = pace.filler_spans[0] if pace.filler_spans else measured.whole_span
        yield Observation("fillers_per_100_words", 100.0 * pace.fillers / pace.words, "per 100 words", span)
    if pace.articulation_rate_sps is not None:
        yield Observation("articulation_rate_sps", pace.articulation_rate_sps, "syllables/s", measured.whole_span)


def _middle(rubric: Rubric) -> float:
    band = rubric.bands["speech_rate_wpm"]
    edges = [edge for edge in (band.good_low, band.good_high) if edge is not None]
    return sum(edges) / len(edges) if edges else 0.0


def _timing(measured: Measured) -> Iterable[Observation]:
    timing = measured.timing
    if timing is None:
        return
    if timing.response_gaps:
        worst = max(timing.response_gaps, key=lambda gap: gap.gap_s)
        yield Observation("response_gap_s", median(gap.gap_s for gap in timing.response_gaps), "s", worst.span)
    if timing.trainee_turns and timing.customer_turns:
        silent = [air for air in timing.dead_air if not air.announced]
        longest = max(silent, key=lambda air: air.span.duration_s, default=None)
        span = longest.span if longest else measured.whole_span
        yield Observation("dead_air_s", longest.span.duration_s if longest else 0.0, "s", span)
    if timing.overlaps is not None and timing.trainee_turns and timing.customer_turns:
        over = [o for o in timing.overlaps if o.by == "trainee" and o.kind == "interruption"]
        span = max((o.span for o in over), key=lambda s: s.duration_s, default=measured.whole_span)
        per = max(1.0, measured.duration_s / 60.0 / MINUTES_PER_INTERRUPTION_COUNT)
        yield Observation(
            "interruptions", len(over) / per, "per 5 min", span, quote_of(measured, span) if over else None
        )


def _wording(measured: Measured, rubric: Rubric) -> Iterable[Observation]:
    if not measured.wording.words:
        return
    for name, measure in rubric.wording.items():
        found = sorted(
            (f for behaviour in measure.behaviours for f in measured.wording.of(behaviour)), key=lambda f: f.span
        )
        observation = _of_wording(name, measure, found, measured)
        if observation is not None and not _too_short_to_miss(observation, rubric, measured):
            yield observation


def _of_wording(
    name: str, measure: WordingMeasure, found: list[BehaviourFinding], measured: Measured
) -> Observation | None:
    span, quote = (found[0].span, found[0].quote) if found else (measured.whole_span, None)
    if measure.counts == "call":
        return Observation(name, float(len(found)), "times", span, quote)
    if measure.counts == "words":
        return Observation(name, 100.0 * len(found) / measured.wording.words, "per 100 words", span, quote)
    later = [f for behaviour in measure.before for f in measured.wording.of(behaviour)]
    if not later:
        return None
    first = min(later, key=lambda f: f.span)
    if found and found[0].span <= first.span:
        return Observation(name, 1.0, "1 yes, 0 no", span, quote)
    return Observation(name, 0.0, "1 yes, 0 no", first.span, first.quote)


def _too_short_to_miss(observation: Observation, rubric: Rubric, measured: Measured) -> bool:
    """Whether something good is missing only because little was said: a short reply cannot do everything."""
    band = rubric.bands.get(observation.measure)
    wanted = band is not None and band.good_low is not None and observation.value < band.good_low
    return wanted and measured.speech_s < rubric.settings["min_speech_for_pace_s"]
