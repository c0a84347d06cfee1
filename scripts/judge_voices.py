"""Asks judges trained on human actors whether the cast's angry lines sound angry, and a recogniser what was said.

    python scripts/judge_voices.py [--engines hibari piper ...] [--voices man_older] [--lines 40] [--judges cues ...]

Needs ../shared/data (RAVDESS and SAVEE) and scikit-learn; opensmile too for the judge "egemaps".
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import numpy as np
from validation_table import Row, print_rows, shared_data
from voice_judges import JUDGES, Judge, acted_clips, clip_features, human_shares
from words_compared import WordErrors, word_errors

from voicesim.backends.cast_voices import EngineChoice, open_voice
from voicesim.customer.delivery import Character, VoiceStyle, voice_style
from voicesim.customer.rendering import render_line
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.customer.voices import load_cast
from voicesim.domain import Mood, Recording
from voicesim.ports import Voice
from voicesim.telephone import TelephoneLine, telephone

STYLES: Mapping[str, VoiceStyle] = {
    "neutral": VoiceStyle(),
    "calm": voice_style(Mood(anger=0.05, patience=0.9, trust=0.8), hurry=0.0),
    "angry": voice_style(Mood(anger=0.85, patience=0.3, trust=0.2), hurry=0.1),
    "hurried": voice_style(Mood(anger=0.2, patience=0.4, trust=0.5), hurry=0.9),
}


@dataclass
class VoiceResult:
    """What was measured of one voice: share of renders heard as angry by judge and style, and the rest by style.

    `angrier` is the share of lines whose angry render a judge hears as angrier than the calm one.
    """

    angry_share: dict[tuple[str, str], float] = field(default_factory=dict)
    angrier: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    word_errors: dict[tuple[str, str], WordErrors] = field(default_factory=dict)
    cost: float = 0.0


def scenario_lines(count: int) -> dict[str, tuple[str, ...]]:
    """`count` sentences of customers in the shipped scenarios, spread over all of them, and the words they stress.

    A sentence has 5 to 16 words.
    """
    found = {
        sentence: choice.stress
        for scenario in shipped_scenarios()
        for beat in scenario.beats
        for choice in beat.lines
        for sentence in re.split(r"(?<=[.!?])\s+", choice.text)
        if 5 <= len(sentence.split()) <= 16 and sentence.isascii()
    }
    step = max(1, len(found) // count)
    return dict(list(found.items())[step // 2 :: step][:count])


def render_all(
    voice: Voice, character: Character, lines: Mapping[str, tuple[str, ...]], result: VoiceResult
) -> dict[str, list[Recording]]:
    """Every line in every style; lengths and cost go to `result`."""
    rendered: dict[str, list[Recording]] = {}
    started, sound_s = processor_s(), 0.0
    for name, style in STYLES.items():
        rendered[name] = [
            render_line(voice, line, style, character, seed=n, stress=stress)
            for n, (line, stress) in enumerate(lines.items())
        ]
        result.seconds[name] = sum(line.duration_s for line in rendered[name])
        sound_s += result.seconds[name]
    result.cost = (processor_s() - started) / sound_s
    return rendered


def processor_s() -> float:
    """Processor time so far of this process and of those it has ended, in seconds: the system voice has its own."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def ask_judges(judges: Sequence[Judge], rendered: Mapping[str, Sequence[Recording]], result: VoiceResult) -> None:
    """Each judge compares each line with the voice's own neutral reading of it."""
    for judge in judges:
        neutral = np.array([judge.hear(line.samples) for line in rendered["neutral"]])
        rated = {
            style: judge.angry(np.array([judge.hear(line.samples) for line in rendered[style]]) - neutral)
            for style in ("calm", "angry")
        }
        for style, probabilities in rated.items():
            result.angry_share[judge.name, style] = float((probabilities > 0.5).mean())
        result.angrier[judge.name] = float((rated["angry"] > rated["calm"]).mean())


