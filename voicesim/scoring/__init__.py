"""Scores for tone, pace and warmth by a rubric, each with its evidence; pure arithmetic."""

from voicesim.scoring.compare import Difference, compare, difference_text
from voicesim.scoring.context import CustomerContext
from voicesim.scoring.rubric import explain_rubric, load_rubric
from voicesim.scoring.score import score
from voicesim.scoring.standing import StandingScore, StandingScores, standing_scores, standing_values

__all__ = [
    "CustomerContext",
    "Difference",
    "StandingScore",
    "StandingScores",
    "compare",
    "difference_text",
    "explain_rubric",
    "load_rubric",
    "score",
    "standing_scores",
    "standing_values",
]
