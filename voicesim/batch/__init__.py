"""Recorded calls by the thousand: found, scored by the same `analyse` as practice, written as tables."""

from voicesim.batch.progress import Bar, JsonProgress, Progress, ProgressView, Quiet
from voicesim.batch.run import BatchOutcome, run_batch
from voicesim.batch.score_all import score_all
from voicesim.batch.score_call import ScoringOptions, score_call
from voicesim.batch.sources import CallSource, find_calls
from voicesim.batch.workers import WorkerPool

__all__ = [
    "Bar",
    "BatchOutcome",
    "CallSource",
    "JsonProgress",
    "Progress",
    "ProgressView",
    "Quiet",
    "ScoringOptions",
    "WorkerPool",
    "find_calls",
    "run_batch",
    "score_all",
    "score_call",
]