def ask_recogniser(rendered: Mapping[str, Sequence[Recording]], lines: Iterable[str], result: VoiceResult) -> None:
    """Word errors of the default recogniser, wide-band and through the telephone."""
    from voicesim.backends.whisper_transcriber import WhisperTranscriber, load_model

    recogniser = WhisperTranscriber(load_model())
    said = list(lines)
    for style, recordings in rendered.items():
        if style == "neutral":
            continue
        for band in ("wide", "phone"):
            heard = [telephone(r, TelephoneLine()) if band == "phone" else r for r in recordings]
            texts = [recogniser.transcribe(recording).text for recording in heard]
            result.word_errors[style, band] = word_errors(said, texts)


def trained_judges(names: Sequence[str]) -> list[Judge]:
    """The judges, each trained on every actor; prints how each hears actors it was not trained on."""
    clips = acted_clips(shared_data())
    judges, rows = [], []
    for name in names:
        judge = Judge(name)
        features = clip_features(judge, clips)
        judge.train(features, clips)
        judges.append(judge)
        shares = human_shares(name, features, clips)
        text = ", ".join(f"{emotion} {share:.0%}" for emotion, share in shares.items())
        rows.append(Row(f"{name}: unseen actors rated angry", "RAVDESS and SAVEE actors", "reported", text, None))
    print_rows(rows)
    return judges


def rows_of(name: str, result: VoiceResult) -> list[Row]:
    """The table's rows for one voice."""
    rows = []
    heard = "RAVDESS and SAVEE actors"
    for judge in dict.fromkeys(judge for judge, _ in result.angry_share):
        angry, calm = (result.angry_share[judge, style] for style in ("angry", "calm"))
        met = angry >= 0.9 and calm <= 0.1
        text = f"angry {angry:.0%}, calm {calm:.0%} (angrier than calm {result.angrier[judge]:.0%})"
        rows.append(Row(f"{name}: rated angry by {judge}", heard, "angry >= 90%, calm <= 10%", text, met))
    faster = result.seconds["calm"] / result.seconds["hurried"] - 1
    rows.append(Row(f"{name}: hurried against calm", "", ">= 25% faster", f"{faster:.0%}", faster >= 0.25))
    for band, most in (("wide", 0.05), ("phone", 0.10)):
        errors = {style: e for (style, where), e in result.word_errors.items() if where == band}
        if errors:
            text = ", ".join(f"{style} {e.share:.1%} ({e.low:.1%}-{e.high:.1%})" for style, e in errors.items())
            met = max(e.share for e in errors.values()) <= most
            words = max(e.words for e in errors.values())
            rows.append(
                Row(f"{name}: word errors, {band}", f"tiny.en int8, {words} words", f"<= {most:.0%}", text, met)
            )
    rows.append(Row(f"{name}: processor time", "", "<= 0.3 of real time", f"{result.cost:.2f}", result.cost <= 0.3))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", nargs="+", choices=get_args(EngineChoice), default=["hibari"])
    parser.add_argument("--voices", nargs="+", default=list(load_cast()))
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--judges", nargs="+", choices=tuple(JUDGES), default=list(JUDGES))
    parser.add_argument("--no-recogniser", action="store_true", help="leave the word error rates out")
    options = parser.parse_args()
    judges = trained_judges(options.judges)
    lines = scenario_lines(options.lines)
    cast, rows = load_cast(), []
    for engine in options.engines:
        for name in options.voices:
            result = VoiceResult()
            voice, character = open_voice(cast[name], engine)
            voice.render("Hello.")
            rendered = render_all(voice, character, lines, result)
            ask_judges(judges, rendered, result)
            if not options.no_recogniser:
                ask_recogniser(rendered, lines, result)
            rows += rows_of(f"{engine} {name}", result)
            print_rows(rows[-len(rows_of("", result)) :])
            sys.stdout.flush()
    print(f"\n{sum(row.met is False for row in rows)} of {len(rows)} missed")


if __name__ == "__main__":
    main()
