"""The machine's microphones and headphones, found through PortAudio; its errors become one line for the user."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from voicesim.errors import DeviceError

Way = Literal["input", "output"]
_PART = {"input": "microphone", "output": "headphones"}
_IN_USE = {-9985, -9996, -9993}
"""PortAudio's paDeviceUnavailable, paInvalidDevice, paBadIODeviceCombination."""
_WRONG_FORMAT = {-9997, -9998, -9994}
"""paInvalidSampleRate, paInvalidChannelCount, paSampleFormatNotSupported."""


@dataclass(frozen=True)
class SoundDevice:
    """One device as PortAudio lists it; `inputs` and `outputs` are its channels each way, 0 where it has none."""

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    default_input: bool
    default_output: bool


def portaudio() -> ModuleType:
    """The sounddevice module. Raises DeviceError where PortAudio itself is not installed."""
    try:
        import sounddevice
    except OSError:
        raise DeviceError(
            "the sound library PortAudio is missing: install it with `sudo apt install libportaudio2`"
        ) from None
    module: ModuleType = sounddevice
    return module


def list_devices(refresh: bool = False) -> tuple[SoundDevice, ...]:
    """All devices in PortAudio's order, none where the machine has none.

    `refresh` looks for devices plugged in since the program began; no line may be open then.
    """
    sound = portaudio()
    if refresh:
        with suppress(sound.PortAudioError):
            sound._terminate()
            sound._initialize()
    hosts = sound.query_hostapis()
    default_input, default_output = sound.default.device
    return tuple(
        SoundDevice(
            index=index,
            name=found["name"],
            host=hosts[found["hostapi"]]["name"],
            inputs=found["max_input_channels"],
            outputs=found["max_output_channels"],
            default_input=index == default_input,
            default_output=index == default_output,
        )
        for index, found in enumerate(sound.query_devices())
    )


def find_device(wanted: str | int | None, way: Way, devices: tuple[SoundDevice, ...]) -> SoundDevice:
    """The device of an index, a name or part of one, or the default (None). Raises DeviceError listing the choice."""
    usable = [device for device in devices if (device.inputs if way == "input" else device.outputs) > 0]
    part = _PART[way]
    if not usable:
        raise DeviceError(f"no {part} found: plug in a headset, or try `voicesim demo`, which needs none")
    if wanted is None:
        chosen = [device for device in usable if (device.default_input if way == "input" else device.default_output)]
        return (chosen or usable)[0]
    if isinstance(wanted, int) or wanted.isdecimal():
        matching = [device for device in usable if device.index == int(wanted)]
    else:
        exact = [device for device in usable if device.name.casefold() == wanted.casefold()]
        matching = exact or [device for device in usable if wanted.casefold() in device.name.casefold()]
    if not matching:
        names = ", ".join(f"{device.index} {device.name!r}" for device in usable)
        raise DeviceError(f"no {part} called {wanted!r}; there are: {names}")
    return matching[0]


def device_error(error: Exception, name: str) -> DeviceError:
    """PortAudio's complaint about the device `name`, as one line that says what to do."""
    code = error.args[1] if len(error.args) > 1 else None
    if code in _IN_USE:
        return DeviceError(
            f"{name}: in use by another program or unplugged; close the other program or choose another device "
            "(`voicesim devices` lists them)"
        )
    if code in _WRONG_FORMAT:
        return DeviceError(
            f"{name}: does not offer mono sound at 16 kHz; choose the system's default device, which converts"
        )
    detail = str(error.args[0] if error.args else error).splitlines()[0]
    return DeviceError(f"{name}: cannot be used ({detail}); `voicesim devices` lists what there is")
