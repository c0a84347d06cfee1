"""`voicesim trainee`: who practises here; renaming and forgetting them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from voicesim.cli.settings import settings_of
from voicesim.errors import UsageError

app = typer.Typer(help="Who practises here.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="The trainee's name.")]


@app.command("list")
def listed(context: typer.Context) -> None:
    """List everyone who has practised, with how many calls, the last one, and when their voice was enrolled."""
    from voicesim.cli.present import console, table

    with settings_of(context).store() as store:
        found = store.trainees()
    if not found:
        console.print("Nobody has practised yet. Take a first call: voicesim practice")
        return
    rows = table("trainee", "calls", "last call", "voice enrolled")
    for trainee in found:
        last, enrolled = (_day(at) for at in (trainee.last_session_at, trainee.enrolled_at))
        rows.add_row(trainee.name, str(trainee.sessions), last, enrolled)
    console.print(rows)


@app.command()
def rename(context: typer.Context, name: Name, new_name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give a trainee, and all their calls, another name."""
    with settings_of(context).store() as store:
        count = store.rename_trainee(name, new_name)
    typer.echo(f"{name} is now {new_name.strip()}, with {calls(count)}")


@app.command()
def forget(
    context: typer.Context, name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete everything kept of a trainee: calls, recordings, scores and resting voice."""
    with settings_of(context).store() as store:
        known = {trainee.name: trainee for trainee in store.trainees()}
        if name not in known:
            raise UsageError(f"there is no trainee {name!r}; `voicesim trainee list` names them")
        if not yes:
            typer.confirm(f"Delete {calls(known[name].sessions)} of {name} with recordings and scores?", abort=True)
        count = store.forget_trainee(name)
    typer.echo(f"Forgot {name}: {calls(count)} deleted")


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone():%d %b %Y}" if moment else "-"


def calls(count: int) -> str:
    """A number of calls in words."""
    return f"{count} {'call' if count == 1 else 'calls'}"
