"""Real devices through PortAudio, on a virtual headset of PulseAudio; each test has its own sound server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from voicesim.backends.native_noise import NativeNoise
from voicesim.backends.sound_devices import SoundDevice, device_error, find_device
from voicesim.backends.virtual_headset import VirtualHeadset, missing_parts
from voicesim.errors import DeviceError

HEADSET = SoundDevice(3, "USB Headset: Audio", "ALSA", 1, 2, True, True)
SPEAKERS = SoundDevice(4, "HDMI", "ALSA", 0, 8, False, False)

LISTEN_TO_ITSELF = """
import json, sys
import numpy as np
from voicesim.backends.sounddevice_line import SounddeviceLine
from voicesim.domain import Recording

rate = 16000
line = SounddeviceLine()
line.start()
blocks = [line.next_block() for _ in range(20)]
times = np.arange(rate // 2) / rate
line.play(Recording((0.5 * np.sin(2 * np.pi * 440 * times)).astype(np.float32), rate))
blocks += [line.next_block() for _ in range(60)]
line.stop()
line.stop()
heard = np.concatenate([b.heard for b in blocks])
played = np.concatenate([b.played for b in blocks])
loud = np.flatnonzero(np.abs(heard) > 0.1)
spoken = np.flatnonzero(np.abs(played) > 0.1)
part = heard[loud[0]:loud[-1]]
print(json.dumps({
    "name": line.name,
    "blocks": sorted({len(b.heard) for b in blocks} | {len(b.played) for b in blocks}),
    "heard_s": (loud[-1] - loud[0]) / rate,
    "delay_s": (loud[0] - spoken[0]) / rate,
    "pitch_hz": float(np.argmax(np.abs(np.fft.rfft(part))) * rate / len(part)),
    "queued": sum(b.queued for b in blocks),
}))
"""

UNTIL_UNPLUGGED = """
import sys
from voicesim.backends.sounddevice_line import SounddeviceLine
from voicesim.errors import DeviceError

line = SounddeviceLine()
line.start()
line.next_block()
print("open", flush=True)
count = 0
try:
    while True:
        line.next_block()
        count += 1
except DeviceError as error:
    print(error)
line.stop()
"""


@pytest.fixture
def headset() -> Iterator[VirtualHeadset]:
    if missing := missing_parts():
        pytest.skip(f"a virtual headset needs {', '.join(missing)}")
    with VirtualHeadset() as started:
        yield started


def python(code: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_listens_while_it_plays(headset: VirtualHeadset) -> None:
    looped = {**headset.customer_environment, "PULSE_SOURCE": "earpiece.monitor"}
    out, err = python(LISTEN_TO_ITSELF, looped).communicate(timeout=60)
    assert err == ""
    found = json.loads(out)
    assert found["blocks"] == [512]
    assert found["heard_s"] == pytest.approx(0.5, abs=0.1)
    assert found["pitch_hz"] == pytest.approx(440, abs=10)
    assert 0 < found["delay_s"] < 1.0
    assert found["queued"] == 16  # half a second in blocks of 32 ms, the last one partly filled


def test_unplugged_in_use_it_ends_with_one_line(headset: VirtualHeadset) -> None:
    process = python(UNTIL_UNPLUGGED, headset.customer_environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    headset.unplug()
    out, err = process.communicate(timeout=60)
    assert out.strip().endswith("was it unplugged? Plug it in and call again")
    assert len(out.strip().splitlines()) == 1
    assert err == ""  # neither PortAudio nor ALSA talks to the user
    assert process.returncode == 0


def test_without_any_device_the_message_says_what_to_do() -> None:
    with pytest.raises(DeviceError, match="no microphone found: plug in a headset, or try `voicesim demo`"):
        find_device(None, "input", ())
    with pytest.raises(DeviceError, match="no microphone found"):
        find_device(None, "input", (SPEAKERS,))


@pytest.mark.parametrize("wanted", [None, 3, "3", "usb headset", "USB Headset: Audio"])
def test_devices_are_found_by_index_name_or_default(wanted: str | int | None) -> None:
    assert find_device(wanted, "output", (SPEAKERS, HEADSET)) is HEADSET


def test_an_unknown_device_lists_the_known_ones() -> None:
    with pytest.raises(DeviceError, match=r"no microphone called 'Jabra'; there are: 3 'USB Headset: Audio'$"):
        find_device("Jabra", "input", (SPEAKERS, HEADSET))


@pytest.mark.parametrize(
    ("code", "words"),
    [(-9985, "in use by another program or unplugged"), (-9997, "16 kHz"), (-9999, "cannot be used")],
)
def test_portaudios_codes_become_one_helpful_line(code: int, words: str) -> None:
    error = device_error(RuntimeError("Error opening Stream: [PaErrorCode]", code), "USB Headset")
    assert str(error).startswith("USB Headset: ") and words in str(error)
    assert "\n" not in str(error)


def test_a_headset_whose_server_is_gone_is_a_device_error(headset: VirtualHeadset) -> None:
    environment = dict(headset.customer_environment)
    headset.unplug()
    code = (
        "from voicesim.backends.sounddevice_line import SounddeviceLine\n"
        "from voicesim.errors import DeviceError\n"
        "try:\n    SounddeviceLine().start()\nexcept DeviceError as error:\n    print(error)"
    )
    out, err = python(code, environment).communicate(timeout=60)
    assert len(out.strip().splitlines()) == 1 and err == ""


def test_stopping_the_headset_leaves_nothing_behind() -> None:
    if missing := missing_parts():
        pytest.skip(f"a virtual headset needs {', '.join(missing)}")
    headset = VirtualHeadset()
    headset.start()
    folder = headset.folder
    assert (folder / "socket").exists()
    headset.stop()
    headset.stop()
    assert not folder.exists()
    with pytest.raises(DeviceError, match="not started"):
        _ = headset.folder


def test_other_lines_of_the_error_output_pass(capfd: pytest.CaptureFixture[str]) -> None:
    noise = NativeNoise()
    noise.start()
    os.write(2, b"ALSA lib pcm.c:1 underrun\nExpression 'x' failed in pa.c\nreal trouble\n")
    noise.stop()
    noise.stop()
    assert capfd.readouterr().err == "real trouble\n"
