"""`hrl config`: the settings in force, and where each comes from."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated

import typer


def config(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Show the settings in force and where each comes from."""
    from hrl.config import load_settings

    settings = load_settings().model_dump(mode="json")
    if settings.get("api_key"):
        settings["api_key"] = "(set)"
    sources = {name: _source(name) for name in settings}
    if as_json:
        both = {name: {"value": value, "source": sources[name]} for name, value in settings.items()}
        typer.echo(json.dumps(both, indent=2))
        return
    for name, value in settings.items():
        shown = "-" if value is None else str(value)
        typer.echo(f"{name:<19} {shown:<28} {sources[name]}")


def _source(name: str) -> str:
    """The strongest source that names a setting; `load_settings` has read them already."""
    variable = f"HRL_{name.upper()}"
    if any(key.upper() == variable for key in os.environ):
        return variable
    file = Path("hrl.toml")
    if file.is_file() and name in tomllib.loads(file.read_text(encoding="utf-8")):
        return "hrl.toml"
    return "default"
