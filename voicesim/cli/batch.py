"""`voicesim batch`: recorded calls by the thousand, scored into tables."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from voicesim.cli.options import DeliveryMethod, Recogniser, RubricFile, load_rubric
from voicesim.cli.settings import settings_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from voicesim.batch import BatchOutcome, CallSource, ProgressView
    from voicesim.domain import Baseline
    from voicesim.store import Store

AgentChannel = Literal["left", "right", "auto"]


def batch(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(help="Folders, globs, manifests (.csv), files, or addresses such as s3://bucket/calls."),
    ],
    output: Annotated[
        Path,
        typer.Option(help="Table of calls: NAME.parquet, .csv or .jsonl; the other tables and a page go beside it."),
    ],
    agent_channel: Annotated[AgentChannel, typer.Option(help="Which channel the agent is on; auto finds it.")] = "auto",
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0 is one for each core.")] = 0,
    cluster: Annotated[str | None, typer.Option(help="A Dask scheduler's address, or local to start one.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a batch that was stopped; what failed is tried again.")
    ] = False,
    store: Annotated[bool, typer.Option("--store", help="Also file every call into the sessions store.")] = False,
    redact_audio: Annotated[
        bool, typer.Option("--redact-audio", help="Cover spoken numbers in the stored sound too.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show nothing but errors.")] = False,
    json_progress: Annotated[bool, typer.Option("--json-progress", help="Progress as JSON lines on stderr.")] = False,
    rubric: RubricFile = None,
    recogniser: Recogniser = "tiny.en",
    delivery: DeliveryMethod = "head",
) -> None:
    """Score recorded calls into a table of calls, one of turns, one of evidence, and a one-page summary.

    A call that cannot be scored is a row with its reason. So is a source that is not there or holds no recording, as
    long as another source does; when none does, nothing is written.

    Exit code: 0 when at least one call was scored, 1 when none could be, 2 when the batch could not begin or go on.
    """
    from voicesim.batch import ScoringOptions, find_calls, run_batch
    from voicesim.engines import EngineOptions, sends_audio
    from voicesim.engines.call_ears import CallEarsFactory
    from voicesim.errors import UsageError

    if redact_audio and not store:
        raise UsageError("--redact-audio concerns the stored sound: add --store")
    if sends_audio(recogniser):
        typer.echo(f"voicesim: {recogniser} sends the recorded audio off this machine, as you chose", err=True)
    calls = find_calls(sources, lambda problem: typer.echo(f"voicesim: {problem} (going on without it)", err=True))
    ears = CallEarsFactory(EngineOptions(recogniser=recogniser, delivery=delivery, threads=1))
    with ExitStack() as stack:
        kept = stack.enter_context(settings_of(context).store()) if store else None
        baselines = {} if kept is None else _baselines(kept, calls)
        options = ScoringOptions(ears, load_rubric(rubric), agent_channel, store, baselines)
        executor, at_once = _executor(stack, workers, cluster)
        outcome = run_batch(
            calls,
            options,
            executor,
            output,
            at_once=at_once,
            engines=f"{recogniser} {delivery}",
            resume=resume,
            store=kept,
            silence_numbers=redact_audio,
            view=_view(quiet=quiet, json_progress=json_progress),
        )
    if not quiet and not json_progress:
        _print_outcome(outcome)
    if outcome.failed == outcome.calls:
        typer.echo(f"voicesim: no call could be scored; {output} has the reason of each", err=True)
        raise typer.Exit(1)


def _baselines(store: Store, calls: Sequence[CallSource]) -> dict[str, Baseline]:
    """The resting voices of agents that the manifest names and that have enrolled."""
    found = {name: store.baseline(name) for name in {call.agent for call in calls if call.agent}}
    return {name: baseline for name, baseline in sorted(found.items()) if baseline is not None}


def _view(*, quiet: bool, json_progress: bool) -> ProgressView:
    from voicesim.batch.progress import Bar, JsonProgress, Quiet

    return JsonProgress() if json_progress else Quiet() if quiet else Bar()


def _print_outcome(outcome: BatchOutcome) -> None:
    scored = outcome.calls - outcome.failed
    typer.echo(
        f"{scored} of {outcome.calls} calls scored, {outcome.failed} could not be; {outcome.resumed} from before"
    )
    for file in outcome.files:
        typer.echo(f"  {file}")


def _executor(stack: ExitStack, workers: int, cluster: str | None) -> tuple[Executor, int]:
    """Where the calls are scored, and how many at once. Raises UsageError when a cluster cannot be reached."""
    import os

    from voicesim.batch.workers import WorkerPool

    if cluster is None:
        count = workers or os.cpu_count() or 1
        return stack.enter_context(WorkerPool(count)), count
    from voicesim.batch.cluster import open_cluster

    return open_cluster(stack, cluster, workers)
