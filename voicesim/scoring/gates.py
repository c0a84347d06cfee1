"""When not to score: what is missing or not to be trusted, said in words."""

from __future__ import annotations

from voicesim.domain import Measured, Rubric

COUNTED_WORDS = ("speech_rate_wpm", "burst_share", "fillers_per_100_words", "rate_to_customer")


def nothing_to_score(measured: Measured, rubric: Rubric) -> str | None:
    """Why no score at all can be given, or None."""
    settings = rubric.settings
    if not measured.spans:
        return "no speech was detected"
    if measured.speech_s < settings["min_speech_s"]:
        return f"only {measured.speech_s:.1f} s of speech; at least {settings['min_speech_s']:g} s are needed"
    if not measured.transcript.words and measured.speech_s >= settings["wordless_s"]:
        return "no words were recognised in what sounded like speech"
    confidence = measured.transcript.mean_confidence
    if confidence is not None and confidence < settings["min_confidence_for_speech"]:
        return f"what was heard may not be speech (word confidence {confidence:.2f})"
    return None


def bad_signal(measured: Measured, rubric: Rubric) -> str | None:
    """Why the sound is too poor to judge a voice by, or None."""
    signal, settings = measured.signal, rubric.settings
    if signal.clipped_share is not None and signal.clipped_share > settings["max_clipped_share"]:
        return f"the sound is clipped ({signal.clipped_share:.1%} of it)"
    if reason := loud_background(measured, settings["min_snr_db"]):
        return reason
    if signal.echo_db is not None and signal.echo_db > settings["max_echo_db"]:
        return f"the customer is heard in the trainee's microphone ({signal.echo_db:.0f} dB)"
    return None


def loud_background(measured: Measured, least_db: float) -> str | None:
    """Why the background is too loud, or None; `least_db` is the speech's level above it that is needed."""
    snr_db = measured.signal.snr_db
    if snr_db is not None and snr_db < least_db:
        return f"the background is too loud (speech {snr_db:.0f} dB above it, {least_db:g} dB needed)"
    return None


def unsure_words(measured: Measured, least: float) -> str | None:
    """Why measures made from words cannot be trusted, or None; `least` is the mean word confidence needed."""
    confidence = measured.transcript.mean_confidence
    if confidence is not None and confidence < least:
        return f"the recogniser was unsure of the words (confidence {confidence:.2f}, {least:g} needed)"
    return None


def too_short_for_pace(measured: Measured, rubric: Rubric) -> str | None:
    """NORMS: no verdict on pace under 15 s of speech."""
    least = rubric.settings["min_speech_for_pace_s"]
    if measured.speech_s < least:
        return f"only {measured.speech_s:.1f} s of speech; a verdict on pace needs {least:g} s"
    return None


def reasons_by_measure(measured: Measured, rubric: Rubric) -> dict[str, str]:
    """Measures that must not be used, each with its reason."""
    blocked: dict[str, str] = {}
    if reason := bad_signal(measured, rubric):
        blocked |= dict.fromkeys(("heat", "raised_voice_share", "liveliness", "warmth"), reason)
    elif reason := loud_background(measured, rubric.settings["min_snr_warmth_db"]):
        blocked["warmth"] = reason
    if reason := unsure_words(measured, rubric.settings["min_pace_confidence"]):
        blocked |= dict.fromkeys(COUNTED_WORDS, reason)
    if reason := unsure_words(measured, rubric.settings["min_word_confidence"]):
        blocked |= dict.fromkeys(rubric.wording, reason)
    if reason := too_short_for_pace(measured, rubric):
        blocked |= dict.fromkeys(("speech_rate_wpm", "burst_share", "fillers_per_100_words"), reason)
    return blocked
