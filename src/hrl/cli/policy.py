"""`hrl policy`: what a policy is and does, how two differ, and a policy as a file elsewhere."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hrl.analysis.opening import Opened
    from hrl.analysis.states import State

app = typer.Typer(help="Look at policies, compare two, take one elsewhere.", no_args_is_help=True)

PolicyArgument = Annotated[
    str,
    typer.Argument(
        metavar="POLICY",
        help="A policy file, a baseline's name, or default and hierarchical, the shipped ones.",
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="Of policies that draw, and of drills.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class FormChoice(StrEnum):
    """How a policy is written."""

    FILE = "file"
    JSON = "json"


@app.callback()
def policy() -> None:
    """Look at policies, compare two, take one elsewhere."""


@app.command()
def show(spec: PolicyArgument = "default", seed: SeedOption = 0, as_json: JsonOption = False) -> None:
    """Show what a policy is (its card) and what it does: values and choice in probe states.

    `*` marks the choice, `·` what is illegal; a policy that draws shows how often it chose what.

    Exit codes: 0 shown, 2 unknown, or a file that this version cannot use (its card is shown).
    """
    from hrl.analysis.description import as_text, describe
    from hrl.analysis.opening import open_policy
    from hrl.errors import PolicyFileError
    from hrl.types import dump
    from hrl.view.text import clean

    told = describe(open_policy(spec, seed=seed))
    typer.echo(json.dumps(dump(told), indent=2) if as_json else clean(as_text(told)))
    if told.problem:
        raise PolicyFileError(told.problem)


@app.command()
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A policy file, or the name of a baseline.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    on: Annotated[
        str,
        typer.Option(
            "--on",
            metavar="STATES",
            help="probes; drills (what both visit on 100 scripted drills, or on 100 scripted programs at the "
            "Hierarchical level); or a run with stored decisions of their level.",
        ),
    ] = "probes",
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Compare two policies: how often they agree, the states where they disagree most, their cards."""
    from hrl.analysis.differences import as_text, compare
    from hrl.analysis.opening import open_policy
    from hrl.types import dump
    from hrl.view.text import clean

    both = open_policy(one, seed=seed), open_policy(other, seed=seed)
    found = compare(*both, *_states(on, both, seed))
    typer.echo(json.dumps(dump(found), indent=2) if as_json else clean(as_text(found)))


@app.command()
def export(
    spec: Annotated[str, typer.Argument(metavar="POLICY", help="A policy file, or a shipped policy.")],
    place: Annotated[Path, typer.Argument(metavar="PLACE", help="An existing directory, or a new file.")],
    form: Annotated[
        FormChoice,
        typer.Option(
            "--form",
            help="file: weights and card, for --policy PLACE. json: one plain file for other programs.",
        ),
    ] = FormChoice.FILE,
) -> None:
    """Write a learned policy to another place; what is there already is never overwritten."""
    from hrl.analysis.exporting import export_file, export_plain
    from hrl.analysis.opening import open_policy
    from hrl.config import given_path

    write = export_file if form is FormChoice.FILE else export_plain
    for written in write(open_policy(spec), given_path(place)):
        typer.echo(str(written))


def _states(on: str, both: tuple[Opened, Opened], seed: int) -> tuple[tuple[State, ...], str]:
    """The states to compare on, and what they are called."""
    from hrl.analysis.differences import shared_decision
    from hrl.analysis.opening import probes

    decision = shared_decision(*both)
    if on == "probes":
        return probes(decision), "probe states"
    from hrl.analysis.experience import of_runs, of_walks
    from hrl.analysis.levels import LEVELS
    from hrl.analysis.trajectories import visited
    from hrl.config import load_settings
    from hrl.runs import find_run

    level = LEVELS[decision.name]
    if on == "drills":
        walks = [of_walks(opened.usable, level, 100, seed) for opened in both]
        return visited(*walks), f"{walks[0].source}, as both walk them"
    stored = of_runs([find_run(load_settings().runs_dir, on)], level)
    return visited(stored), stored.source
