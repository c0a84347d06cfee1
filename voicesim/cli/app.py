"""The `voicesim` command: global options, the list of commands, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

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


@app.callback()
def settings(
    context: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where sessions and recordings are kept (default: your user data folder).")
    ] = None,
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
        app()
    except VoicesimError as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("VOICESIM_DEBUG"):
            raise
        fail(f"unexpected {type(error).__name__}: {error} (set VOICESIM_DEBUG=1 for details to report)")


def fail(message: str) -> None:
    """Print one line for the user and leave with exit code 2."""
    typer.echo("voicesim: " + " ".join(message.split()), err=True)
    sys.exit(2)
