"""`hrl doctor`: what works on this machine, and how to mend what does not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hrl.cli.checks import Check

MARKS = {"ok": ("ok     ", "green"), "warn": ("warn   ", "yellow"), "missing": ("missing", "red")}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check this machine: sandboxes, models, GPU, disk, search.

    Exit codes: 0 tasks can be solved here, 3 they cannot.
    """
    from hrl.cli.checks import can_run, check_all
    from hrl.config import load_settings

    checks = check_all(load_settings())
    able = can_run(checks)
    if as_json:
        typer.echo(json.dumps({"ok": able, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        _show(checks, able)
    if not able:
        raise typer.Exit(3)


def _show(checks: list[Check], able: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from hrl.view.text import clean

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for check in checks:
        mark, style = MARKS[check.status]
        console.print(Text.assemble((mark, style), "  ", (f"{check.name:<20}", "bold"), clean(check.detail)))
        if check.mend and check.status != "ok":
            console.print(Text(f"{'':<29}{clean(check.mend)}", "bright_black"))
    end = "tasks can be solved on this machine" if able else "tasks cannot be solved on this machine yet"
    console.print(Text(end, "bold green" if able else "bold red"))
