"""What goes wrong around a call: broken off before it begins, a reader that goes away, words that leave the machine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.call_rig import Watched, call, ears, late_parcel
from voicesim.backends.simulated_line import SimulatedLine
from voicesim.call import CallControls
from voicesim.cli import app
from voicesim.cli.options import check_llm
from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import HeardReply
from voicesim.domain import CustomerLine, MoodChange
from voicesim.domain.clock import moment
from voicesim.engines import CallChoices, hold_call
from voicesim.scoring import load_rubric
from voicesim.store import Store


class NeverOpens(SimulatedLine):
    """Somebody presses Ctrl-C while the headset is being opened."""

    def start(self) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_before_the_first_sound_leaves_no_call_behind(tmp_path: Path) -> None:
    choices = CallChoices("Ada", 0.7, None, None, 0, False, load_rubric())
    with Store(tmp_path) as store:
        with pytest.raises(KeyboardInterrupt):
            hold_call(store, late_parcel(), NeverOpens(iter(())), ears(), choices)
        assert store.list_sessions() == []


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's time zone cannot be set from within")
def test_a_call_is_dated_by_the_clock_on_the_wall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    controls = CallControls()
    controls.hang_up()
    try:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            session, _ = call(tmp_path, [], controls=controls)
            assert moment(0).isoformat() == "1970-01-01T09:00:00+09:00"
    finally:
        time.tzset()
    assert session.started_at.utcoffset() == timedelta(hours=9)
    assert abs(session.started_at - datetime.now(UTC)) < timedelta(minutes=5)


class Talkative(CustomerEngine):
    """Has something to tell the trainee at each reply."""

    told: Sequence[str] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        return tuple(self.told)

    def hear(self, reply: HeardReply) -> tuple[CustomerLine, tuple[MoodChange, ...]]:
        self.told = (*self.told, f"notice {len(self.told) + 1}")
        return super().hear(reply)


def test_what_the_customers_mind_has_to_tell_is_told_once_each(tmp_path: Path) -> None:
    watched = Watched()
    call(
        tmp_path,
        ["I am so sorry about that.", "By four o'clock today."],
        mind=Talkative(late_parcel()),
        watched=watched,
    )
    assert watched.notices == [f"notice {number + 1}" for number in range(len(watched.notices))]
    assert len(watched.notices) == 2


def test_a_reader_that_has_seen_enough_does_not_end_what_is_printed_for_it() -> None:
    code = (
        "import sys\nfrom voicesim.cli.present import console\n"
        "for number in range(20_000): console.print('a line that nobody reads')\n"
        "print('went on', file=sys.stderr)"
    )
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout is not None and writer.stderr is not None
    writer.stdout.readline()
    writer.stdout.close()
    assert writer.stderr.read() == "went on\n"
    assert writer.wait(60) == 0


@pytest.mark.parametrize(("url", "told"), [("http://localhost:1/v1", False), ("https://llm.example/v1", True)])
def test_words_that_would_leave_the_machine_are_said_to(url: str, told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("typer.echo", lambda text, **_: said.append(text))
    check_llm(url)
    assert [url in text for text in said] == [True] * told


@pytest.mark.parametrize("command", ["practice", "serve"])
def test_an_address_that_is_none_is_refused_before_anything_opens(command: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--data-dir", str(tmp_path / "data"), command, "--llm", "nonsense"])
    assert '"nonsense" is not an http address' in str(done.exception)
    assert not (tmp_path / "data").exists()
