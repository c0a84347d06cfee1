"""`voicesim about`: version, what runs where, and the licences of models and voices."""

from __future__ import annotations

import typer


def about(context: typer.Context) -> None:
    """Say what voicesim is made of, where it keeps things, and under which licences."""
    from importlib.metadata import PackageNotFoundError, version

    from voicesim.cli.settings import settings_of
    from voicesim.content import data_file, read_toml

    typer.echo(f"voicesim {version('voicesim')} (Apache-2.0). Everything runs on this machine.")
    typer.echo(f"Data folder: {settings_of(context).folder}")
    parts, _ = read_toml(data_file("about.toml"))
    for part in parts["parts"]:  # type: ignore[attr-defined]
        try:
            installed = version(part["package"]) if part["package"] else ""
        except PackageNotFoundError:
            installed = "not installed"
        name = f"{part['name']} {installed}".strip()
        typer.echo(f"- {name}: {part['licence']}. {part['use']}")
