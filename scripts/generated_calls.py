"""Makes two-channel calls whose truth is known: words, turns, pauses, interruptions, overlaps, holds, card numbers.

    speakers = spoken_by(HibariVoice()), spoken_by(PiperVoice())        # any `voicesim.ports.Voice`, or
    speakers = read_by(folder / "librispeech", ids), read_by(...)        # shared clips, cut at their pauses
    call = make_call(*speakers, seed=7, rate_hz=8000)                    # agent on channel 0 (left), customer on 1
    call.recording, call.truth                                           # Recording (n, 2) and CallTruth
    degrade(call, snr_db=20, crosstalk_db=20)                            # the same call, noisy and leaking
    write_call(call, folder / "call_007.wav")                            # and call_007.json beside it
    read_truth(folder / "call_007.json") -> CallTruth

The truth is known by construction: every piece of speech is one uninterrupted stretch, trimmed to what is heard, and
every pause, gap and overlap between pieces is put there on purpose. The same seed gives the same call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
import soxr
from call_script import AGENT_LINES, BACKCHANNELS, CUSTOMER_LINES, HOLD_LINES, card_line
from call_speakers import SPEECH_LEVEL, Piece, Samples, Speaker, read_by, spoken_by
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.domain.spans import common, merged

Party = Literal["agent", "customer"]
__all__ = [
    "CallTruth",
    "GeneratedCall",
    "TrueCard",
    "TrueUtterance",
    "degrade",
    "make_call",
    "read_by",
    "read_truth",
    "spoken_by",
    "write_call",
]


@dataclass(frozen=True)
class TrueUtterance:
    """What one party said without giving up the floor. `pieces` are its stretches of sound, `span` all.

    An "interruption" is a turn that begins before the other has ended, however little.
    """

    party: Party
    kind: Literal["turn", "interruption", "backchannel", "hold"]
    text: str
    span: Span
    pieces: tuple[Span, ...]


@dataclass(frozen=True)
class TrueCard:
    """A card number spoken in the call: the digits, the words that said them, and exactly when."""

    party: Party
    digits: str
    spoken: str
    span: Span


@dataclass(frozen=True)
class CallTruth:
    """Everything known about a generated call."""

    seed: int
    duration_s: float
    utterances: tuple[TrueUtterance, ...]
    cards: tuple[TrueCard, ...] = ()
    voices: tuple[str, ...] = ()
    """Names of the agent's and the customer's voice, where known."""

    def spans(self, party: Party) -> tuple[Span, ...]:
        """Where a party spoke."""
        return merged(span for said in self.utterances if said.party == party for span in said.pieces)

    def words(self, party: Party) -> str:
        """What a party said, in order."""
        return " ".join(said.text for said in self.utterances if said.party == party)

    def overlaps(self) -> tuple[Span, ...]:
        """Where both spoke."""
        return common(self.spans("agent"), self.spans("customer"))

    def talked_over(self, party: Party) -> tuple[Span, ...]:
        """Where both spoke and it was `party` who began later."""
        mine = [u for u in self.utterances if u.party == party]
        return tuple(both for both in self.overlaps() if any(p.start_s == both.start_s for u in mine for p in u.pieces))


@dataclass(frozen=True, eq=False)
class GeneratedCall:
    """A call: channel 0 the agent, channel 1 the customer."""

    recording: Recording
    truth: CallTruth


@dataclass(eq=False)
class _Line:
    """The call being put together: both channels grow as needed."""

    rate_hz: int
    rng: np.random.Generator
    channels: list[list[tuple[int, Samples]]]
    utterances: list[TrueUtterance]
    cards: list[TrueCard]

    def say(self, party: Party, kind: Any, pieces: list[Piece], text: str, at_s: float) -> TrueUtterance:
        """Puts pieces on the line from `at_s` on, with pauses of 0.3-1.2 s between them."""
        spans: list[Span] = []
        for number, piece in enumerate(pieces):
            if number:
                at_s = spans[-1].end_s + float(self.rng.uniform(0.3, 1.2))
            samples = soxr.resample(piece.samples, piece.rate_hz, self.rate_hz).astype(np.float32)
            first = round(at_s * self.rate_hz)
            self.channels[0 if party == "agent" else 1].append((first, samples))
            spans.append(Span(first / self.rate_hz, (first + len(samples)) / self.rate_hz))
        said = TrueUtterance(party, kind, text, Span(spans[0].start_s, spans[-1].end_s), tuple(spans))
        self.utterances.append(said)
        return said

    def finished(self, seed: int) -> GeneratedCall:
        """The recording and its truth, with a second of silence behind."""
        end_s = max(said.span.end_s for said in self.utterances) + 1.0
        samples = np.zeros((round(end_s * self.rate_hz), 2), dtype=np.float32)
        for channel, placed in enumerate(self.channels):
            for first, piece in placed:
                samples[first : first + len(piece), channel] += piece
        self.utterances.sort(key=lambda said: said.span)
        truth = CallTruth(seed, len(samples) / self.rate_hz, tuple(self.utterances), tuple(self.cards))
        return GeneratedCall(Recording(samples, self.rate_hz, f"generated call {seed}"), truth)


def make_call(
    agent: Speaker, customer: Speaker, seed: int, *, rate_hz: int = 8000, exchanges: int = 8, card: bool | None = None
) -> GeneratedCall:
    """One call of `exchanges` turns each way. `card`: with a card number (default: in every second call).

    About every fourth answer comes early (overlap 0.15-2.5 s), every fourth turn has a backchannel inside, and one call
    in three has an announced hold of 6-14 s.
    """
    rng = np.random.default_rng(seed)
    line = _Line(rate_hz, rng, [[], []], [], [])
    with_card = seed % 2 == 0 if card is None else card
    hold_at = int(rng.integers(2, exchanges)) if rng.random() < 1 / 3 else -1
    at_s = 0.5 + float(rng.uniform(0.0, 1.0))
    for number in range(exchanges):
        said = _turn(line, "agent", agent, AGENT_LINES, number, at_s)
        at_s = _after(line, said)
        if number == hold_at:
            said = line.say("agent", "hold", agent.piece(HOLD_LINES[0], rng), HOLD_LINES[0], said.span.end_s + 0.5)
            back_s = said.span.end_s + float(rng.uniform(6, 14))
            said = line.say("agent", "turn", agent.piece(HOLD_LINES[1], rng), HOLD_LINES[1], back_s)
            at_s = said.span.end_s + 0.4
        if with_card and number == exchanges // 2:
            said = _say_card(line, customer, at_s)
        else:
            _backchannel(line, customer, said)
            said = _turn(line, "customer", customer, CUSTOMER_LINES, number, at_s)
        at_s = _after(line, said)
    return line.finished(seed)


def degrade(
    call: GeneratedCall, *, snr_db: float | None = None, crosstalk_db: float | None = None, seed: int = 0
) -> GeneratedCall:
    """The same call with each channel leaking into the other, `crosstalk_db` weaker and 3 ms late, and with room noise.

    `snr_db` is speech over noise, pink-like (falling 3 dB per octave) as of an office.
    """
    clean = call.recording.samples
    samples = clean.copy()
    rate_hz = call.recording.sample_rate_hz
    if crosstalk_db is not None:
        late = np.roll(clean, round(0.003 * rate_hz), axis=0)
        samples += late[:, ::-1] * np.float32(10 ** (-crosstalk_db / 20))
    if snr_db is not None:
        rng = np.random.default_rng(seed)
        level = SPEECH_LEVEL * 10 ** (-snr_db / 20)
        samples += np.stack([_pink(len(samples), rng) * level for _ in range(2)], axis=1).astype(np.float32)
    peak = float(np.abs(samples).max())
    return replace(call, recording=replace(call.recording, samples=samples / np.float32(max(1.0, peak / 0.99))))


def write_call(call: GeneratedCall, path: Path, subtype: str = "PCM_16") -> Path:
    """Writes the WAV (any soundfile subtype, e.g. "ULAW") and its truth as JSON beside it; returns the JSON's path."""
    soundfile.write(path, call.recording.samples, call.recording.sample_rate_hz, subtype=subtype)
    beside = path.with_suffix(".json")
    beside.write_text(json.dumps(asdict(call.truth), indent=1), encoding="utf-8")
    return beside


