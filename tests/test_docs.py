"""The documents say what the program does: every command and exported name is there, and nothing that is gone."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

import voicesim
from voicesim.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def command_names(group: Any, prefix: str = "voicesim") -> list[str]:
    names = []
    for name, command in group.commands.items():
        whole = f"{prefix} {name}"
        names += command_names(command, whole) if hasattr(command, "commands") else [whole]
    return names


COMMANDS = command_names(typer.main.get_command(app))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`{command}" in README


def test_the_readme_names_no_command_that_is_gone() -> None:
    named = set(re.findall(r"`(voicesim (?:(?:scenario|rubric|trainee) )?[a-z-]+)", README))
    assert {name for name in named if not name.startswith("voicesim --")} <= set(COMMANDS)


SAID = [
    *(ROOT / "voicesim").rglob("*.py"),
    *(ROOT / "voicesim" / "docs").glob("*.md"),
    *(ROOT / "voicesim" / "data" / "templates").iterdir(),
    *(ROOT / "voicesim" / "web" / "templates").iterdir(),
]


NAMED = re.compile(r"(?:`|<code>|^|: )(voicesim [a-z-]+(?: [a-z]+)?)", re.MULTILINE)


@pytest.mark.parametrize("file", SAID, ids=lambda file: file.name)
def test_nothing_that_is_shipped_names_a_command_that_is_gone(file: Path) -> None:
    groups = {name.rpartition(" ")[0] for name in COMMANDS}
    for named in NAMED.findall(file.read_text(encoding="utf-8")):
        two, three = (" ".join(named.split()[:count]) for count in (2, 3))
        assert three in COMMANDS or two in COMMANDS or two in groups, named


def test_the_readme_names_no_script_that_is_gone() -> None:
    for script in re.findall(r"(scripts/[\w-]+(?:\.py)?)", README):
        assert (ROOT / script).exists(), script


def test_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_every_script_says_in_its_first_line_what_it_is_for() -> None:
    for script in sorted((ROOT / "scripts").iterdir()):
        if script.is_dir() or script.name.startswith("__"):
            continue
        head = script.read_text(encoding="utf-8").splitlines()[:3]
        assert any(len(re.sub(r'^[#"\s]+', "", line)) > 20 for line in head), script.name


def test_every_python_script_is_type_checked() -> None:
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["files"]
    for script in sorted((ROOT / "scripts").iterdir()):
        if script.is_file() and script.read_text(encoding="utf-8").startswith("#!/usr/bin/env python"):
            assert any(script.match(pattern) for pattern in checked), script.name


def test_every_exported_name_is_there() -> None:
    for name in voicesim.__all__:
        assert getattr(voicesim, name) is not None


def test_importing_the_package_and_asking_for_help_loads_no_heavy_library() -> None:
    heavy = ["librosa", "numpy", "scipy", "faster_whisper", "sqlalchemy", "nicegui", "pyarrow", "sounddevice"]
    code = (
        "import sys, contextlib, io\nsys.argv = ['voicesim', '--help']\nimport voicesim\nfrom voicesim.cli import app\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): app()\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
