"""Scores, calls and sessions on a terminal, for eyes; `--json` is for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from voicesim.domain import Analysis, Delivery, Judgements, MoodChange, Score, ScoreCard, Session, Span, Turn
from voicesim.scoring import StandingScore, standing_scores
from voicesim.scoring.words import in_words, measure_label

BAR_WIDTH = 20
EVIDENCE_SHOWN = 4


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        """Whoever reads has seen enough, such as `head`: say no more, and let a call that is running go on."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


console = _Terminal(highlight=False)


def print_analysis(analysis: Analysis) -> None:
    """One speaker's recording: words, delivery, scores with their evidence, advice."""
    text = analysis.transcript.text or "(no speech was recognised)"
    console.print(f"[bold]{escape(analysis.source)}[/bold]  {_clock(analysis.duration_s)}")
    console.print(f"[italic]{escape(text)}[/italic]\n")
    print_delivery(analysis.delivery)
    print_scores(analysis.scores)
    for warning in analysis.signal.warnings:
        console.print(f"[yellow]note[/yellow] {escape(warning)}")


def print_delivery(delivery: Delivery) -> None:
    """Heat, liveliness and warmth as bars, and what they were heard against."""
    for name, low, high in (("heat", "calm", "heated"), ("liveliness", "flat", "lively"), ("warmth", "cold", "warm")):
        value = getattr(delivery, name)
        shown = "not measured" if value is None else f"{_bar(value)} {low} .. {high}  {value:.2f}"
        console.print(f"{name:<11}{shown}")
    console.print(f"[dim]{escape(delivery.reason or 'against ' + delivery.against)}[/dim]\n")


def print_scores(card: ScoreCard, judgements: Judgements | None = None) -> None:
    """Tone, pace and warmth as they stand with the evidence that moved them most, the overall, then the advice."""
    standing = standing_scores(card, judgements or Judgements())
    for score, stands in zip(card.scores, standing.three, strict=True):
        _print_score(score, stands)
    overall = standing.overall
    shown = "not given: it needs all three" if overall.value is None else f"{overall.value:.0f}"
    console.print(f"[bold]overall[/bold]    {shown}   [dim]rubric {escape(card.rubric)} {card.rubric_version}[/dim]")
    _print_notes(overall.note)
    for number, advice in enumerate(card.advice, start=1):
        moment = f" ({_moment(advice.span)})" if advice.span else ""
        quote = f' [italic]"{escape(advice.quote)}"[/italic]' if advice.quote else ""
        console.print(f"  {number}. {escape(advice.text)}{moment}{quote}")
    for line in card.what_if:
        console.print(f"  [dim]{escape(line)}[/dim]")


def print_turn(turn: Turn, customer: str) -> None:
    """One exchange of a call, with what it did to the customer."""
    console.print(
        f"[bold]{escape(customer)}[/bold]  {escape(turn.line.text)}  [dim]{_moment(turn.customer_span)}[/dim]"
    )
    if turn.reply_span is None:
        console.print("[bold]you[/bold]  [dim](no reply)[/dim]")
    else:
        words = turn.analysis.transcript.text if turn.analysis else ""
        console.print(
            f"[bold]you[/bold]  {escape(words or '(no words recognised)')}  [dim]{_moment(turn.reply_span)}[/dim]"
        )
    print_changes(turn.changes)
    mood = turn.mood_after
    console.print(
        f"  [dim]anger {_bar(mood.anger, 10)}  patience {_bar(mood.patience, 10)}  trust {_bar(mood.trust, 10)}[/dim]"
    )


def print_changes(changes: Iterable[MoodChange]) -> None:
    """Why the mood moved, in the customer's view."""
    for change in changes:
        better = change.trust - change.anger + change.patience
        mark = "[green]+[/green]" if better > 0 else "[red]-[/red]" if better < 0 else " "
        quote = f' [italic]"{escape(change.quote)}"[/italic]' if change.quote else ""
        console.print(f"  {mark} {escape(change.reason)}{quote}")


def print_session(session: Session, customer: str, judgements: Judgements) -> None:
    """A whole stored call: every turn, how it ended, the scores as they stand, and what people said of it."""
    from voicesim.exports import remarks

    console.print(
        f"[bold]{session.id}[/bold]  {escape(session.scenario_id)}  {escape(session.trainee)}  "
        f"{session.started_at:%Y-%m-%d %H:%M}  {_clock(session.duration_s)}{'  private' if session.private else ''}\n"
    )
    for turn in session.turns:
        print_turn(turn, customer)
    print_ending(session, judgements)
    for who, said in remarks(judgements):
        console.print(f"[bold]{escape(who)}[/bold]  {escape(said)}")


def print_ending(session: Session, judgements: Judgements | None = None) -> None:
    """How the call ended, and its scores."""
    from voicesim.exports import ended

    console.print(f"\nThe call ended: [bold]{escape(ended(session))}[/bold]\n")
    if session.analysis is not None:
        print_delivery(session.analysis.delivery)
    if session.scores is not None:
        print_scores(session.scores, judgements)


def score_cell(value: float | None, *, changed: bool = False) -> str:
    """A score for a table; a dash where none could be given, a star where it is not as measured."""
    return "-" if value is None else f"{value:.0f}{'*' if changed else ''}"


def table(*columns: str) -> Table:
    """A plain table in voicesim's one style."""
    return Table(*columns, box=None, pad_edge=False, header_style="bold")


def _print_score(score: Score, standing: StandingScore) -> None:
    if standing.value is None:
        console.print(f"[bold]{score.name:<10}[/bold] -    {escape(score.reason or '')}")
        return
    console.print(f"[bold]{score.name:<10}[/bold] {standing.value:3.0f}  {_bar(standing.value / 100)}")
    _print_notes(standing.note, score.reason)
    ranked = sorted(score.evidence, key=lambda evidence: abs(evidence.effect or 0.0), reverse=True)
    for evidence in ranked[:EVIDENCE_SHOWN]:
        where = f"  {_moment(evidence.span)}" if evidence.span else ""
        quote = f'  "{evidence.quote}"' if evidence.quote else ""
        measured = f"{measure_label(evidence.measure)} {in_words(evidence.value, evidence.unit)}"
        line = f"{measured} (band {evidence.band}){where}{quote}"
        console.print(f"             [dim]{escape(line)}[/dim]")


def _print_notes(*notes: str | None) -> None:
    for note in notes:
        if note:
            console.print(f"             [yellow]{escape(note)}[/yellow]")


def _bar(value: float, width: int = BAR_WIDTH) -> str:
    filled = round(min(1.0, max(0.0, value)) * width)
    return "█" * filled + "░" * (width - filled)


def _moment(span: Span) -> str:
    return f"{_clock(span.start_s)}-{_clock(span.end_s)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0.0, seconds), 60)
    return f"{int(minutes)}:{rest:04.1f}"
