"""`voicesim rubric`: how scores are made."""

from __future__ import annotations

import typer

from voicesim.cli.options import RubricFile, load_rubric

app = typer.Typer(help="How scores are made.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def rubric() -> None:
    """How scores are made."""


@app.command()
def show(rubric: RubricFile = None) -> None:
    """Print every band, weight and source of the rubric, and the formula."""
    from voicesim.scoring import explain_rubric

    typer.echo(explain_rubric(load_rubric(rubric)))


@app.command()
def check(rubric: RubricFile = None) -> None:
    """Check a rubric file; problems name file, line and field."""
    chosen = load_rubric(rubric)
    typer.echo(f"{chosen.name} {chosen.version}: {len(chosen.bands)} bands, valid.")
