"""`hrl analyze`: what a policy has learned, in words and pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hrl.errors import BadInput, RunError

if TYPE_CHECKING:
    from hrl.analysis.trajectories import Experience


class LevelChoice(StrEnum):
    """Whose decisions of a run."""

    EXECUTIVE = "executive"
    HIERARCHICAL = "hierarchical"


class PictureChoice(StrEnum):
    """The pictures' format."""

    PNG = "png"
    SVG = "svg"


def analyze(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN|POLICY",
            help="Runs of hrl solve or hrl eval (name, part of it, path, latest); or a policy file, a "
            "training's directory or a baseline's name, which is walked through scripted drills, or "
            "through scripted programs if it is one of the Hierarchical level.",
        ),
    ],
    level: Annotated[
        LevelChoice | None,
        typer.Option(
            "--level",
            help="Whose decisions of a run; hierarchical ones are few in each, so name several. "
            "A policy has its own level.",
            show_default="executive",
        ),
    ] = None,
    drills: Annotated[
        int,
        typer.Option(
            "--drills", min=1, metavar="N", help="Drills, or scripted programs, to walk a policy on."
        ),
    ] = 200,
    leaves: Annotated[
        int, typer.Option("--leaves", min=2, metavar="N", help="Leaves of the tree in words at most.")
    ] = 8,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Of drills, folds and embeddings.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Draw pictures there: PCA, t-SNE, UMAP and the rest."),
    ] = None,
    pictures: Annotated[
        PictureChoice, typer.Option("--pictures", help="Format of the pictures.")
    ] = PictureChoice.PNG,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Explain what a policy does: a small tree in words, other models' fidelity, clusters, LDA.

    Fidelity is the share of choices that a model reproduces in episodes that it was not fitted to.
    Needs the extra: pip install 'hrl[analysis]'.

    Exit codes: 0 analysed, 2 bad input or too few decisions, 3 environment.
    """
    from hrl.analysis.extra import require_extra

    require_extra()

    from hrl.analysis.report import analyze_experience, as_text
    from hrl.types import dump
    from hrl.view.text import clean

    source = _source(what, level.value if level else None, drills, seed)
    place = None if out is None else _folder(out)
    told, draw = analyze_experience(source(), leaves=leaves, seed=seed)
    if not as_json:
        typer.echo(clean(as_text(told)))
    drawn: list[str] = []
    try:
        for picture in draw(place, pictures.value) if place else ():
            drawn.append(str(picture))
            if not as_json:
                typer.echo(clean(("" if drawn[1:] else "\n") + f"picture: {picture}"))
    finally:
        if as_json:
            typer.echo(json.dumps(dump(replace(told, pictures=tuple(drawn))), indent=2))


def _folder(out: Path) -> Path:
    """The directory for pictures, made before anything is walked.

    Raises:
        BadInput: something else is there.
        StorageFailure: it cannot be made.
    """
    from hrl.config import given_path
    from hrl.runs import storage_failure

    place = given_path(out)
    if place.exists() and not place.is_dir():
        raise BadInput(f"{out} is a file; --out wants a directory")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise storage_failure(problem, out) from None
    return place


def _source(what: list[str], level: str | None, drills: int, seed: int) -> Callable[[], Experience]:
    """Gives what was stored by runs, or what a policy does where it is walked."""
    from hrl.analysis.experience import of_runs, of_walks
    from hrl.analysis.levels import LEVELS
    from hrl.analysis.opening import open_policy
    from hrl.config import load_settings
    from hrl.errors import PolicyFileError
    from hrl.runs import find_run

    try:
        runs = [find_run(load_settings().runs_dir, name) for name in what]
    except RunError as problem:
        if what[1:]:
            raise BadInput(f"{problem}; only runs are analysed together") from None
        no_run = problem
    else:
        once = {run.path.resolve(): run for run in runs}
        return partial(of_runs, tuple(once.values()), LEVELS[level or LevelChoice.EXECUTIVE])
    try:
        opened = open_policy(what[0], seed=seed)
    except PolicyFileError as no_policy:
        raise BadInput(f"{what[0]!r} names neither a run nor a policy: {no_run}; {no_policy}") from None
    if level not in (None, opened.decision.name):
        raise BadInput(f"{what[0]} decides for the {opened.decision.name} level, not for the {level} one")
    return partial(of_walks, opened.usable, LEVELS[opened.decision.name], drills, seed)
