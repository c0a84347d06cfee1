"""One training call from choices to a stored session, for the terminal and the page alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from voicesim.analysis import Ears, enrol
from voicesim.call import CallControls, CallObserver, CallSetup, run_call
from voicesim.customer.freeform import freeform_customer
from voicesim.domain import Rubric, Scenario, Session, SessionKind
from voicesim.domain.clock import now
from voicesim.engines.headsets import SimulatedTrainee
from voicesim.engines.speakers import open_speaker
from voicesim.errors import VoicesimError
from voicesim.ports import AudioLine
from voicesim.store import Store

SIMULATED_TRAINEE = "simulated"


@dataclass(frozen=True)
class CallChoices:
    """What a person chose for a call; `voice` and `llm` None for the defaults."""

    trainee: str
    patience_s: float
    voice: str | None
    llm: str | None
    seed: int
    private: bool
    rubric: Rubric


def hold_call(
    store: Store,
    scenario: Scenario,
    line: AudioLine,
    ears: Ears,
    choices: CallChoices,
    *,
    controls: CallControls | None = None,
    observer: CallObserver | None = None,
    simulated: SimulatedTrainee | None = None,
) -> Session:
    """Hold one call and store it, however it ends. Raises DeviceError, EngineError or StoreError before it begins.

    `simulated` is the trainee on a simulated line: the call is then kept as a demonstration, under their name.
    """
    started_at = now()
    setup = _set_up(store, store.new_session_id(started_at), ears, choices, simulated)
    mind = freeform_customer(scenario, choices.llm, seed=choices.seed) if choices.llm else None
    speaker = open_speaker(scenario.persona, choices.voice, seed=choices.seed)
    with _noted(store, scenario, setup, started_at, private=choices.private):
        try:
            session = run_call(scenario, line, ears, speaker, setup, controls=controls, observer=observer, engine=mind)
        finally:
            speaker.close()
    session = replace(session, private=choices.private)
    store.save_session(session)
    return session


def _set_up(
    store: Store, session_id: str, ears: Ears, choices: CallChoices, simulated: SimulatedTrainee | None
) -> CallSetup:
    trainee = SIMULATED_TRAINEE if simulated else choices.trainee
    return CallSetup(
        trainee=trainee,
        rubric=choices.rubric,
        recording_path=store.recordings_dir / f"{session_id}.flac",
        baseline=enrol([simulated.reading()], ears, speaker=trainee) if simulated else store.baseline(trainee),
        kind=SessionKind.DEMO if simulated else SessionKind.PRACTICE,
        patience_s=choices.patience_s,
        seed=choices.seed,
    )


@contextmanager
def _noted(
    store: Store, scenario: Scenario, setup: CallSetup, started_at: datetime, *, private: bool
) -> Iterator[None]:
    """The call is in the store while it runs; one that never began is taken out again."""
    path = setup.recording_path
    store.begin_session(
        path.stem,
        scenario.id,
        setup.trainee,
        started_at,
        str(path.relative_to(store.data_dir)),
        kind=setup.kind,
        private=private,
        scenario=scenario,
    )
    try:
        yield
    except VoicesimError:
        store.delete_session(path.stem)
        raise
    except KeyboardInterrupt:
        if not path.exists():  # nothing was said yet
            store.delete_session(path.stem)
        raise
