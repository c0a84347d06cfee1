"""Who has the floor: customer and trainee in turn, breaking in on each other, as blocks of sound arrive."""

from __future__ import annotations

from copy import deepcopy

from voicesim.call.controls import CallObserver, CallState
from voicesim.call.early_ears import EarlyAnalysis, EarlyEars
from voicesim.call.echo import LONGEST_DELAY_S, EchoGuard
from voicesim.call.log import CallLog
from voicesim.call.parts import LineSpeaker
from voicesim.call.speaking import CustomerVoice, ForeseenLine, foreseen_line
from voicesim.call.turn_taking import SpeechTracker, TurnState, turn_state
from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import HeardReply
from voicesim.domain import Analysis, CallEnding, CustomerLine, MoodChange, Span, Turn
from voicesim.domain.timeline import shifted
from voicesim.errors import VoicesimError

TALKED_OVER_S = 0.5
"""Shorter speech over the customer is a backchannel ("mm-hm"); from here on they stop (call-ai-metrics)."""
INSISTS_S = 2.0
"""A customer who breaks in goes on for so long although the trainee does not stop."""

GUESS_AFTER_S = 0.12
"""A pause after which the reply is analysed as if it were over; often it is, and the answer is ready in time."""


class Conversation:
    """One call's turns: `open` once, then `follow` after every block that recorder, tracker and voice have taken."""

    def __init__(
        self,
        engine: CustomerEngine,
        voice: CustomerVoice,
        speaker: LineSpeaker,
        ears: EarlyEars,
        tracker: SpeechTracker,
        echo: EchoGuard,
        observer: CallObserver,
        patience_s: float,
        prompt_after_s: float | None,
    ) -> None:
        self._engine, self._voice, self._speaker = engine, voice, speaker
        self._ears, self._tracker, self._echo, self._observer = ears, tracker, echo, observer
        self._patience_s, self._prompt_after_s = patience_s, prompt_after_s
        self.log = CallLog(customer_spans=voice.stretches)
        self._line: CustomerLine | None = None
        self._foreseen: ForeseenLine | None = None
        self._line_span = Span(0.0, 0.0)
        self._floor_s: float | None = None
        self._reply_start_s: float | None = None
        self._heard_until_s = 0.0
        self._talked_over_s: float | None = None
        self._answering_since_s: float | None = None
        self._hold_since_s: float | None = None
        self._held_s = 0.0
        self._notices_told = 0
        self._state = CallState.CONNECTING

    def open(self, opening: ForeseenLine | None) -> None:
        """The customer speaks first; `opening` is their line, begun already."""
        self._foreseen = opening
        self._say(self._engine.opening())

    def follow(self, *, on_hold: bool = False) -> None:
        """Take note of the moment the tracker has come to."""
        if on_hold or self._hold_since_s is not None:
            self._hold(on_hold)
        elif self._floor_s is None:
            self._while_customer_speaks()
        else:
            self._while_trainee_has_floor(self._floor_s)

    def break_off(self, ending: CallEnding, *, analysed: bool = True) -> None:
        """The call is over from outside: hung up or lost. A reply begun is still analysed, unless there is no time."""
        if self._line is None or self.log.ending is not None:
            return
        if self._hold_since_s is not None:
            self.log.holds.append(Span(self._hold_since_s, self._tracker.now_s))
        self._voice.cut()
        if self._floor_s is None:
            self._give_floor()
        since_s = self._floor_s if self._reply_start_s is None else self._reply_start_s
        spoken = self._tracker.stretches(since_s or 0.0)
        analysis = None
        if spoken:
            self._note_reply_start(spoken[0].start_s)
            analysis = self._analysed(spoken[-1].end_s) if analysed else None
        self._record(self._reply_span(), analysis, ())
        self.log.ending = ending

    # The customer's side

    def _say(self, line: CustomerLine) -> None:
        self._line, self._floor_s, self._talked_over_s = line, None, None
        self._voice.say(line, self._foreseen)
        self._foreseen = None
        self._change(CallState.CUSTOMER_SPEAKING)
        self._observer.on_line(line)
        if line.ending is None:
            self._speaker.prepare(self._engine.likely_next())

    def _while_customer_speaks(self) -> None:
        heard = self._voice.heard
        if heard is not None and self._answering_since_s is not None:
            if heard.start_s > self._answering_since_s:
                self.log.own_delays.append(Span(self._answering_since_s, heard.start_s))
            self._answering_since_s = None
        if not self._voice.speaking:
            self._give_floor()
        elif heard is not None and (over := self._stops_for(heard)) is not None:
            unsaid_s = self._voice.cut()
            if over.start_s > heard.start_s:  # the trainee came in later, not the customer
                self._talked_over_s = over.duration_s + unsaid_s
            self._give_floor()

    def _stops_for(self, heard: Span) -> Span | None:
        """How long both have been speaking, once it is long enough for the customer to stop; echo does not count."""
        line, running = self._line, self._tracker.running
        if line is None or line.ending is not None or running is None or running.end_s <= heard.start_s:
            return None
        both = Span(max(running.start_s, heard.start_s), running.end_s)
        stops_after_s = INSISTS_S if line.beat == "interruption" else TALKED_OVER_S
        return both if both.duration_s >= stops_after_s and not self._echo.is_echo(both) else None

    def _give_floor(self) -> None:
        """The line is over, or was cut: now the trainee may speak, or is speaking already."""
        now_s, running = self._tracker.now_s, self._tracker.running
        self._line_span = self._voice.heard or Span(now_s, now_s)
        if self._line is not None and self._line.ending is not None:
            self._record(None, None, ())
            self.log.ending = CallEnding(self._line.ending)
            return
        speaking = running is not None and self._tracker.in_speech
        self._floor_s = self._line_span.end_s
        if running is not None and speaking:
            if running.start_s < self._floor_s and self._echo.is_echo(running):
                speaking, self._floor_s = False, now_s + LONGEST_DELAY_S
            else:
                self._floor_s = max(running.start_s, self._heard_until_s)
        self._change(CallState.TRAINEE_SPEAKING if speaking else CallState.LISTENING)

    # The trainee's side

    def _while_trainee_has_floor(self, floor_s: float) -> None:
        tracker = self._tracker
        prompt_after_s = self._prompt_after_s or self._engine.waits_s
        state = turn_state(tracker, floor_s, self._patience_s, prompt_after_s)
        if state is TurnState.SILENT:
            self._nothing_said(tracker.silence_s(floor_s))
            return
        spoken = tracker.stretches(floor_s)
        if state is TurnState.WAITING or not spoken:
            return
        self._note_reply_start(spoken[0].start_s)
        if state is TurnState.SPEAKING:
            self._ears.resume()
            self._change(CallState.TRAINEE_SPEAKING)
            self._maybe_interrupt()
        elif state is TurnState.ENDED:
            self._reply_over(spoken[-1].end_s)
        elif tracker.silence_s(floor_s) >= GUESS_AFTER_S and not self._ears.guessing:
            self._guess_the_end(spoken[-1].end_s)

    def _note_reply_start(self, start_s: float) -> None:
        if self._reply_start_s is None:
            self._reply_start_s = start_s
            self._ears.begin(start_s, earliest_s=self._heard_until_s)

    def _maybe_interrupt(self) -> None:
        assert self._reply_start_s is not None  # noqa: S101 - only called while a reply is running
        line = self._engine.interruption(self._tracker.now_s - self._reply_start_s)
        if line is not None:
            self._record(self._reply_span(), None, ())
            self._say(line)

    def _guess_the_end(self, speech_end_s: float) -> None:
        """Analyse the reply as if it were over, and have the beginning of the answer to it voiced."""
        engine, span, gap_s = deepcopy(self._engine), self._reply_span(), self._gap_s
        talked_over_s, held_s = self._talked_over_s, self._held_s

        def foresee(early: EarlyAnalysis) -> None:
            analysis = shifted(early.analysis, early.span.start_s)
            if analysis.transcript.words:
                heard = HeardReply.of(analysis, span, gap_s, talked_over_s, held_s)
                self._foreseen = foreseen_line(engine.hear(heard)[0], self._speaker)

        self._ears.pause(speech_end_s, foresee)

    def _reply_over(self, speech_end_s: float) -> None:
        self._change(CallState.THINKING)
        analysis, span = self._analysed(speech_end_s), self._reply_span()
        if analysis is None or not analysis.transcript.words:
            line, changes = self._engine.hear_silence(0.0)
        else:
            heard = HeardReply.of(analysis, span, self._gap_s, self._talked_over_s, self._held_s)
            line, changes = self._engine.hear(heard)
        self._tell_notices()
        self._record(span, analysis, changes)
        self._answering_since_s = self._heard_until_s = speech_end_s
        self._reply_start_s, self._held_s = None, 0.0
        self._say(line)

    def _nothing_said(self, silence_s: float) -> None:
        """The trainee left the floor empty: the customer asks whether anybody is there."""
        begun = () if self._reply_start_s is None else self._tracker.stretches(self._reply_start_s)
        if begun:  # the customer broke into a reply, and it was left at that
            self._reply_over(begun[-1].end_s)
            return
        line, changes = self._engine.hear_silence(silence_s)
        self._record(None, None, changes)
        self._say(line)

    def _analysed(self, speech_end_s: float) -> Analysis | None:
        """The reply's analysis in seconds of the call; None, with a notice, when an engine failed."""
        try:
            early = self._ears.finish(speech_end_s)
        except VoicesimError as error:
            self._observer.on_notice(f"this reply could not be analysed: {error}")
            return None
        return shifted(early.analysis, early.span.start_s)

    # Bookkeeping

    @property
    def _gap_s(self) -> float | None:
        return None if self._reply_start_s is None else self._reply_start_s - self._line_span.end_s

    def _reply_span(self) -> Span | None:
        """The part of the running reply that answers the line said last."""
        spoken = self._tracker.stretches(self._floor_s or 0.0)
        return Span(spoken[0].start_s, spoken[-1].end_s) if spoken else None

    def _record(self, reply: Span | None, analysis: Analysis | None, changes: tuple[MoodChange, ...]) -> None:
        assert self._line is not None  # noqa: S101 - a turn begins with a line
        gap_s = reply.start_s - self._line_span.end_s if reply else None
        number = len(self.log.turns)
        turn = Turn(number, self._line, self._line_span, reply, analysis, self._engine.mood, changes, gap_s)
        self.log.turns.append(turn)
        self._observer.on_turn(turn)

    def _tell_notices(self) -> None:
        """What the customer's mind has noted since it was last asked."""
        for notice in self._engine.notices[self._notices_told :]:
            self._observer.on_notice(notice)
            self._notices_told += 1

    def _hold(self, on: bool) -> None:
        now_s = self._tracker.now_s
        if on and self._hold_since_s is None:
            self._hold_since_s = now_s
            self._change(CallState.ON_HOLD)
            if self._floor_s is None:
                self._voice.cut()
                self._give_floor()
        elif not on and self._hold_since_s is not None:
            self.log.holds.append(Span(self._hold_since_s, now_s))
            self._held_s += now_s - self._hold_since_s
            self._hold_since_s, self._floor_s = None, now_s
            self._change(CallState.LISTENING)

    def _change(self, state: CallState) -> None:
        if state is not self._state:
            self._state = state
            self._observer.on_state(state)
