"""Options that several commands share, and the engines they choose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from voicesim.analysis import Ears
    from voicesim.domain import Rubric

Recogniser = Annotated[
    str,
    typer.Option(
        "--recogniser",
        help="Speech model: tiny.en (default), another faster-whisper model by name or folder, pocketsphinx, "
        "vosk:FOLDER; or an online engine by name (google, openai, ...), which SENDS AUDIO off this machine.",
    ),
]
DeliveryMethod = Annotated[
    str,
    typer.Option(
        "--delivery", help="How delivery is heard: head (cues and the recogniser's encoder), cues, or a head file."
    ),
]
RubricFile = Annotated[Path | None, typer.Option("--rubric", help="A rubric file instead of the shipped one.")]


def _name(given: str) -> str:
    if not given.strip():
        raise typer.BadParameter("a trainee needs a name")
    return given.strip()


Trainee = Annotated[str, typer.Option("--trainee", callback=_name, help="Who practises.")]


def load_ears(recogniser: str, delivery: str) -> Ears:
    """The engines a command listens with; says so on stderr when an online one was chosen."""
    from voicesim.engines import EngineOptions, load_ears, sends_audio

    if sends_audio(recogniser):
        typer.echo(f"voicesim: {recogniser} sends the recorded audio off this machine, as you chose", err=True)
    return load_ears(EngineOptions(recogniser=recogniser, delivery=delivery))


def check_llm(url: str | None) -> None:
    """Refuse what is no address, and say on stderr when words would leave this machine. Raises UsageError."""
    if url is None:
        return
    from voicesim.customer.endpoint import ChatEndpoint

    if ChatEndpoint(url).leaves_machine:
        typer.echo(f"voicesim: what is said in calls is sent to {url}, off this machine, as you chose", err=True)


def load_rubric(path: Path | None) -> Rubric:
    """The rubric in `path`, or the shipped one."""
    from voicesim.scoring import load_rubric

    return load_rubric(path)
