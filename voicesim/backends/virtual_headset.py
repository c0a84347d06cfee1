"""A headset made of software, for tests and for trying a call without one: PulseAudio with two null sinks.

The customer is played into the sink `earpiece`; whoever stands in for the trainee listens to its monitor and speaks
into the sink `mouth`, whose monitor is the microphone. PortAudio reaches both through ALSA's pulse plugin (Debian and
Ubuntu: `pulseaudio`, `libasound2-plugins`, `libportaudio2`). Nothing of the user's own sound set-up is touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from voicesim.errors import DeviceError

START_WITHIN_S = 10.0
_ALSA_CONFIG = Path("/usr/share/alsa/alsa.conf")
_NULL_SINK = "module-null-sink sink_name={name} rate=16000 channels=1 format=s16le"
_KEEP_AWAKE = "module-loopback source=void.monitor sink={name} latency_msec=20 source_dont_move=1 sink_dont_move=1"
"""A null sink that nobody listens to closely works in steps of two seconds; silence played into it keeps it quick."""


def missing_parts() -> tuple[str, ...]:
    """The Debian packages a virtual headset needs and this machine lacks."""
    plugin = any(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so"))
    found = {
        "pulseaudio": shutil.which("pulseaudio") is not None,
        "libasound2-plugins": plugin,
        "libasound2-data": _ALSA_CONFIG.is_file(),
    }
    return tuple(package for package, there in found.items() if not there)


class VirtualHeadset:
    """Its own sound server, started on entry and ended on exit, by process id.

    Give `customer_environment` to the process that runs the call, `trainee_environment` to the one that answers; in
    both, the default sound device is this headset, seen from that side.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> VirtualHeadset:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """The server's own runtime folder. Raises DeviceError before `start`."""
        if self._folder is None:
            raise DeviceError("virtual headset: not started")
        return self._folder

    @property
    def customer_environment(self) -> Mapping[str, str]:
        """Environment of the process whose headset this is."""
        return {**self._environment(), "PULSE_SINK": "earpiece", "PULSE_SOURCE": "mouth.monitor"}

    @property
    def trainee_environment(self) -> Mapping[str, str]:
        """Environment of the process that hears the earpiece and speaks into the microphone."""
        return {**self._environment(), "PULSE_SINK": "mouth", "PULSE_SOURCE": "earpiece.monitor"}

    def start(self) -> None:
        """Start the server and wait until it answers. Raises DeviceError."""
        if missing := missing_parts():
            raise DeviceError(f"virtual headset: missing; install with `sudo apt install {' '.join(missing)}`")
        self._folder = Path(tempfile.mkdtemp(prefix="virtual-headset-"))
        (self._folder / "alsa.conf").write_text(
            f"<{_ALSA_CONFIG}>\npcm.!default {{ type pulse }}\nctl.!default {{ type pulse }}\n"
        )
        with (self._folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own fixed command
                self._command(), env=self._environment(), stdout=log, stderr=log, process_group=0
            )
        until = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > until:
                detail = (self._folder / "server.log").read_text(errors="replace").strip().splitlines()[-1:]
                self.stop()
                raise DeviceError(f"virtual headset: the sound server did not start ({' '.join(detail)})")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server and remove its folder; safe to call twice."""
        self.unplug()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def unplug(self) -> None:
        """End the server at once: what a pulled plug is to a program that uses the headset."""
        server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.wait()

    def _command(self) -> list[str]:
        modules = [
            *(_NULL_SINK.format(name=name) for name in ("earpiece", "mouth", "void")),
            *(_KEEP_AWAKE.format(name=name) for name in ("earpiece", "mouth")),
            f"module-native-protocol-unix socket={self.folder / 'socket'} auth-anonymous=1",
        ]
        quiet = ["-n", "--daemonize=no", "--exit-idle-time=300", "--use-pid-file=no", "--disable-shm=yes"]
        steady = ["--realtime=no", "--high-priority=yes", "--disallow-exit=no"]
        return ["pulseaudio", *quiet, *steady, *(part for module in modules for part in ("-L", module))]

    def _answers(self) -> bool:
        return (self.folder / "socket").exists()

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        own = {
            "XDG_RUNTIME_DIR": folder,
            "PULSE_RUNTIME_PATH": f"{folder}/pulse",
            "PULSE_STATE_PATH": f"{folder}/state",
            "PULSE_COOKIE": f"{folder}/cookie",
            "PULSE_SERVER": f"unix:{folder}/socket",
            "ALSA_CONFIG_PATH": f"{folder}/alsa.conf",
        }
        return {**os.environ, **own}