def read_truth(path: Path) -> CallTruth:
    """The truth written beside a call."""
    data = json.loads(path.read_text(encoding="utf-8"))
    said = [
        TrueUtterance(u["party"], u["kind"], u["text"], Span(**u["span"]), tuple(Span(**p) for p in u["pieces"]))
        for u in data["utterances"]
    ]
    cards = [TrueCard(c["party"], c["digits"], c["spoken"], Span(**c["span"])) for c in data["cards"]]
    return CallTruth(data["seed"], data["duration_s"], tuple(said), tuple(cards), tuple(data.get("voices", ())))


def _turn(line: _Line, party: Party, speaker: Speaker, lines: Sequence[str], number: int, at_s: float) -> TrueUtterance:
    texts = [lines[number]] if number == 0 else [lines[int(line.rng.integers(1, len(lines)))] for _ in range(2)]
    texts = list(dict.fromkeys(texts))
    pieces = [piece for text in texts for piece in speaker.piece(text, line.rng)]
    others_end_s = [said.span.end_s for said in line.utterances if said.party != party]
    early = bool(others_end_s) and at_s < max(others_end_s)
    return line.say(party, "interruption" if early else "turn", pieces, " ".join(texts), at_s)


def _after(line: _Line, said: TrueUtterance) -> float:
    """When the next party begins: mostly after a gap, sometimes early, sometimes after dead air."""
    chance = line.rng.random()
    last = said.pieces[-1]
    if chance < 0.25:
        early_s = min(float(line.rng.uniform(0.15, 2.5)), 0.8 * last.duration_s)
        return last.end_s - early_s
    if chance < 0.35:
        return last.end_s + float(line.rng.uniform(3.3, 7.0))
    return last.end_s + float(line.rng.uniform(0.25, 1.6))


def _backchannel(line: _Line, customer: Speaker, said: TrueUtterance) -> None:
    """Now and then an "mm-hm" inside the agent's longest piece."""
    longest = max(said.pieces, key=lambda piece: piece.duration_s)
    before_s = max((u.span.end_s for u in line.utterances if u.party == "customer"), default=0.0)
    if line.rng.random() > 0.25 or longest.duration_s < 3.0 or before_s > longest.start_s + 0.5:
        return
    text = BACKCHANNELS[int(line.rng.integers(len(BACKCHANNELS)))]
    pieces = customer.piece(text, line.rng)[:1]
    if pieces and len(pieces[0].samples) / pieces[0].rate_hz < 1.2:
        line.say("customer", "backchannel", pieces, text, longest.start_s + 0.8)


def _say_card(line: _Line, customer: Speaker, at_s: float) -> TrueUtterance:
    before, spoken, digits = card_line(line.rng)
    intro, number = customer.piece(before, line.rng), customer.piece(spoken, line.rng)
    said = line.say("customer", "turn", [*intro, *number], f"{before} {spoken}", at_s)
    where = Span(said.pieces[len(intro)].start_s, said.pieces[-1].end_s)
    line.cards.append(TrueCard("customer", digits, spoken, where))
    return said


def _pink(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), len(spectrum) // 80 + 1))
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / noise.std())
