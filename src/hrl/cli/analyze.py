"""`hrl analyze`: what a policy has learned, in words and pictures."""

from __future__ import annotations

import json
from enum import StrEnum
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

    if out is not None and out.exists() and not out.is_dir():
        raise BadInput(f"{out} is a file; --out wants a directory")
    found = _experience(what, drills, seed)
    told = analyze_experience(found, leaves=leaves, seed=seed, out=out, form=pictures.value)
    typer.echo(json.dumps(dump(told), indent=2) if as_json else clean(as_text(told)))


def _experience(what: str, drills: int, seed: int) -> Experience:
    """What was stored by a run, or what a policy does in drills; a run's directory is never a policy."""
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
        return of_run(run)
    try:
        opened = open_policy(what, seed=seed)
    except PolicyFileError as no_policy:
        raise BadInput(f"{what!r} names neither a run nor a policy: {no_run}; {no_policy}") from None
    if opened.decision.name != "executive":
        raise BadInput(f"{what} decides for the {opened.decision.name} level; drills are the Executive's")
    return of_drills(opened.usable, drills, seed)
