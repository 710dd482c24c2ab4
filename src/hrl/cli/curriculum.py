"""`hrl curriculum`: look at the generated tasks, take them elsewhere, check their references."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.exits import say
from hrl.errors import BadInput, SandboxUnavailable

if TYPE_CHECKING:
    from hrl.curriculum.series import Drawn

app = typer.Typer(help="Look at the generated tasks, export and check them.", no_args_is_help=True)

SplitOption = Annotated[
    str,
    typer.Option(
        "--split", metavar="S", help="held-out (all that training never shows), or one split's name."
    ),
]
KindOption = Annotated[
    str | None, typer.Option("--kind", metavar="K", help="function, doctest, project, document or starter.")
]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", help="Of the series.")]


@app.callback()
def curriculum() -> None:
    """Look at the generated tasks, export and check them."""


@app.command()
def show(
    split: SplitOption = "held-out",
    kind: KindOption = None,
    seed: SeedOption = 0,
    count: Annotated[int, typer.Option("-n", "--count", min=1, metavar="N", help="How many.")] = 3,
    reference: Annotated[bool, typer.Option("--reference", help="Print the reference programs too.")] = False,
) -> None:
    """Print the first tasks of a series as task files."""
    from hrl.curriculum import to_markdown

    for one in _series(split, kind, seed, count):
        typer.echo(f"<!-- {one.sample.task.id} ({one.split}, {one.kind}) -->\n{to_markdown(one.sample.task)}")
        for document in one.sample.task.documents:
            typer.echo(f"<!-- {document.name} -->\n{document.text}")
        if reference:
            typer.echo(f"```python reference\n{one.sample.reference.strip()}\n```\n")


@app.command()
def export(
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="A new folder, or a file that ends in .jsonl.")
    ],
    split: SplitOption = "held-out",
    kind: KindOption = None,
    seed: SeedOption = 0,
    count: Annotated[int, typer.Option("-n", "--count", min=1, metavar="N", help="How many.")] = 100,
) -> None:
    """Write tasks as task files into a folder, each with its documents in one of its own, or as JSON Lines.

    JSON Lines hold problems of one function only: projects are left out there.
    """
    target = Path(place).expanduser()
    if target.exists():
        raise BadInput(f"{place} exists already")
    if not target.parent.is_dir():
        raise BadInput(f"{place} cannot be written: the directory {target.parent} does not exist")
    drawn = _series(split, kind, seed, count, functions=target.suffix == ".jsonl")
    if target.suffix == ".jsonl":
        from hrl.benchmarks.datasets import to_json_line
        from hrl.benchmarks.datasets.curriculum import of_drawn
        from hrl.runs import write_atomic

        write_atomic(target, "".join(to_json_line(of_drawn(one)) + "\n" for one in drawn))
    else:
        _write_folder(target, drawn)
    from hrl.curriculum.series import digest

    say(f"{len(drawn)} tasks, seed {seed}, SHA-256 {digest(drawn)}")


@app.command()
def check(
    split: SplitOption = "held-out",
    kind: KindOption = None,
    seed: SeedOption = 0,
    count: Annotated[int, typer.Option("-n", "--count", min=1, metavar="N", help="How many.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run the references of a series against all their tests, in the sandbox.

    Exit codes: 0 all pass, 1 one does not, 3 environment.
    """
    from hrl.config import load_settings
    from hrl.curriculum.series import digest
    from hrl.sandbox import Job, open_sandbox

    drawn = _series(split, kind, seed, count)
    jobs = (
        Job(one.sample.reference, (*task.visible_tests, *task.hidden_tests), task.entry_point)
        for one in drawn
        for task in (one.sample.task,)
    )
    failed = {}
    with open_sandbox(load_settings()) as sandbox:
        for place, result in sandbox.run_many(jobs):
            if isinstance(result, SandboxUnavailable):
                raise result
            if result.verdict != "pass":
                failed[drawn[place].sample.task.id] = result.message
    told = {"split": split, "seed": seed, "tasks": len(drawn), "digest": digest(drawn), "failed": failed}
    if as_json:
        typer.echo(json.dumps(told, indent=2))
    else:
        typer.echo(f"{len(drawn) - len(failed)} of {len(drawn)} references pass; SHA-256 {told['digest']}")
        for name, message in failed.items():
            typer.echo(f"{name}: {message}")
    raise typer.Exit(1 if failed else 0)


def _series(
    split: str, kind: str | None, seed: int, count: int, *, functions: bool = False
) -> tuple[Drawn, ...]:
    from hrl.curriculum import KINDS
    from hrl.curriculum.series import SERIES, has, series

    if split not in SERIES:
        raise BadInput(f"the curriculum has no split {split!r}; there are {', '.join(SERIES)}")
    known = tuple(name for name in KINDS if not (functions and name == "project"))
    if kind is not None and kind not in known:
        raise BadInput(f"there are no tasks of the kind {kind!r} here; there are {', '.join(known)}")
    if kind is not None and not any(has(one, kind) for one in SERIES[split]):
        raise BadInput(f"the split {split} has no tasks of the kind {kind!r}")
    return series(split, seed, count, known if kind is None else (kind,))


def _write_folder(folder: Path, drawn: tuple[Drawn, ...]) -> None:
    from hrl.curriculum import to_markdown
    from hrl.runs import storage_failure

    try:
        folder.mkdir()
        for one in drawn:
            task = one.sample.task
            place = folder
            if task.documents:
                place = folder / task.id
                place.mkdir()
            (place / f"{task.id}.md").write_text(to_markdown(task), encoding="utf-8")
            for document in task.documents:
                (place / document.name).write_text(document.text, encoding="utf-8")
    except OSError as problem:
        raise storage_failure(problem, folder) from None
