"""One call scored, wherever a worker runs: decode, hear, analyse, rows. A failure is a row too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from voicesim.analysis import WORKING_RATE_HZ, analyse
from voicesim.audio import open_audio
from voicesim.batch.channels import AUTO, SIDES, AgentSide, chosen_side
from voicesim.batch.ears import CallEars, EarsFactory
from voicesim.batch.hear_call import HeardCall, hear_call, join_heard, without_sound
from voicesim.batch.joining import joined
from voicesim.batch.memory import give_back_memory
from voicesim.batch.rows import CallRows, FileFacts, failed_rows, scored_rows
from voicesim.batch.sessions import as_session
from voicesim.batch.sources import CallSource, open_call
from voicesim.batch.windows import windows_of
from voicesim.domain import Analysis, Baseline, Rubric
from voicesim.domain.timeline import shifted
from voicesim.errors import EngineError, VoicesimError
from voicesim.redaction import redact_analysis, redact_transcript, where_numbers_sound


@dataclass(frozen=True, eq=False)
class ScoringOptions:
    """How calls are scored; picklable. `baselines` are agents' resting voices by name."""

    ears: EarsFactory
    rubric: Rubric
    agent_channel: str = AUTO
    keep_session: bool = False
    baselines: Mapping[str, Baseline] = field(default_factory=dict)


def score_call(source: CallSource, options: ScoringOptions) -> CallRows:
    """The rows of one call; what goes wrong becomes its error row. Engines are loaded once in a process.

    Raises EngineError when they cannot be: that is the batch's failure, not this call's.
    """
    try:
        ears = _loaded(options.ears)
    except VoicesimError as error:  # of a kind that survives the way from a worker process
        raise EngineError(str(error)) from error
    try:
        facts, heard, analysis = _scored(source, ears, options)
    except VoicesimError as error:
        return failed_rows(source, str(error))
    except Exception as error:  # noqa: BLE001 - one call must never end the batch
        return failed_rows(source, f"{source.location}: unexpected {type(error).__name__}: {error}")
    clean, removed = redact_analysis(analysis)
    customer, also_removed = redact_transcript(heard.customer.transcript)
    rows = scored_rows(source, facts, heard, clean, customer, len(removed) + len(also_removed))
    if not options.keep_session:
        return rows
    session = as_session(source, heard, clean, customer)
    parties = (clean.transcript, heard.agent.spans), (customer, heard.customer.spans)
    spans = tuple(sorted(span for said, spoken in parties for span in where_numbers_sound(said, spoken)))
    return replace(rows, call=rows.call | {"session": session.id}, session=session, removed=spans)


def _scored(source: CallSource, ears: CallEars, options: ScoringOptions) -> tuple[FileFacts, HeardCall, Analysis]:
    """Hear and analyse the call, a long one window by window. Raises AudioError or EngineError."""
    parts: list[tuple[HeardCall, Analysis]] = []
    known = chosen_side(options.agent_channel, source.agent_channel)
    with open_call(source.location) as file, open_audio(file, source.location) as stream:
        facts = FileFacts(stream.decoder, stream.sample_rate_hz, stream.channels)
        for start_s, window in windows_of(stream, WORKING_RATE_HZ):
            heard = hear_call(window, ears, known)
            analysis = _analysed(source, heard, ears, options)
            parts.append((shifted(without_sound(heard), start_s), shifted(analysis, start_s)))
            if heard.channel in SIDES:
                known = AgentSide(SIDES.index(heard.channel), heard.by, heard.certainty)
            give_back_memory()
    if len(parts) == 1:
        return facts, *parts[0]
    call = join_heard([heard for heard, _ in parts], sum(analysis.duration_s for _, analysis in parts))
    return facts, call, joined([analysis for _, analysis in parts], call.timing, options.rubric)


def _analysed(source: CallSource, heard: HeardCall, ears: CallEars, options: ScoringOptions) -> Analysis:
    other = None if heard.channel == "mono" else heard.customer.recording
    analysis = analyse(
        heard.agent.recording,
        ears.ears,
        baseline=options.baselines.get(source.agent or ""),
        rubric=options.rubric,
        customer_name=source.customer,
        other=other,
        spans=heard.agent.spans,
        transcript=heard.agent.transcript,
        timing=heard.timing,
    )
    return replace(analysis, source=source.location)


@lru_cache(maxsize=1)
def _loaded(factory: EarsFactory) -> CallEars:
    return factory()
