"""Recognisers used only when chosen by name: PocketSphinx and Vosk (local), and SpeechRecognition's online engines.

None of them times words the way Whisper does, so speech is recognised stretch by stretch and each word carries the
seconds of its stretch. Online engines send the trainee's audio off the machine; `SENDS_AUDIO` marks them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from voicesim.backends.silero_activity import RATE_HZ, at_16_khz
from voicesim.backends.whisper_transcriber import audio_data, speech_stretches
from voicesim.domain import Recording, Span, Transcript, Word
from voicesim.errors import EngineError

Recognise = Callable[[Any, Any, str], str]


def _keyed(method: str, keyword: str) -> Recognise:
    def recognise(recogniser: Any, audio: Any, key: str) -> str:
        return str(getattr(recogniser, method)(audio, **{keyword: key}))

    return recognise


def _houndify(recogniser: Any, audio: Any, key: str) -> str:
    client_id, _, client_key = key.partition(":")
    return str(recogniser.recognize_houndify(audio, client_id, client_key))


def _assemblyai(recogniser: Any, audio: Any, key: str) -> str:
    return str(recogniser.recognize_assemblyai(audio, api_token=key)[0])


def _google(recogniser: Any, audio: Any, key: str) -> str:
    return str(recogniser.recognize_google(audio, key=key or None))


LOCAL: dict[str, Recognise] = {"pocketsphinx": lambda recogniser, audio, _key: recogniser.recognize_sphinx(audio)}
ONLINE: dict[str, Recognise] = {
    "google": _google,
    "google-cloud": _keyed("recognize_google_cloud", "credentials_json_path"),
    "wit": _keyed("recognize_wit", "key"),
    "azure": lambda recogniser, audio, key: str(recogniser.recognize_azure(audio, key)[0]),
    "houndify": _houndify,
    "ibm": lambda recogniser, audio, key: str(recogniser.recognize_ibm(audio, key)[0]),
    "assemblyai": _assemblyai,
    "openai": lambda recogniser, audio, _key: str(recogniser.recognize_openai(audio)),
    "groq": lambda recogniser, audio, _key: str(recogniser.recognize_groq(audio)),
    "cohere": lambda recogniser, audio, _key: str(recogniser.recognize_cohere_api(audio)),
}
SENDS_AUDIO = frozenset(ONLINE)
_KEY_FROM_LIBRARY = frozenset({"openai", "groq", "cohere", "google"})


class ChosenTranscriber:
    """A `Transcriber` around one of SpeechRecognition's own engines, chosen by name."""

    def __init__(self, engine: str) -> None:
        import speech_recognition

        self.name = engine
        self._recognise = {**LOCAL, **ONLINE}[engine]
        self._recogniser = speech_recognition.Recognizer()
        self._key = os.environ.get(key_variable(engine), "")
        if engine in SENDS_AUDIO and not self._key and engine not in _KEY_FROM_LIBRARY:
            raise EngineError(f"{engine} is an online recogniser and needs its key in {key_variable(engine)}")

    def transcribe(self, recording: Recording, spans: Sequence[Span] | None = None) -> Transcript:
        """The words, stretch by stretch of detected speech; no confidences. Raises EngineError."""
        samples = at_16_khz(recording)
        whole = [Span(0.0, len(samples) / RATE_HZ)] if len(samples) else []
        words: list[Word] = []
        for stretch in whole if spans is None else speech_stretches(spans, len(samples) / RATE_HZ):
            piece = samples[round(stretch.start_s * RATE_HZ) : round(stretch.end_s * RATE_HZ)]
            words += [Word(text, stretch) for text in self._heard(audio_data(piece)).split()]
        return Transcript(" ".join(word.text for word in words), tuple(words), "en", self.name)

    def _heard(self, audio: Any) -> str:
        from speech_recognition import RequestError, UnknownValueError
        from speech_recognition.exceptions import SetupError

        try:
            return self._recognise(self._recogniser, audio, self._key)
        except UnknownValueError:
            return ""
        except (RequestError, SetupError, ImportError, TimeoutError, OSError) as error:
            raise EngineError(f"recognition with {self.name} failed: {str(error) or type(error).__name__}") from error


class VoskTranscriber:
    """A `Transcriber` around a Vosk model folder, with Vosk's word times and confidences."""

    def __init__(self, folder: str) -> None:
        try:
            import vosk
        except ImportError as error:
            raise EngineError("Vosk is not installed: pip install 'voicesim[vosk]'") from error
        if not folder or not os.path.isdir(folder):  # noqa: PTH112
            raise EngineError(f"Vosk needs the folder of a model: --recogniser vosk:FOLDER (got {folder!r})")
        vosk.SetLogLevel(-1)
        self.name, self._vosk = f"vosk:{os.path.basename(folder)}", vosk  # noqa: PTH119
        try:
            self._model = vosk.Model(folder)
        except Exception as error:  # vosk raises a bare Exception
            raise EngineError(f"the Vosk model in {folder} cannot be read") from error

    def transcribe(self, recording: Recording, spans: Sequence[Span] | None = None) -> Transcript:
        """The words, stretch by stretch of detected speech."""
        import json

        samples = at_16_khz(recording)
        whole = [Span(0.0, len(samples) / RATE_HZ)] if len(samples) else []
        words: list[Word] = []
        for stretch in whole if spans is None else speech_stretches(spans, len(samples) / RATE_HZ):
            decoder = self._vosk.KaldiRecognizer(self._model, RATE_HZ)
            decoder.SetWords(True)
            piece = samples[round(stretch.start_s * RATE_HZ) : round(stretch.end_s * RATE_HZ)]
            decoder.AcceptWaveform(audio_data(piece).get_raw_data())
            for word in json.loads(decoder.FinalResult()).get("result", []):
                span = Span(float(word["start"]), float(word["end"])).shifted(stretch.start_s)
                words.append(Word(word["word"], span, float(word["conf"])))
        return Transcript(" ".join(word.text for word in words), tuple(words), "en", self.name)


def key_variable(engine: str) -> str:
    """The environment variable that holds an online engine's key, e.g. VOICESIM_WIT_KEY."""
    return f"VOICESIM_{engine.upper().replace('-', '_')}_KEY"
