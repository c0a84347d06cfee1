"""`voicesim enrol`: a trainee's resting voice, against which delivery is described."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicesim.cli.options import DeliveryMethod, Trainee, load_ears
from voicesim.cli.settings import settings_of

if TYPE_CHECKING:
    from voicesim.domain import Recording


def enrol(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Recordings of calm speech; none records a 20-second reading.")
    ] = None,
    trainee: Trainee = "trainee",
    device: Annotated[str | None, typer.Option(help="Headset, by name or number (see `voicesim devices`).")] = None,
    delivery: DeliveryMethod = "head",
) -> None:
    """Learn a trainee's resting voice, once, from a 20-second reading or from files."""
    from voicesim.analysis import enrol as make_baseline
    from voicesim.audio import read_audio

    with settings_of(context).store() as store:
        ears = load_ears("tiny.en", delivery)
        recordings = [read_audio(file) for file in files] if files else [_record_reading(device)]
        baseline = make_baseline(recordings, ears, speaker=trainee)
        store.save_baseline(trainee, baseline)
    typer.echo(f"Kept the resting voice of {trainee}: {baseline.speech_s:.0f} s of speech.")


def _record_reading(device: str | None) -> Recording:
    from voicesim.engines import open_headset
    from voicesim.recording import READING_S, reading_text, record

    def once_open(seconds: float) -> None:
        if seconds == 0:
            typer.echo(f"Read this aloud in your ordinary voice, as to a colleague. Recording {READING_S:.0f} s:\n")
            typer.echo(f"{reading_text()}\n")

    return record(open_headset(device), READING_S, once_open)
