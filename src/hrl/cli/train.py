"""`hrl train`: make the policies and the bundled model that this package ships."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hrl.cli.options import SandboxChoice

app = typer.Typer(help="Train policies and the bundled model.", no_args_is_help=True)


@app.callback()
def train() -> None:
    """Train policies and the bundled model."""


@app.command()
def executive(
    recipe: Annotated[
        Path | None, typer.Option(help="TOML file with every number; default: drills alone.")
    ] = None,
    replay: Annotated[
        list[str] | None,
        typer.Option(metavar="DATASET:FILE", help="Recorded programs of a real model; may be repeated."),
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="The benchmarks' file or folder, as `hrl eval --data`.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("-m", "--model", metavar="MODEL", help="Answers live functions; default: the recipe's."),
    ] = None,
    from_runs: Annotated[
        list[str] | None,
        typer.Option(metavar="RUN|DIR", help="A run, or a training that explored; may be repeated."),
    ] = None,
    fold: Annotated[
        int | None, typer.Option(min=0, help="Part of the recorded problems to leave out.")
    ] = None,
    leave_out: Annotated[
        str | None, typer.Option(help="Leave out records whose file name contains this.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Environment steps; default: the recipe's own.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of weights, exploration and exercises; default: the recipe's own.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where policy, card, metrics and checkpoint go.")] = Path(
        ".hrl/training/executive"
    ),
    reports: Annotated[
        Path | None,
        typer.Option(help="File that keeps sandbox reports of models' programs; default: in --out."),
    ] = None,
    sandbox: Annotated[SandboxChoice | None, typer.Option(help="Where programs of models run.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Live functions that are explored at a time.")] = 32,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is in --out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the policy's card as JSON.")] = False,
) -> None:
    """Train the Executive: on drills, recorded programs, live functions and episodes of earlier runs."""
    import json
    from dataclasses import replace

    from rich.console import Console

    from hrl.config import load_settings
    from hrl.training.executive import Material, train_executive
    from hrl.training.from_runs import find_directory, of_runs
    from hrl.training.recipe import Recipe, read_recipe
    from hrl.training.recorded import read_replays
    from hrl.training.tables import as_text
    from hrl.types import dump

    given = read_recipe(recipe) if recipe else Recipe()
    chosen = replace(
        given,
        steps=steps or given.steps,
        seed=given.seed if seed is None else seed,
        replay=replace(
            given.replay,
            fold=given.replay.fold if fold is None else fold,
            leave_out=given.replay.leave_out if leave_out is None else leave_out,
        ),
        live=replace(given.live, model=given.live.model if model is None else model),
    )
    settings = load_settings(sandbox=sandbox.value if sandbox else None)
    records, digests = read_replays(replay or (), data)
    runs = [find_directory(settings.runs_dir, one) for one in from_runs or ()]
    words = ["hrl train executive", *([f"--recipe {recipe.name}"] if recipe else [])]
    words += [f"--steps {chosen.steps} --seed {chosen.seed}"]
    words += [f"--replay {one.partition(':')[0]}:{Path(one.partition(':')[2]).name}" for one in replay or ()]
    words += [f"--fold {fold}"] * (fold is not None) + [f"--leave-out {leave_out}"] * bool(leave_out)
    words += [f"--model {model}"] * bool(model) + [f"--from-runs {one.name}" for one in runs]
    card = train_executive(
        out,
        chosen,
        material=Material(records, digests, of_runs(runs), [one.name for one in runs]),
        resume=resume,
        settings=settings,
        reports=reports,
        workers=workers,
        command=" ".join(words),
        console=Console(stderr=True),
    )
    typer.echo(json.dumps(dump(card), indent=2) if as_json else as_text(card, out))


@app.command()
def hierarchical(
    recipe: Annotated[
        Path | None, typer.Option(help="TOML file with every number; default: scripted programs alone.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("-m", "--model", metavar="MODEL", help="Answers live programs; default: the recipe's."),
    ] = None,
    executive: Annotated[
        str, typer.Option(metavar="P", help="The frozen Executive: a policy file, or a baseline's name.")
    ] = "default",
    joint: Annotated[
        bool, typer.Option("--joint", help="Then fine-tune both, as the recipe's [joint] says.")
    ] = False,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="Of collecting and learning; default: the recipe's own.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of weights, exploration and programs; default: the recipe's own.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where policy, card, trajectories and checkpoint go.")] = Path(
        ".hrl/training/hierarchical"
    ),
    sandbox: Annotated[SandboxChoice | None, typer.Option(help="Where programs of live models run.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Programs that are collected at a time.")] = 8,
    episodes: Annotated[int, typer.Option(min=0, help="Programs of each table of the card; 0: none.")] = 100,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is in --out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the policy's card as JSON.")] = False,
) -> None:
    """Train the Hierarchical policy on live or scripted programs, with the Executive frozen inside."""
    import json
    from dataclasses import replace

    from rich.console import Console

    from hrl.config import load_settings
    from hrl.training.hierarchical import Conditions, train_hierarchical
    from hrl.training.hierarchical_recipe import HierarchicalRecipe, read_hierarchical_recipe
    from hrl.training.tables import as_text
    from hrl.types import dump

    given = read_hierarchical_recipe(recipe) if recipe else HierarchicalRecipe()
    chosen = replace(
        given,
        rounds=rounds or given.rounds,
        seed=given.seed if seed is None else seed,
        live=replace(given.live, model=given.live.model if model is None else model),
    )
    words = ["hrl train hierarchical", *([f"--recipe {recipe.name}"] if recipe else [])]
    words += [f"--model {chosen.live.model}"] * bool(chosen.live.model)
    words += [f"--executive {executive}"] * (executive != "default") + ["--joint"] * joint
    words += [f"--rounds {chosen.rounds} --seed {chosen.seed}"]
    card = train_hierarchical(
        out,
        chosen,
        executive=executive,
        joint=joint,
        settings=load_settings(sandbox=sandbox.value if sandbox else None),
        conditions=Conditions(workers, episodes, resume, Console(stderr=True)),
        command=" ".join(words),
    )
    typer.echo(json.dumps(dump(card), indent=2) if as_json else as_text(card, out))


@app.command()
def bundled(
    out: Annotated[Path, typer.Option(help="Where checkpoint, metrics and the model go.")] = Path(
        ".hrl/training/bundled"
    ),
    minutes: Annotated[float, typer.Option(min=0.0, help="End after this much training time.")] = 90.0,
    tokens: Annotated[int | None, typer.Option(min=1, help="End after this many tokens, if earlier.")] = None,
    seed: Annotated[int, typer.Option(help="Of weights, data and tokenizer.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads.")] = 2,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
    samples: Annotated[
        int, typer.Option("--measure", min=0, help="Then measure with this many samples a row; 0: do not.")
    ] = 100,
) -> None:
    """Train the bundled language model from scratch on the curriculum, on a CPU or a GPU."""
    from rich.console import Console

    from hrl.benchmarks.skills import table
    from hrl.training.bundled.loop import Recipe
    from hrl.training.bundled.run import measure_bundled, train_bundled

    console = Console(stderr=True)
    limit = f" --tokens {tokens}" if tokens else ""
    command = f"hrl train bundled --minutes {minutes:g}{limit} --seed {seed} --threads {threads}"
    recipe = Recipe(minutes=minutes, tokens=tokens, seed=seed, threads=threads)
    directory, _ = train_bundled(out, recipe, resume=resume, command=command, console=console)
    if samples:
        command += f" --measure {samples}"
        rows = measure_bundled(directory, samples=samples, seed=seed, command=command, console=console)
        console.print(table(list(rows)), markup=False)
    typer.echo(str(directory))
