"""Measures how well wording behaviours are found in speech: held-out sentences, two voices, wide-band and by phone.

python scripts/validate_wording.py              the held-out sentences: precision and recall, one line a condition
python scripts/validate_wording.py --tried      the sentences used while the lexicons were written
python scripts/validate_wording.py --errors     every behaviour missed or invented, with what was recognised
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from validation_table import Row, print_rows

from voicesim.backends.hibari_voice import HibariVoice
from voicesim.backends.pyttsx3_voice import Pyttsx3Voice
from voicesim.backends.whisper_transcriber import WhisperTranscriber, load_model
from voicesim.domain import Recording, Span, Transcript, Word
from voicesim.ports import Transcriber, Voice
from voicesim.telephone import TelephoneLine, telephone
from voicesim.wording import Lexicons, find_wording, load_lexicons

SENTENCES = Path(__file__).parent / "wording_sentences"
NAMES = "Daniela Okafor Petersen"
IN_A_REPLY, PAUSE_S = 5, 0.5
SPOKEN_EVERY = 3
"""Every sentence is measured typed; speaking and recognising all of them four times over would take most of an hour."""
TARGET_PRECISION, TARGET_RECALL = 0.95, 0.85


@dataclass(frozen=True)
class Sentence:
    """A sentence, the behaviours that must be found in it, and those that count neither way."""

    text: str
    must: frozenset[str]
    may: frozenset[str]


@dataclass
class Tally:
    """Found, invented and missed behaviours of one condition."""

    right: int = 0
    invented: int = 0
    missed: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the found behaviours that are really there."""
        return self.right / max(1, self.right + self.invented)

    @property
    def recall(self) -> float:
        """Share of the behaviours there that are found."""
        return self.right / max(1, self.right + self.missed)

    def add(self, sentence: Sentence, heard: str, found: set[str]) -> None:
        """Count one sentence."""
        self.right += len(found & sentence.must)
        for behaviour in sorted(found - sentence.must - sentence.may):
            self.invented += 1
            self.errors.append(f"invented {behaviour:22s} {sentence.text!r} heard as {heard!r}")
        for behaviour in sorted(sentence.must - found):
            self.missed += 1
            self.errors.append(f"missed   {behaviour:22s} {sentence.text!r} heard as {heard!r}")


def sentences(path: Path) -> tuple[Sentence, ...]:
    rows = (line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return tuple(Sentence(row[0], _ids(row, 1), _ids(row, 2)) for row in rows)


def _ids(row: Sequence[str], column: int) -> frozenset[str]:
    return frozenset(filter(None, row[column].strip().split(","))) if len(row) > column else frozenset()


def typed(text: str) -> Transcript:
    words = text.split()
    return Transcript(text, tuple(Word(w, Span(i / 3, i / 3 + 0.3)) for i, w in enumerate(words)), "en", "typed")


Synthesiser = HibariVoice | Pyttsx3Voice


def conditions() -> Iterator[tuple[str, Synthesiser | None, bool]]:
    yield "typed", None, False
    voices: dict[str, Synthesiser] = {"hibari": HibariVoice(), "eSpeak NG": Pyttsx3Voice("en-us")}
    for name, voice in voices.items():
        yield f"{name}, wide-band", voice, False
        yield f"{name}, by phone", voice, True


@dataclass(frozen=True, eq=False)
class Reply:
    """Some sentences spoken one after the other, as in a reply, with the span of each."""

    sentences: tuple[Sentence, ...]
    spoken: Recording
    spans: tuple[Span, ...]


@lru_cache(maxsize=4)
def replies(listed: tuple[Sentence, ...], voice: Synthesiser) -> tuple[Reply, ...]:
    return tuple(_reply(listed[at : at + IN_A_REPLY], voice) for at in range(0, len(listed), IN_A_REPLY))


def _reply(listed: tuple[Sentence, ...], voice: Voice) -> Reply:
    sound, spans, rate_hz = [np.zeros(0, dtype=np.float32)], [], 16_000
    for sentence in listed:
        spoken = voice.render(sentence.text)
        rate_hz = spoken.sample_rate_hz
        start = sum(len(part) for part in sound) / rate_hz
        sound += [spoken.samples, np.zeros(round(PAUSE_S * rate_hz), dtype=np.float32)]
        spans.append(Span(start - PAUSE_S / 2, start + spoken.duration_s + PAUSE_S / 2))
    return Reply(listed, Recording(np.concatenate(sound), rate_hz, voice.name), tuple(spans))


def heard(
    listed: tuple[Sentence, ...], voice: Synthesiser | None, by_phone: bool, ears: Transcriber
) -> Iterator[tuple[Sentence, Transcript]]:
    """Each sentence with what was recognised of it."""
    if voice is None:
        yield from ((sentence, typed(sentence.text)) for sentence in listed)
        return
    for reply in replies(listed, voice):
        spoken = telephone(reply.spoken, TelephoneLine()) if by_phone else reply.spoken
        transcript = ears.transcribe(spoken)
        yield from ((s, transcript.within(span)) for s, span in zip(reply.sentences, reply.spans, strict=True))


def measured(listed: tuple[Sentence, ...], lexicons: Lexicons) -> Iterator[tuple[str, Tally]]:
    ears = WhisperTranscriber(load_model(threads=2))
    for name, voice, by_phone in conditions():
        tally = Tally()
        chosen = listed if voice is None else listed[::SPOKEN_EVERY]
        for sentence, transcript in heard(chosen, voice, by_phone, ears):
            found = {finding.behaviour for finding in find_wording(transcript, lexicons, NAMES).findings}
            tally.add(sentence, transcript.text.strip(), found)
        yield name, tally


def rows(path: Path = SENTENCES / "held_out.tsv", *, errors: bool = False) -> list[Row]:
    """One row for each way of speaking. Pooled over the spoken ones in the last."""
    out, pooled = [], Tally()
    for name, tally in measured(sentences(path), load_lexicons()):
        out.append(_row(f"wording behaviours, {name}", tally))
        if name != "typed":
            pooled.right, pooled.invented = pooled.right + tally.right, pooled.invented + tally.invented
            pooled.missed += tally.missed
        if errors:
            print(f"\n{name}", *tally.errors, sep="\n  ")
    return [*out, _row("wording behaviours, all spoken", pooled)]


def _row(measure: str, tally: Tally) -> Row:
    met = tally.precision >= TARGET_PRECISION and tally.recall >= TARGET_RECALL
    target = f"precision >= {TARGET_PRECISION}, recall >= {TARGET_RECALL}"
    return Row(measure, "-", target, f"precision {tally.precision:.2f}, recall {tally.recall:.2f}", met)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tried", action="store_true", help="the sentences used while the lexicons were written")
    options.add_argument("--errors", action="store_true", help="list every error")
    chosen = options.parse_args()
    print_rows(rows(SENTENCES / ("tried.tsv" if chosen.tried else "held_out.tsv"), errors=chosen.errors))


if __name__ == "__main__":
    main()
