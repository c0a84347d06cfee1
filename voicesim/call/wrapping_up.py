"""After the last word: the whole call measured once more, on one timeline."""

from __future__ import annotations

from datetime import datetime

from voicesim.activity import call_timing, remove_crosstalk
from voicesim.analysis import Ears, analyse, customer_rate_wpm
from voicesim.call.log import CallLog
from voicesim.call.recorder import CUSTOMER, TRAINEE, CallRecorder
from voicesim.call.setup import CallSetup
from voicesim.domain import Analysis, CallEnding, Ending, Scenario, Session, Transcript
from voicesim.errors import VoicesimError
from voicesim.scoring import CustomerContext


def finished_session(
    scenario: Scenario,
    setup: CallSetup,
    ears: Ears,
    recorder: CallRecorder,
    log: CallLog,
    started_at: datetime,
) -> Session:
    """The call as a session.

    Its `analysis` is None, and the ending's detail says why, when an engine fails now or Ctrl-C breaks in.
    """
    ending = log.ending or CallEnding(Ending.LOST)
    analysis, problem = None, ""
    try:
        analysis = _whole_call(scenario, setup, ears, recorder, log)
    except VoicesimError as error:
        problem = str(error)
    except KeyboardInterrupt:
        problem = "scoring the whole call was broken off"
    if problem:
        ending = CallEnding(ending.ending, "; ".join(part for part in (ending.detail, problem) if part))
    path = setup.recording_path
    return Session(
        id=path.stem,
        kind=setup.kind,
        scenario_id=scenario.id,
        trainee=setup.trainee,
        started_at=started_at,
        duration_s=recorder.duration_s,
        ending=ending,
        turns=tuple(log.turns),
        analysis=analysis,
        scores=analysis.scores if analysis else None,
        timing=analysis.timing if analysis else None,
        recording_path=f"{path.parent.name}/{path.name}",
        scenario=scenario,
    )


def _whole_call(scenario: Scenario, setup: CallSetup, ears: Ears, recorder: CallRecorder, log: CallLog) -> Analysis:
    trainee, customer = recorder.channel(TRAINEE), recorder.channel(CUSTOMER)
    spans = remove_crosstalk(trainee, ears.detector.detect(trainee), customer, log.customer_spans)
    announced = [
        finding.span
        for turn in log.turns
        if turn.analysis is not None
        for finding in turn.analysis.wording.of("announced_hold")
    ]
    timing = call_timing(
        spans,
        log.customer_spans,
        recorder.duration_s,
        announced_holds=[*log.holds, *announced],
        simulator_gaps_s=log.own_delays,
    )
    return analyse(
        trainee,
        ears,
        baseline=setup.baseline,
        rubric=setup.rubric,
        customer=CustomerContext.of(scenario.persona, customer_rate_wpm(log.turns, timing.customer_spans)),
        customer_name=scenario.persona.name,
        other=customer,
        spans=spans,
        transcript=_transcript(log, ears),
        timing=timing,
    )


def _transcript(log: CallLog, ears: Ears) -> Transcript:
    """The words of all turns, as they were heard during the call."""
    said = [turn.analysis.transcript for turn in log.turns if turn.analysis is not None]
    return Transcript.joined(said) if said else Transcript("", (), "en", ears.transcriber.name)
