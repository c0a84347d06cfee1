"""One training call from ringing to its last word: the loop that holds the line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from voicesim.analysis import Ears, Sound, analyse, analyse_heard, hear_sound
from voicesim.call.controls import CallControls, CallObserver, CallState, hanging_up_by_ctrl_c
from voicesim.call.conversation import Conversation
from voicesim.call.early_ears import EarlyEars
from voicesim.call.echo import EchoGuard
from voicesim.call.parts import LineSpeaker
from voicesim.call.recorder import CUSTOMER, TRAINEE, CallRecorder
from voicesim.call.setup import CallSetup
from voicesim.call.speaking import CustomerVoice, ForeseenLine, foreseen_line
from voicesim.call.turn_taking import SpeechTracker
from voicesim.call.wrapping_up import finished_session
from voicesim.customer.engine import CustomerEngine
from voicesim.domain import Analysis, CallEnding, Ending, Scenario, Session, Span, Transcript
from voicesim.domain.clock import now
from voicesim.errors import VoicesimError
from voicesim.ports import AudioLine, LineBlock
from voicesim.scoring import CustomerContext

LEVEL_EVERY_BLOCKS = 3
WARM_UP_S = 1.0
TELL_AFTER_LOSSES = 10


def run_call(
    scenario: Scenario,
    line: AudioLine,
    ears: Ears,
    speaker: LineSpeaker,
    setup: CallSetup,
    *,
    controls: CallControls | None = None,
    observer: CallObserver | None = None,
    engine: CustomerEngine | None = None,
) -> Session:
    """Hold one call to its end and return everything about it; nothing is stored here but the recording.

    The call ends when the customer ends it, when the trainee hangs up (`controls.hang_up()` or Ctrl-C), or when the
    device, the disk or an engine fails (ending LOST, with the error's line as detail); in every case what was spoken is
    kept, and Ctrl-C while the whole call is measured leaves the measures of its replies.
    `engine` is the customer's mind, by default one made from the scenario and `setup.seed`.
    Raises DeviceError when the line cannot be opened or never gives sound, StoreError when nothing can be recorded:
    then no recording is left behind.
    """
    call = _Call(scenario, line, ears, speaker, setup, controls, observer, engine)
    try:
        call.connect()
        call.hold_line()
        return call.finish()
    finally:
        call.close()


class _Call:
    """The parts of one call, made, run and put away in order."""

    def __init__(
        self,
        scenario: Scenario,
        line: AudioLine,
        ears: Ears,
        speaker: LineSpeaker,
        setup: CallSetup,
        controls: CallControls | None,
        observer: CallObserver | None,
        engine: CustomerEngine | None,
    ) -> None:
        self._scenario, self._line, self._ears, self._setup = scenario, line, ears, setup
        self._controls, self._observer = controls or CallControls(), observer or CallObserver()
        self._started_at = now()
        self._engine = engine or CustomerEngine(scenario, setup.seed)
        self._speaker = speaker
        self._opening: ForeseenLine | None = None
        self._tracker = SpeechTracker(ears.detector, line.sample_rate_hz)
        self._recorder: CallRecorder | None = None
        self._early: EarlyEars | None = None
        self._warm = False
        self._losses = 0

    def connect(self) -> None:
        """Voice the first words, open the line and wait for its first sound, then begin the recording."""
        self._observer.on_state(CallState.CONNECTING)
        self._opening = foreseen_line(self._engine.opening(), self._speaker)
        self._line.start()
        first = self._line.next_block()
        self._started_at = now()
        recorder = CallRecorder(self._setup.recording_path, self._line.sample_rate_hz)
        self._recorder = recorder
        self._early = EarlyEars(
            self._ears.detector,
            self._ears.transcriber,
            lambda sound: hear_sound(sound, self._ears, baseline=self._setup.baseline),
            self._analysed,
            lambda span: recorder.channel(TRAINEE, span),
            self._observer.on_words,
        )
        self._voice = CustomerVoice(self._line, self._speaker, self._observer.on_notice)
        self._conversation = Conversation(
            self._engine,
            self._voice,
            self._speaker,
            self._early,
            self._tracker,
            EchoGuard(lambda span: recorder.channel(CUSTOMER, span), lambda span: recorder.channel(TRAINEE, span)),
            self._observer,
            self._setup.patience_s,
            self._setup.prompt_after_s,
        )
        self._take(first)

    def hold_line(self) -> None:
        """Block by block until the call is over, for whatever reason."""
        try:
            with hanging_up_by_ctrl_c(self._controls):
                self._conversation.open(self._opening)
                while self._conversation.log.ending is None and not self._over():
                    self._take(self._line.next_block())
                    self._conversation.follow(on_hold=self._controls.on_hold)
            self._conversation.break_off(CallEnding(Ending.LEFT))
        except VoicesimError as error:
            self._conversation.break_off(CallEnding(Ending.LOST, str(error)))
        except KeyboardInterrupt:  # the second Ctrl-C: nobody wants to wait for the last reply
            self._conversation.break_off(CallEnding(Ending.LEFT), analysed=False)

    def finish(self) -> Session:
        """Measure the whole call."""
        assert self._recorder is not None  # noqa: S101 - connect() has made it
        self._line.stop()
        self._recorder.close()
        self._observer.on_state(CallState.FINISHING)
        log = self._conversation.log
        session = finished_session(self._scenario, self._setup, self._ears, self._recorder, log, self._started_at)
        self._observer.on_state(CallState.ENDED)
        return session

    def close(self) -> None:
        """Give back the device, the file and the thread, whatever happened."""
        self._line.stop()
        if self._early is not None:
            self._early.close()
        if self._recorder is not None:
            self._recorder.close()

    def _over(self) -> bool:
        return self._controls.hung_up or self._tracker.now_s >= self._setup.max_call_s

    def _take(self, block: LineBlock) -> None:
        """Record a block, listen to it, and follow the customer's line in it."""
        assert self._recorder is not None  # noqa: S101 - connect() has made it
        if self._controls.muted or self._controls.on_hold:
            block = replace(block, heard=np.zeros_like(block.heard))
        self._recorder.write(block)
        self._note_loss(block)
        self._tracker.hear(block.heard)
        self._voice.follow(block, self._tracker.now_s)
        self._warm_up()
        number = round(self._tracker.now_s * self._line.sample_rate_hz / len(block.heard))
        if number % LEVEL_EVERY_BLOCKS == 0:
            self._observer.on_level(self._recorder.level_db(TRAINEE))

    def _note_loss(self, block: LineBlock) -> None:
        """Say once that the device drops sound; it hurts the words, and the trainee can do something about it."""
        self._losses += block.lost
        if self._losses == TELL_AFTER_LOSSES and block.lost:
            self._observer.on_notice(f"{self._line.name}: sound is being lost; close other busy programs")

    def _warm_up(self) -> None:
        """Try the ears on the customer's own first words, once there are some."""
        heard = self._voice.heard
        if self._warm or self._early is None or self._recorder is None:
            return
        if heard is not None and heard.duration_s >= WARM_UP_S:
            self._warm = True
            said = self._recorder.channel(CUSTOMER, heard)
            whole = Span(0.0, said.duration_s)  # not left to the detector: all of it is to be measured
            self._early.warm_up(lambda: analyse(said, self._ears, baseline=self._setup.baseline, spans=[whole]))

    def _analysed(self, sound: Sound, transcript: Transcript) -> Analysis:
        return analyse_heard(
            sound,
            transcript,
            self._ears.lexicons,
            rubric=self._setup.rubric,
            customer=CustomerContext.of(self._scenario.persona),
            customer_name=self._scenario.persona.name,
        )
