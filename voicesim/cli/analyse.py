"""`voicesim analyse`: one recording of one speaker, scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from voicesim.cli.options import DeliveryMethod, Recogniser, RubricFile, load_ears, load_rubric


def analyse(
    file: Annotated[Path, typer.Argument(help="A recording of one speaker (any common audio format).")],
    enrol: Annotated[
        list[Path] | None, typer.Option(help="A clip of the same speaker's resting voice; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    rubric: RubricFile = None,
    recogniser: Recogniser = "tiny.en",
    delivery: DeliveryMethod = "head",
) -> None:
    """Transcribe a recording, measure pace and delivery, and score tone, pace and warmth."""
    from voicesim.analysis import analyse as run
    from voicesim.analysis import enrol as make_baseline
    from voicesim.audio import read_audio

    recording = read_audio(file)
    clips = [read_audio(clip) for clip in enrol or ()]
    chosen = load_rubric(rubric)
    ears = load_ears(recogniser, delivery)
    baseline = make_baseline(clips, ears) if clips else None
    analysis = run(recording, ears, baseline=baseline, rubric=chosen)
    if as_json:
        from voicesim.measures import analysis_object

        typer.echo(json.dumps(analysis_object(analysis), indent=2, ensure_ascii=False))
    else:
        from voicesim.cli.present import print_analysis

        print_analysis(analysis)
