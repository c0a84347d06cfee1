"""`voicesim sessions`, `show`, `rescore`, `export`, `private`, `share`, `delete`: what was practised and scored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicesim.cli.options import RubricFile, load_rubric
from voicesim.cli.settings import settings_of

if TYPE_CHECKING:
    from rich.table import Table

    from voicesim.domain import Session
    from voicesim.store import SessionSummary

SessionId = Annotated[str, typer.Argument(help="A session's id, or the unique start of one.")]


def sessions(
    context: typer.Context,
    trainee: Annotated[str | None, typer.Option(help="Only this trainee's, private ones among them.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Only calls of this scenario.")] = None,
    search: Annotated[str | None, typer.Option(help="Only calls in which these words were said.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    output: Annotated[Path | None, typer.Option(help="Write all of them to this CSV file instead.")] = None,
) -> None:
    """List stored calls with their scores."""
    from voicesim.cli.present import console
    from voicesim.exports import export_sessions
    from voicesim.store import TRAINER, SessionQuery

    wanted = SessionQuery(
        trainee=trainee,
        scenario_id=scenario,
        text=search,
        limit=None if output else limit,
        viewer=trainee or TRAINER,
    )
    with settings_of(context).store() as store:
        if output is not None:
            typer.echo(f"Wrote {export_sessions(store, wanted, output)} calls to {output}")
            return
        found = store.list_sessions(wanted)
    if not found:
        asked = trainee or scenario or search
        console.print("No call fits." if asked else "No sessions yet. Take a first call: voicesim practice")
        return
    console.print(_sessions_table(found))


def _sessions_table(found: list[SessionSummary]) -> Table:
    from voicesim.cli.present import score_cell, table
    from voicesim.domain import SCORE_NAMES

    rows = table("session", "when", "trainee", "customer", "ending", "tone", "pace", "warmth", "overall")
    for column in (rows.columns[0], *rows.columns[-len(SCORE_NAMES) :]):
        column.no_wrap = True
    rows.columns[0].min_width = max(len(s.id) for s in found)  # an id cut short cannot be asked for
    for s in found:
        scores = (score_cell(getattr(s, name), changed=s.changed(name)) for name in SCORE_NAMES)
        ending = s.ending.value.replace("_", " ")
        when = f"{s.started_at:%d %b %H:%M}{' +' if s.private else ''}"
        rows.add_row(s.id, when, s.trainee, s.scenario_id, ending, *scores)
    notes = []
    if any(s.changed(name) for s in found for name in SCORE_NAMES):
        notes.append("* changed by a person, or includes a score that was")
    if any(s.private for s in found):
        notes.append("+ private: the trainer's desk does not show it")
    rows.caption = "\n".join(notes) or None
    return rows


def show(context: typer.Context, session: SessionId) -> None:
    """Show one call: every turn, the customer's view, the scores and their evidence."""
    from voicesim.cli.present import print_session

    with settings_of(context).store() as store:
        found = store.session(session, contours=False)
        judgements = store.judgements(found.id)
    print_session(found, customer_name(found), judgements)


def rescore(
    context: typer.Context,
    session: SessionId,
    rubric: RubricFile = None,
    keep: Annotated[bool, typer.Option("--keep", help="Store the new scores beside the old ones.")] = False,
) -> None:
    """Score a stored call by another rubric and show the difference; nothing is replaced."""
    from voicesim.analysis import rescore as score_again
    from voicesim.cli.present import console
    from voicesim.scoring import difference_text

    chosen = load_rubric(rubric)
    with settings_of(context).store() as store:
        found = store.session(session, contours=False)
        card = score_again(found, chosen)
        if found.scores is not None:
            console.print(difference_text(found.scores, card), markup=False)
        if keep:
            store.save_rescore(found.id, card)
            console.print(f"Kept beside the earlier scores of {found.id}.")


def export(
    context: typer.Context,
    session: SessionId,
    output: Annotated[Path, typer.Argument(help="File to write: .html .pdf .csv .vtt .txt (Audacity) or .TextGrid")],
) -> None:
    """Take a call away: report, table, transcript or labels, by the file's ending."""
    from voicesim.exports import export_session

    with settings_of(context).store() as store:
        export_session(store, session, output)
    typer.echo(f"Wrote {output}")


def private(context: typer.Context, session: SessionId) -> None:
    """Take a call off the trainer's desk; its trainee still sees it."""
    _set_private(context, session, private=True)


def share(context: typer.Context, session: SessionId) -> None:
    """Show a private call on the trainer's desk."""
    _set_private(context, session, private=False)


def _set_private(context: typer.Context, session: str, *, private: bool) -> None:
    with settings_of(context).store() as store:
        found = store.session(session, contours=False)
        store.set_private(found.id, private)
    now = "private, the trainer's desk does not show it" if private else "shared, the trainer's desk shows it"
    typer.echo(f"{found.id} of {found.trainee} is {now}")


def delete(
    context: typer.Context,
    session: SessionId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a call and its recording for good."""
    with settings_of(context).store() as store:
        found = store.session(session, contours=False)
        if not yes:
            typer.confirm(f"Delete {found.id} ({found.scenario_id}, {found.trainee}) and its recording?", abort=True)
        store.delete_session(found.id)
    typer.echo(f"Deleted {found.id}")


def customer_name(session: Session) -> str:
    """What to call the customer of a stored call."""
    return session.scenario.persona.name if session.scenario else "customer"
