"""`voicesim practice`, `demo`, `devices`: a training call on the headset, or with a simulated trainee."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicesim.cli.options import DeliveryMethod, Recogniser, RubricFile, Trainee, check_llm, load_ears, load_rubric
from voicesim.cli.settings import settings_of
from voicesim.errors import UsageError

if TYPE_CHECKING:
    from voicesim.analysis import Ears
    from voicesim.domain import Scenario
    from voicesim.engines import CallChoices, SimulatedTrainee
    from voicesim.ports import AudioLine

ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", help="Which customer calls: an id from `voicesim scenarios`, or a file.")
]
VoiceOption = Annotated[
    str | None,
    typer.Option("--voice", help="Voice engine: hibari (default), piper, pyttsx3, or a Piper model."),
]
LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm", help="OpenAI-compatible endpoint that may word the customer's lines, e.g. http://localhost:11434/v1"
    ),
]


def practice(
    context: typer.Context,
    scenario: ScenarioOption = None,
    trainee: Trainee = "trainee",
    device: Annotated[str | None, typer.Option(help="Headset, by name or number (see `voicesim devices`).")] = None,
    patience: Annotated[float, typer.Option(min=0.3, max=3.0, help="Silence that ends your turn, in seconds.")] = 0.7,
    voice: VoiceOption = None,
    llm: LlmOption = None,
    captions: Annotated[bool, typer.Option(help="Print what the customer says while it is said.")] = True,
    private: Annotated[bool, typer.Option("--private", help="Hide this call from the trainer's pages.")] = False,
    seed: Annotated[int, typer.Option(help="Same seed, same customer.")] = 0,
    rubric: RubricFile = None,
    recogniser: Recogniser = "tiny.en",
    delivery: DeliveryMethod = "head",
) -> None:
    """Take a call: a customer speaks, you answer aloud, the call is scored. Ctrl-C hangs up and keeps it."""
    from voicesim.engines import CallChoices, headset_present, open_headset

    chosen = _scenario(scenario)
    check_llm(llm)
    choices = CallChoices(trainee, patience, voice, llm, seed, private, load_rubric(rubric))
    if device is None and not headset_present():
        typer.echo("No microphone and headphones were found, so a simulated trainee takes this call.")
        _simulate(context, chosen, choices, load_ears(recogniser, delivery), captions)
        return
    line = open_headset(device)
    ears = load_ears(recogniser, delivery)
    typer.echo(f"Calling on {line.name}. Answer when the customer has spoken; Ctrl-C hangs up.\n")
    _hold_call(context, chosen, choices, ears, line, captions=captions)


def demo(
    context: typer.Context,
    scenario: ScenarioOption = None,
    voice: VoiceOption = None,
    seed: Annotated[int, typer.Option(help="Same seed, same customer.")] = 0,
    rubric: RubricFile = None,
    recogniser: Recogniser = "tiny.en",
    delivery: DeliveryMethod = "head",
) -> None:
    """Watch a whole scored call with a simulated trainee; needs no sound device."""
    from voicesim.engines import CallChoices

    choices = CallChoices("trainee", 0.7, voice, None, seed, False, load_rubric(rubric))
    chosen = _scenario(scenario)
    typer.echo(f"{chosen.persona.name} calls, and a simulated trainee answers. Ctrl-C hangs up.\n")
    _simulate(context, chosen, choices, load_ears(recogniser, delivery), captions=True)


def devices() -> None:
    """List microphones and headphones."""
    from voicesim.cli.present import console, table
    from voicesim.engines import list_devices

    found = list_devices()
    if not found:
        console.print("No sound devices. `voicesim demo` runs a call without one.")
        return
    rows = table("number", "name", "hears", "plays", "default")
    for d in found:
        default = "yes" if d.default_input or d.default_output else ""
        rows.add_row(str(d.index), d.name, str(d.inputs or "-"), str(d.outputs or "-"), default)
    console.print(rows)


def _scenario(named: str | None) -> Scenario:
    from voicesim.customer.scenarios import find_scenario, shipped_scenarios

    if named is not None:
        return find_scenario(named)
    return min(shipped_scenarios(), key=lambda scenario: (scenario.difficulty, scenario.id))


def _simulate(context: typer.Context, scenario: Scenario, choices: CallChoices, ears: Ears, captions: bool) -> None:
    from voicesim.engines import simulated_headset

    line, trainee = simulated_headset(scenario)
    _hold_call(context, scenario, choices, ears, line, captions=captions, simulated=trainee)


def _hold_call(
    context: typer.Context,
    scenario: Scenario,
    choices: CallChoices,
    ears: Ears,
    line: AudioLine,
    *,
    captions: bool,
    simulated: SimulatedTrainee | None = None,
) -> None:
    from voicesim.cli.live import CallPrinter
    from voicesim.cli.present import console, print_ending
    from voicesim.domain import Ending
    from voicesim.engines import hold_call

    with settings_of(context).store() as store:
        printer = CallPrinter(scenario.persona.name, captions=captions, also=simulated)
        session = hold_call(store, scenario, line, ears, choices, observer=printer, simulated=simulated)
    print_ending(session)
    prefix = (
        f"voicesim --data-dir {_quoted(settings_of(context).folder)}" if settings_of(context).data_dir else "voicesim"
    )
    console.print(f"\nSee it again: {prefix} show {session.id}   Replay it in a page: {prefix} serve", markup=False)
    if session.ending.ending is Ending.LOST:
        raise UsageError(f"the line was lost: {session.ending.detail}; what was spoken is kept in {session.id}")


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))
