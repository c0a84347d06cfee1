"""`voicesim train-delivery`: a delivery head from one's own labelled recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train_delivery(
    labelled: Annotated[Path, typer.Argument(help="A folder with labels.csv (path, speaker, label), or that CSV.")],
    output: Annotated[Path, typer.Option(help="The head file to write.")],
) -> None:
    """Train what heat, liveliness and warmth mean to your own team, from recordings your trainers judged.

    A label is one word or several ("heated cold"): heated or calm, lively or flat, warm or cold; neutral for a resting
    voice; other. Each of the six is needed from two speakers or more, each with further clips labelled neutral.
    """
    from voicesim.delivery.training import train_head
    from voicesim.engines import EngineOptions, load_ears
    from voicesim.errors import UsageError

    if output.is_dir() or not output.parent.is_dir():
        raise UsageError(f"{output}: name a file in a folder that is there, such as own.npz")
    ears = load_ears(EngineOptions())
    card = train_head(labelled, output, ears.detector, ears.encoder)
    typer.echo(f"Wrote {output}\n{card}")
