"""`hrl solve`: a task file in, a tested program out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.execution import carry_out
from hrl.cli.exits import say
from hrl.cli.options import (
    DisplayChoice,
    DisplayOption,
    JsonOption,
    OutputOption,
    QuietOption,
    SandboxChoice,
    VerboseOption,
)
from hrl.cli.output import check_output

if TYPE_CHECKING:
    from hrl.config import Settings


def solve(
    task: Annotated[str, typer.Argument(metavar="TASK", help="A task file, or - for standard input.")],
    model: Annotated[
        str | None,
        typer.Option(
            "-m",
            "--model",
            metavar="MODEL",
            help="bundled, hf:ORG/NAME, hf:./path, openai:MODEL@URL, replay:FILE or scripted:FILE.",
        ),
    ] = None,
    output: OutputOption = None,
    policy: Annotated[
        str | None, typer.Option(metavar="P", help="A policy file, or the name of a baseline.")
    ] = None,
    hierarchical: Annotated[
        str | None,
        typer.Option(metavar="P", help="The same for the level above, which chooses options."),
    ] = None,
    sandbox: Annotated[SandboxChoice | None, typer.Option(help="Where programs run.")] = None,
    tokens: Annotated[int | None, typer.Option(min=0, metavar="N", help="Tokens at most.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, metavar="N", help="Wall seconds at most.")] = None,
    model_calls: Annotated[int | None, typer.Option(min=0, metavar="N", help="Model calls at most.")] = None,
    sandbox_runs: Annotated[int | None, typer.Option(min=0, metavar="N", help="Test runs at most.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Seed of sampling and of policies.")] = None,
    display: DisplayOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
) -> None:
    """Solve TASK: plan, write, test in the sandbox, repair, merge, verify.

    The program goes to standard output, progress to standard error, everything else to the run's directory.
    Exit codes: 0 solved, 1 not solved, 2 bad input, 3 environment, 4 budget spent, 130 interrupted.
    """
    from hrl.config import load_settings
    from hrl.task import read_task

    settings = load_settings(
        model=model,
        policy=policy,
        hierarchical_policy=hierarchical,
        sandbox=None if sandbox is None else sandbox.value,
        tokens=tokens,
        seconds=seconds,
        model_calls=model_calls,
        sandbox_runs=sandbox_runs,
        seed=seed,
    )
    place = check_output(output)
    understood, text = read_task(task)
    settings = with_model(settings, model, quiet=quiet or display is DisplayChoice.NONE)

    from hrl.graphs.policies import open_policies
    from hrl.graphs.solve import run_solve
    from hrl.runs import RunDirectory

    open_policies(settings)  # one that cannot be used is refused before a run is begun for it
    run = RunDirectory.create(settings.runs_dir, "solve", understood.title)
    carry_out(
        run,
        lambda listeners: run_solve(understood, text, settings, run, listeners=listeners),
        place=place,
        display=display,
        as_json=as_json,
        verbose=verbose,
        quiet=quiet,
    )


def with_model(settings: Settings, asked: str | None, *, quiet: bool) -> Settings:
    """Settle the model once, and say how it was chosen."""
    from hrl.llm import resolve_spec

    spec, sentence = resolve_spec(asked, settings)
    if not quiet:
        say(sentence)
    return settings.model_copy(update={"model": spec})


def check_policy(settings: Settings) -> None:
    """Refuse an Executive that cannot be used before anything is begun for it."""
    from hrl.executive import EXECUTIVE
    from hrl.policies import load_policy

    load_policy(settings.policy, EXECUTIVE, seed=settings.seed)
