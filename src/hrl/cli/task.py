"""`hrl task check`: say what a task file is understood to ask, without solving it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hrl.errors import BadInput, TaskError

app = typer.Typer(name="task", help="Look at task files.", no_args_is_help=True)


@app.callback()
def task() -> None:
    """Look at task files."""


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A task file, or - for standard input.", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Explain FILE without solving it: its entry point, tests, documents and budget.

    Exit codes: 0 the file can be solved, 2 it is malformed.
    """
    from hrl.task import explain, read_task
    from hrl.types import dump

    try:
        understood, _ = read_task(file)
    except BadInput as problem:
        if not as_json:
            raise
        typer.echo(json.dumps(_refusal(problem), indent=2))
        raise typer.Exit(problem.exit_code) from None
    lines = explain(understood)
    if as_json:
        typer.echo(json.dumps({"ok": True, "task": dump(understood), "explanation": lines}, indent=2))
    else:
        typer.echo("\n".join(lines))


def _refusal(problem: BadInput) -> dict[str, object]:
    line = problem.line if isinstance(problem, TaskError) else None
    return {"ok": False, "error": str(problem), "line": line}
