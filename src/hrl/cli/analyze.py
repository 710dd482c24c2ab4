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


class PictureChoice(StrEnum):
    """The pictures' format."""

    PNG = "png"
    SVG = "svg"


def analyze(
    what: Annotated[
        str,
        typer.Argument(
            metavar="RUN|POLICY",
            help="A run of hrl solve or hrl eval (name, part of it, path, latest); or a policy file, a "
            "training's directory or a baseline's name, which is walked through scripted drills.",
        ),
    ],
    drills: Annotated[
        int, typer.Option("--drills", min=1, metavar="N", help="Drills to walk with a policy.")
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

    source = _source(what, drills, seed)
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


def _source(what: str, drills: int, seed: int) -> Callable[[], Experience]:
    """Gives what was stored by a run, or what a policy does in drills; a run's directory is no policy."""
    from hrl.analysis.opening import open_policy
    from hrl.analysis.trajectories import of_drills, of_run
    from hrl.config import load_settings
    from hrl.errors import PolicyFileError
    from hrl.runs import find_run

    try:
        run = find_run(load_settings().runs_dir, what)
    except RunError as problem:
        no_run = problem
    else:
        return partial(of_run, run)
    try:
        opened = open_policy(what, seed=seed)
    except PolicyFileError as no_policy:
        raise BadInput(f"{what!r} names neither a run nor a policy: {no_run}; {no_policy}") from None
    if opened.decision.name != "executive":
        raise BadInput(f"{what} decides for the {opened.decision.name} level; drills are the Executive's")
    return partial(of_drills, opened.usable, drills, seed)
