"""A headset through PortAudio: full duplex, mono, 16 kHz; the callback only moves copies between queues."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from voicesim.backends.native_noise import NativeNoise
from voicesim.backends.play_queue import PlayQueue
from voicesim.backends.sound_devices import SoundDevice, device_error, find_device, list_devices, portaudio
from voicesim.domain import Recording
from voicesim.errors import DeviceError
from voicesim.ports import LineBlock

SAMPLE_RATE_HZ = 16_000
BLOCK_SAMPLES = 512
"""32 ms: one frame of the voice activity detector."""
LATENCY_S = 0.08
"""Asked of PortAudio each way: more than two blocks, so that a busy moment of this process does not tear the sound."""
FIRST_BLOCK_WITHIN_S = 8.0
NEXT_BLOCK_WITHIN_S = 5.0
"""A device that is gone mostly says so at once; one that stands still is given this long: busy machines stutter."""


class SounddeviceLine:
    """An `AudioLine` on the machine's own devices.

    `microphone` and `headphones` are an index, a name or part of one, or None for the system's default. `latency_s` is
    asked of the device each way: more of it is safer, less of it answers sooner.
    """

    def __init__(
        self,
        microphone: str | int | None = None,
        headphones: str | int | None = None,
        *,
        latency_s: float = LATENCY_S,
    ) -> None:
        self._wanted, self._latency_s = (microphone, headphones), latency_s
        self._stream: Any = None
        self._name: str | None = None
        self._out = PlayQueue(SAMPLE_RATE_HZ)
        self._blocks: SimpleQueue[LineBlock | None] = SimpleQueue()
        self._heard_any = False
        self._noise = NativeNoise()

    @property
    def name(self) -> str:
        """The device, or both devices, as the system names them; "headset" while there is none."""
        if self._name is None:
            try:
                return _named(*self._found(list_devices()))
            except DeviceError:
                return "headset"
        return self._name

    @property
    def sample_rate_hz(self) -> int:
        """16000."""
        return SAMPLE_RATE_HZ

    @property
    def queued_s(self) -> float:
        """Seconds of queued sound still waiting to be played."""
        return self._out.waiting_s

    @property
    def playing(self) -> bool:
        """Whether any queued sound is still waiting to be played."""
        return self.queued_s > 0.0

    def start(self) -> None:
        """Open both devices. Raises DeviceError: none there, in use, or of no use."""
        self._noise.start()
        try:
            self._open()
        except DeviceError:
            self.stop()
            raise

    def _open(self) -> None:
        sound = portaudio()
        microphone, headphones = self._found(list_devices(refresh=True))
        self._name = _named(microphone, headphones)
        try:
            self._stream = sound.Stream(
                samplerate=SAMPLE_RATE_HZ,
                blocksize=BLOCK_SAMPLES,
                device=(microphone.index, headphones.index),
                channels=1,
                dtype="float32",
                latency=self._latency_s,
                callback=self._exchange,
                finished_callback=lambda: self._blocks.put(None),
            )
            self._stream.start()
        except (sound.PortAudioError, ValueError) as error:
            raise device_error(error, self._name) from error

    def _found(self, devices: tuple[SoundDevice, ...]) -> tuple[SoundDevice, SoundDevice]:
        return find_device(self._wanted[0], "input", devices), find_device(self._wanted[1], "output", devices)

    def stop(self) -> None:
        """Close the devices; safe to call twice."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(portaudio().PortAudioError):
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)
        self._noise.stop()

    def play(self, recording: Recording) -> None:
        """Queue mono sound behind what is already queued; returns at once."""
        self._out.put(recording)

    def stop_playing(self) -> None:
        """Drop queued sound, with a fade of 10 ms."""
        self._out.drop()

    def next_block(self) -> LineBlock:
        """The next 512 samples; waits for them. Raises DeviceError when the device is gone or stands still."""
        if self._stream is None and self._blocks.empty():
            raise DeviceError(f"{self.name}: not open")
        try:
            block = self._blocks.get(timeout=NEXT_BLOCK_WITHIN_S if self._heard_any else FIRST_BLOCK_WITHIN_S)
        except Empty:
            block = None
        if block is None:
            raise DeviceError(f"{self.name}: the sound stopped; was it unplugged? Plug it in and call again")
        self._heard_any = True
        return block

    def _exchange(self, heard: Any, played: Any, frames: int, _time: object, status: Any) -> None:
        samples, queued = self._out.take(frames)
        played[:, 0] = samples
        self._blocks.put(LineBlock(heard[:, 0].copy(), samples, queued, lost=bool(status)))


def _named(microphone: SoundDevice, headphones: SoundDevice) -> str:
    same = microphone.index == headphones.index
    return microphone.name if same else f"{microphone.name} and {headphones.name}"
