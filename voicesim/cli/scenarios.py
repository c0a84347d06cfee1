"""`voicesim scenarios` and `voicesim scenario`: who can call, and writing customers of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicesim.errors import UsageError

app = typer.Typer(help="Write and check customers of your own.", no_args_is_help=True, rich_markup_mode=None)


def scenarios() -> None:
    """List the customers that can call."""
    from rich.console import Console
    from rich.table import Table

    from voicesim.customer.scenarios import shipped_scenarios

    table = Table("id", "customer", "kind", "industry", "level", box=None, pad_edge=False)
    for scenario in shipped_scenarios():
        table.add_row(scenario.id, scenario.title, scenario.kind, scenario.industry, str(scenario.difficulty))
    Console().print(table)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The scenario file to write (it must not exist).")],
) -> None:
    """Write a commented scenario to start from."""
    from voicesim.customer.scenarios import new_scenario_text

    text = new_scenario_text(file.stem)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise UsageError(f"{file} exists already: choose another name") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from error
    typer.echo(f"Wrote {file}. Edit it, then: voicesim scenario check {file}")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="A scenario file.")]) -> None:
    """Check a scenario: fields, missing lines, beats never reached, dead ends."""
    from voicesim.customer.scenarios import check_scenario

    problems = check_scenario(file)
    for problem in problems:
        typer.echo(f"voicesim: {problem}", err=True)
    if problems:
        raise typer.Exit(2)
    typer.echo(f"{file}: a valid scenario.")
