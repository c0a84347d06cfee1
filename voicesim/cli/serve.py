"""`voicesim serve`: the practice room and the trainer's desk, in the browser."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from voicesim.cli.options import DeliveryMethod, Recogniser, RubricFile, Trainee, check_llm, load_rubric
from voicesim.cli.settings import settings_of
from voicesim.errors import UsageError


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 8466,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
    host: Annotated[
        str, typer.Option(help="Address to serve on; other than 127.0.0.1 needs the access token.")
    ] = "127.0.0.1",
    token: Annotated[str | None, typer.Option(help="Access token where one is needed (default: a new one).")] = None,
    trainee: Trainee = "trainee",
    scenario: Annotated[
        list[Path] | None, typer.Option("--scenario", help="A customer of your own, by file; may be repeated.")
    ] = None,
    voice: Annotated[
        str | None,
        typer.Option("--voice", help="Voice engine: hibari (default), piper, pyttsx3, or a Piper model."),
    ] = None,
    llm: Annotated[
        str | None, typer.Option("--llm", help="OpenAI-compatible endpoint that may word the lines.")
    ] = None,
    rubric: RubricFile = None,
    recogniser: Recogniser = "tiny.en",
    delivery: DeliveryMethod = "head",
) -> None:
    """Open the practice room in the browser. Ctrl-C ends it; a running call is kept."""
    try:
        from voicesim.web.security import DoorPolicy, is_loopback
        from voicesim.web.server import address, bind, page_server
    except ModuleNotFoundError as error:
        raise UsageError(f"the page needs {error.name}: pip install 'voicesim[web]'") from error
    from voicesim.cli.web_parts import EngineChoices, make_parts
    from voicesim.customer.scenarios import with_own_scenarios

    check_llm(llm)
    if not is_loopback(host) and not token:
        token = secrets.token_urlsafe(18)
    policy = DoorPolicy.for_bind(host, token, {socket.gethostname().lower()})
    customers = with_own_scenarios(scenario or ())
    choices = EngineChoices(trainee, customers, voice, llm, load_rubric(rubric), recogniser, delivery)
    with settings_of(context).store() as store:
        for lost in store.recover_unfinished():
            typer.echo(f"A call was cut off and kept: {lost.id}")
        bound = bind(host, port)
        opened = address(host, bound.getsockname()[1], token)

        def ready() -> None:
            typer.echo(f"voicesim is open at {opened}  (Ctrl-C ends it)")
            if not no_open:
                webbrowser.open(opened)

        page_server(make_parts(store, choices), policy, bound, ready).serve_until_stopped()
