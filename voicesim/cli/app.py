"""The `voicesim` command: global options, the list of commands, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn, Protocol, runtime_checkable

import typer

from voicesim.cli import (
    about,
    analyse,
    batch,
    delivery,
    enrol,
    practice,
    rubrics,
    scenarios,
    serve,
    sessions,
    trainees,
)
from voicesim.cli.settings import Settings
from voicesim.errors import VoicesimError

app = typer.Typer(
    name="voicesim",
    help="Practise angry and hurried customers aloud; get tone, pace and warmth scored, with evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"voicesim {version('voicesim')}")
        raise typer.Exit


@app.callback()
def settings(
    context: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where sessions and recordings are kept (default: your user data folder).")
    ] = None,
    version: Annotated[  # noqa: ARG001 - answered before any command runs
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version and leave.")
    ] = False,
) -> None:
    """Options that go before the command."""
    context.obj = Settings(data_dir=data_dir)


app.command("practice")(practice.practice)
app.command("demo")(practice.demo)
app.command("serve")(serve.serve)
app.command("analyse")(analyse.analyse)
app.command("batch")(batch.batch)
app.command("enrol")(enrol.enrol)
app.command("sessions")(sessions.sessions)
app.command("show")(sessions.show)
app.command("rescore")(sessions.rescore)
app.command("export")(sessions.export)
app.command("private")(sessions.private)
app.command("share")(sessions.share)
app.command("delete")(sessions.delete)
app.command("scenarios")(scenarios.scenarios)
app.add_typer(scenarios.app, name="scenario")
app.add_typer(rubrics.app, name="rubric")
app.add_typer(trainees.app, name="trainee")
app.command("devices")(practice.devices)
app.command("train-delivery")(delivery.train_delivery)
app.command("about")(about.about)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        typer.echo("Nothing was changed.", err=True)
        sys.exit(1)
    except VoicesimError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if isinstance(error, _UsageProblem):
            _explain(error)
        if os.environ.get("VOICESIM_DEBUG"):
            raise
        fail(f"unexpected {type(error).__name__}: {error} (set VOICESIM_DEBUG=1 for details to report)")
    sys.exit(code if isinstance(code, int) else 0)


@runtime_checkable
class _UsageProblem(Protocol):
    """What Click raises for a command or option it cannot make sense of; Typer brings its own Click along."""

    ctx: Any

    def format_message(self) -> str:
        """What is wrong; the whole help where a command was called with nothing."""
        ...


def _explain(problem: _UsageProblem) -> NoReturn:
    message = problem.format_message().strip()
    if "\n" in message:
        typer.echo(message, err=True)
        sys.exit(2)
    command = problem.ctx.command_path if problem.ctx is not None else "voicesim"
    fail(f"{message[:1].lower()}{message[1:].rstrip('.')}; see `{command} --help`")


def fail(message: str) -> NoReturn:
    """Print one line for the user and leave with exit code 2."""
    typer.echo("voicesim: " + " ".join(message.split()), err=True)
    sys.exit(2)
