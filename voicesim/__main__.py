"""`python -m voicesim` is the `voicesim` command."""

from voicesim.cli import main

main()
