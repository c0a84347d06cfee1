"""The trainee's end of the line: a real headset, or a simulated one with a trainee who knows what to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voicesim.backends.hibari_voice import HibariVoice
from voicesim.backends.simulated_line import Reply, SimulatedLine
from voicesim.backends.sound_devices import SoundDevice
from voicesim.backends.sound_devices import list_devices as listed
from voicesim.call import CallObserver
from voicesim.customer.delivery import Character, VoiceStyle
from voicesim.customer.rendering import render_line
from voicesim.domain import CustomerLine, Recording, Scenario
from voicesim.errors import DeviceError
from voicesim.ports import AudioLine, Voice
from voicesim.recording import reading_text

LAST_WORDS = "I am still here. I will find a way to help you with this."
"""Said where a scenario has no example reply: to prompts, interruptions and beats without one."""
UNHURRIED = VoiceStyle(rate=0.8)
"""Synthesizers read on at some 200 words a minute; a person who is listening to a customer does not."""


def list_devices() -> tuple[SoundDevice, ...]:
    """Microphones and headphones; none where there is no sound system at all. Raises DeviceError without PortAudio."""
    return listed(refresh=True)


def headset_present() -> bool:
    """Whether there is something to hear with and something to play on."""
    try:
        found = list_devices()
    except DeviceError:
        return False
    return any(device.inputs for device in found) and any(device.outputs for device in found)


def open_headset(device: str | None = None) -> AudioLine:
    """The headset of that name or number, or the default one; it is opened when the call starts."""
    from voicesim.backends.sounddevice_line import SounddeviceLine

    return SounddeviceLine(device, device)


class SimulatedTrainee(CallObserver):
    """Answers each line of a scenario with the reply its author wrote for it; follows the call to know which."""

    def __init__(self, scenario: Scenario, voice: Voice | None = None) -> None:
        self._examples = {beat.id: beat.example for beat in scenario.beats}
        self._voice = voice or HibariVoice()
        self._beat = scenario.beats[0].id

    def on_line(self, line: CustomerLine) -> None:
        """Remember what was said, to answer it."""
        self._beat = line.beat

    def reading(self) -> Recording:
        """The baseline reading in this trainee's voice."""
        return replace(self._say(reading_text(), VoiceStyle()), source="the reading")

    def replies(self) -> Iterator[Reply]:
        """One reply after another, each chosen when it is the trainee's turn."""
        while True:
            yield Reply(self._say(self._examples.get(self._beat) or LAST_WORDS, UNHURRIED))

    def _say(self, text: str, style: VoiceStyle) -> Recording:
        return render_line(self._voice, text, style, Character())


def simulated_headset(scenario: Scenario) -> tuple[AudioLine, SimulatedTrainee]:
    """A headset in memory, and the trainee on it, who must observe the call. Raises EngineError without its voice."""
    trainee = SimulatedTrainee(scenario)
    return SimulatedLine(trainee.replies()), trainee
