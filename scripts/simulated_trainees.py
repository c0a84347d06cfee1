"""Lets made-up trainees take every call, spoken aloud through recogniser, delivery and mood; prints two tables.

python scripts/simulated_trainees.py                          every trainee, every scenario
python scripts/simulated_trainees.py --call angry_refund rude   one call, with every reason the mood moved for
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from voicesim.analysis import Ears, analyse, enrol
from voicesim.backends.hibari_voice import HibariVoice
from voicesim.customer.delivery import Character, VoiceStyle, voice_style
from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import HeardReply
from voicesim.customer.rendering import render_line
from voicesim.customer.scenarios import find_scenario, shipped_scenarios
from voicesim.domain import (
    Analysis,
    Baseline,
    CustomerLine,
    Ending,
    Mood,
    MoodChange,
    Recording,
    Rubric,
    Scenario,
    Span,
)
from voicesim.engines import EngineOptions, load_ears
from voicesim.scoring import load_rubric
from voicesim.wording import find_wording

TRAINEES = Path(__file__).with_name("trainees.toml")
READING = (
    "The sun was low over the harbour when the last boat came in. Two men tied it to the wall and carried the boxes up "
    "the steps. Nobody spoke much. It had been a long day, and there was still the evening to think of."
)
GAP_S = 0.8
HEARD_IN_VOICE = ("warm", "cold", "raised", "flat", "rushed", "dragged")
TARGETS = {"excellent": "resolves at least 90 %", "rude": "resolves at most 10 %"}


@dataclass
class Speaker:
    """A trainee's voice and ears on it: every reply is spoken, recognised and measured once."""

    ears: Ears
    voice: HibariVoice = field(default_factory=HibariVoice)
    baseline: Baseline | None = None
    rubric: Rubric = field(default_factory=lambda: load_rubric(None))
    known: dict[tuple[str, VoiceStyle], tuple[Recording, Analysis]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reading = render_line(self.voice, READING, VoiceStyle(), Character())
        self.baseline = enrol([reading], self.ears, speaker="simulated")

    def say(self, text: str, style: VoiceStyle, scenario: Scenario) -> tuple[float, Analysis]:
        """Length of the reply in seconds, and what was heard of it by this customer."""
        key = (text, style)
        if key not in self.known:
            spoken = render_line(self.voice, text, style, Character())
            self.known[key] = (spoken, analyse(spoken, self.ears, baseline=self.baseline, rubric=self.rubric))
        spoken, heard = self.known[key]
        wording = find_wording(heard.transcript, self.ears.lexicons, scenario.persona.name)
        return spoken.duration_s, replace(heard, wording=wording)


@dataclass(frozen=True)
class Call:
    """One call: lines and replies in order, the reasons after each reply, and how it ended."""

    lines: tuple[CustomerLine, ...]
    replies: tuple[str, ...]
    changes: tuple[tuple[MoodChange, ...], ...]

    @property
    def ending(self) -> Ending:
        """How the call ended."""
        return self.lines[-1].ending or Ending.LOST

    @property
    def explained(self) -> bool:
        """Whether the reasons add up to the mood after every reply."""
        return all(
            abs(getattr(before.mood, name) + sum(getattr(c, name) for c in changes) - getattr(after.mood, name)) < 1e-9
            for before, after, changes in zip(self.lines, self.lines[1:], self.changes, strict=False)
            for name in ("anger", "patience", "trust")
        )


def style_of(trainee: Mapping[str, Any]) -> VoiceStyle:
    """How a trainee's voice is shaped."""
    if "mood" in trainee:
        return voice_style(Mood(**trainee["mood"]), hurry=0.0)
    return VoiceStyle(**trainee.get("voice", {}))


def call(scenario: Scenario, trainee: Mapping[str, Any], speaker: Speaker, seed: int = 0) -> Call:
    """One whole call. The customer may break into a long reply, which is then cut and said no further."""
    engine = CustomerEngine(scenario, seed)
    lines, said, reasons = [engine.opening()], [], []
    beat, turn = scenario.beats[0], 0
    style = style_of(trainee)
    while lines[-1].ending is None:
        beat = next((known for known in scenario.beats if known.id == lines[-1].beat), beat)
        if trainee.get("silent"):
            line, changes = engine.hear_silence(engine.waits_s)
            text = "(silence)"
        else:
            texts: Sequence[str] = trainee.get("lines") or [beat.example]
            text = texts[turn % len(texts)]
            line, changes = _answered(engine, *speaker.say(text, style, scenario))
        lines.append(line)
        said.append(text)
        reasons.append(changes)
        turn += 1
    return Call(tuple(lines), tuple(said), tuple(reasons))


def _answered(engine: CustomerEngine, length_s: float, heard: Analysis) -> tuple[CustomerLine, tuple[MoodChange, ...]]:
    for second in range(1, int(length_s)):
        broke_in = engine.interruption(float(second))
        if broke_in is not None:
            return broke_in, ()
    return engine.hear(HeardReply.of(heard, Span(0.0, length_s), GAP_S, 0.0, None))


def table(calls: Mapping[str, Sequence[Call]]) -> Iterator[str]:
    """A Markdown table, one row a trainee."""
    heads = ["Trainee", "Calls", "Resolved", "of these delighted", "Hung up", "Manager", "Anger at the end"]
    heads += ["Reasons add up", "Target"]
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for name, taken in calls.items():
        ended = Counter(one.ending for one in taken)
        resolved = ended[Ending.RESOLVED] + ended[Ending.DELIGHTED]
        anger = sum(one.lines[-1].mood.anger for one in taken) / len(taken)
        explained = sum(one.explained for one in taken)
        yield (
            f"| {name} | {len(taken)} | {100 * resolved / len(taken):.0f} % | {ended[Ending.DELIGHTED]} "
            f"| {ended[Ending.HUNG_UP]} | {ended[Ending.MANAGER]} | {anger:.2f} | {explained} of {len(taken)} "
            f"| {TARGETS.get(name, 'reported')} |"
        )


def voices(calls: Mapping[str, Sequence[Call]]) -> Iterator[str]:
    """A Markdown table: in how many replies of each trainee a customer found something in the voice or its pace."""
    yield "| Trainee | Replies | " + " | ".join(HEARD_IN_VOICE) + " |"
    yield "|" + "---|" * (2 + len(HEARD_IN_VOICE))
    for name, taken in calls.items():
        replies = [changes for one in taken for changes in one.changes]
        counts = Counter(behaviour for changes in replies for behaviour in {change.behaviour for change in changes})
        yield f"| {name} | {len(replies)} | " + " | ".join(str(counts[heard]) for heard in HEARD_IN_VOICE) + " |"


def told(one: Call) -> Iterator[str]:
    """A call as the customer lived it."""
    for number, line in enumerate(one.lines):
        mood = line.mood
        yield f"\n[anger {mood.anger:.2f}, patience {mood.patience:.2f}, trust {mood.trust:.2f}] Customer: {line.text}"
        if number < len(one.replies):
            yield f"  Trainee: {one.replies[number]}"
            for change in one.changes[number]:
                quote = f' "{change.quote}"' if change.quote else ""
                yield f"    {change.anger:+.2f} {change.patience:+.2f} {change.trust:+.2f} {change.reason}{quote}"
    yield f"\nEnded: {one.ending.value}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--call", nargs=2, metavar=("SCENARIO", "TRAINEE"), help="tell one call in full")
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    trainees = tomllib.loads(TRAINEES.read_text())["trainees"]
    speaker = Speaker(load_ears(EngineOptions(threads=chosen.threads)))
    if chosen.call:
        print(*told(call(find_scenario(chosen.call[0]), trainees[chosen.call[1]], speaker)), sep="\n")
        return
    scenarios = shipped_scenarios()
    calls = {name: [call(s, t, speaker) for s in scenarios] for name, t in trainees.items()}
    print(*table(calls), "", *voices(calls), sep="\n")


if __name__ == "__main__":
    main()
