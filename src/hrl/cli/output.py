"""The program that a run leaves: where it goes, and what is said about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hrl.cli.exits import say
from hrl.errors import BadInput

if TYPE_CHECKING:
    from hrl.runs import RunDirectory


def check_output(path: str | None) -> Path | None:
    """Refuse a place that cannot hold the program before anything is spent."""
    if path is None:
        return None
    place = Path(path).expanduser()
    if place.is_dir():
        raise BadInput(f"{path} is a directory; -o wants the name of a file")
    if not place.parent.is_dir():
        raise BadInput(f"{path} cannot be written: the directory {place.parent} does not exist")
    return place


def deliver(run: RunDirectory, place: Path | None, *, exit_code: int, verified: bool, as_json: bool) -> None:
    """Hand over the solution, or the best program with a note that it is not verified."""
    if not run.solution.is_file():
        if exit_code != 130:
            say(f"no program came about; the run is {run.path}")
        return
    code = run.solution.read_text(encoding="utf-8")
    where = str(place) if place is not None else "standard output"
    if place is not None:
        from hrl.runs import write_atomic

        write_atomic(place, code)
    elif as_json:
        where = str(run.solution)
    else:
        sys.stdout.write(code if code.endswith("\n") else code + "\n")
        sys.stdout.flush()
    if exit_code:
        say(f"note: the program in {where} is the best one found; it is not verified")
    elif not verified:
        say(f"note: the program in {where} passed self-written tests alone; it is not verified")
