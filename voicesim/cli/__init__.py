"""The command line: the composition root. Heavy imports happen inside the commands, so that `--help` answers fast."""

from voicesim.cli.app import app, main

__all__ = ["app", "main"]
