"""Measures speech rate, articulation rate and word errors on real speech: LibriSpeech, the same by phone, accents."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from validation_table import Row, print_rows, shared_data
from words_compared import word_errors

from voicesim.audio import resample
from voicesim.backends.silero_activity import SileroActivity
from voicesim.backends.whisper_transcriber import WhisperTranscriber, load_model
from voicesim.domain import Pace, Recording, Span, Transcript
from voicesim.domain.spans import merged, total_s
from voicesim.pace import measure_pace, syllables_of
from voicesim.telephone import TelephoneLine, telephone

LONG_ENOUGH_S = 5.0
LINKED_S = 0.05
Line = Callable[[Recording], Recording]


@dataclass(frozen=True, eq=False)
class Heard:
    """One utterance: what was said, what was measured, and (where known) the true times of its words."""

    said: str
    duration_s: float
    transcript: Transcript
    pace: Pace
    true_words: tuple[Span, ...] | None = None


def wide(recording: Recording) -> Recording:
    return recording


def by_phone(recording: Recording) -> Recording:
    """8 kHz mu-law and back."""
    return resample(telephone(recording, TelephoneLine(band=False, codec="mu-law")), 16_000)


def utterances(folder: Path) -> list[tuple[Recording, str]]:
    """(recording, exact words) of every utterance of a corpus."""
    out = []
    for line in (folder / "transcripts.tsv").read_text(encoding="utf-8").splitlines():
        name, said = line.split("\t")[:2]
        path = next(folder.glob(f"{name}.*"))
        samples, rate_hz = soundfile.read(path, dtype="float32")
        out.append((resample(Recording(samples, rate_hz, name), 16_000), said))
    return out


def hear(corpus: Sequence[tuple[Recording, str]], line: Line, ears: WhisperTranscriber, *, align: bool) -> list[Heard]:
    """Every utterance through the line, the detector, the recogniser and the pace measures."""
    detector = SileroActivity()
    aligner = Aligner() if align else None
    out = []
    for recording, said in corpus:
        heard = line(recording)
        spans = detector.detect(heard)
        transcript = ears.transcribe(heard, spans)
        truth = aligner.align(recording, said) if aligner is not None else None
        out.append(Heard(said, heard.duration_s, transcript, measure_pace(transcript, spans, heard), truth))
    return out


class Aligner:
    """True times of known words, by PocketSphinx: another engine than the ones that are measured."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(loglevel="FATAL", bestpath=False, lm=None)

    def align(self, recording: Recording, said: str) -> tuple[Span, ...] | None:
        """Spans of the words, None where a word is unknown to the dictionary or the alignment fails."""
        words = said.lower().split()
        if any(self._decoder.lookup_word(word) is None for word in words):
            return None
        pcm = np.clip(recording.samples * 32767, -32768, 32767).astype(np.int16)
        try:
            self._decoder.set_align_text(" ".join(words))
            self._decoder.start_utt()
            self._decoder.process_raw(pcm.tobytes(), full_utt=True)
            self._decoder.end_utt()
        except RuntimeError:
            return None
        found = [s for s in self._decoder.seg() or () if re.match(r"[a-z]", s.word)]
        return tuple(Span(s.start_frame / 100, (s.end_frame + 1) / 100) for s in found) or None


def wrong(heard: Sequence[Heard]) -> float:
    """Word error rate over the whole corpus."""
    return word_errors([h.said for h in heard], [h.transcript.text for h in heard]).share


def rate_errors(heard: Sequence[Heard]) -> np.ndarray:
    """Relative error of the speech rate, against true words over the true time from first to last word."""
    out = []
    for one in heard:
        if one.true_words is None or one.duration_s < LONG_ENOUGH_S or one.pace.speech_rate_wpm is None:
            continue
        spoken_s = one.true_words[-1].end_s - one.true_words[0].start_s
        out.append(one.pace.speech_rate_wpm / (60 * len(one.said.split()) / spoken_s) - 1)
    return np.abs(np.array(out, dtype=np.float64))


def articulation(heard: Sequence[Heard]) -> tuple[float, float]:
    """(correlation, median ratio) of the articulation rate with true syllables over the true time of the words."""
    pairs = []
    for one in heard:
        if one.true_words is None or one.duration_s < LONG_ENOUGH_S or one.pace.articulation_rate_sps is None:
            continue
        truth = syllables_of(one.said) / total_s(merged(one.true_words, LINKED_S))
        pairs.append((one.pace.articulation_rate_sps, truth))
    measured, truth = np.array(pairs).T
    return float(np.corrcoef(measured, truth)[0, 1]), float(np.median(measured / truth))


def rows() -> list[Row]:
    """Rates and word errors, wide-band and by phone, and Mandarin-accented speech."""
    folder = shared_data()
    ears = WhisperTranscriber(load_model(threads=1))
    corpus = utterances(folder / "librispeech")
    out = []
    for name, line, anchor in (("wide", wide, "tiny.en int8 5.3 %"), ("phone", by_phone, "tiny.en int8 5.8 %")):
        heard = hear(corpus, line, ears, align=True)
        errors = rate_errors(heard)
        middle, high = np.median(errors), np.percentile(errors, 95)
        met = bool(middle <= 0.03 and high <= 0.10)
        today = f"median {middle:.1%}, p95 {high:.1%} of {len(errors)}"
        out.append(Row(f"speech rate error, {name}", "-", "median <= 3 %, p95 <= 10 %", today, met))
        r, ratio = articulation(heard)
        today = f"r = {r:.3f}, {ratio:.2f} of the truth"
        out.append(Row(f"articulation rate, {name}", "syllable nuclei r = 0.72", "r >= 0.95", today, r >= 0.95))
        out.append(_word_error_row(name, anchor, heard, corpus, line, ears))
    return [*out, *accented_rows(folder, ears)]


def _word_error_row(
    name: str,
    anchor: str,
    heard: Sequence[Heard],
    corpus: Sequence[tuple[Recording, str]],
    line: Line,
    ears: WhisperTranscriber,
) -> Row:
    plain = [Heard(said, 0.0, ears.transcribe(line(r)), Pace(0, None, None, None, None)) for r, said in corpus]
    mine, theirs = wrong(heard), wrong(plain)
    today = f"{mine:.1%} (plain recogniser here {theirs:.1%})"
    return Row(f"word error rate, {name}", anchor, "no worse than plain", today, mine <= theirs + 0.001)


def accented_rows(folder: Path, ears: WhisperTranscriber) -> list[Row]:
    """Mandarin-accented adults: how many words are wrong, and what is said of it."""
    heard = hear(utterances(folder / "speechocean762"), wide, ears, align=False)
    of_all = wrong(heard)
    sure = [h for h in heard if (h.transcript.mean_confidence or 0.0) >= 0.7]
    kept = wrong(sure) if sure else float("nan")
    abstained = 1 - len(sure) / len(heard)
    return [
        Row("word error rate, Mandarin accents", "tiny.en 39 %", "reported", f"{of_all:.1%}"),
        Row("the same, where words are used", "-", "abstain when unsure", f"{kept:.1%}; {abstained:.0%} abstain"),
    ]


if __name__ == "__main__":
    print_rows(rows())
