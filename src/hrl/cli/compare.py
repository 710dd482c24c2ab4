"""`hrl compare`: several policies on the same problems, with several seeds, in one table and one picture."""

from __future__ import annotations

from typing import Annotated

import typer

from hrl.cli.comparing import compare_all
from hrl.cli.eval_options import (
    BenchmarkArgument,
    BudgetOption,
    DataOption,
    LimitOption,
    ModelOption,
    PromptOption,
    ProtocolChoice,
    ProtocolOption,
    SandboxOption,
    SecondsOption,
    SeedOption,
    ShowTestsOption,
    SplitOption,
    TemperatureOption,
    WorkersOption,
    settings_of,
)
from hrl.cli.measuring import command_line
from hrl.cli.options import DisplayOption, QuietOption
from hrl.cli.solve import check_policy, with_model
from hrl.errors import BadInput


def compare(
    benchmark: BenchmarkArgument,
    policies: Annotated[
        str,
        typer.Option(
            "--policies", metavar="P,P,...", help="Policy files or names of baselines; the first is the base."
        ),
    ],
    seeds: Annotated[int, typer.Option(min=1, metavar="N", help="Seeds of each policy, from --seed on.")] = 5,
    model: ModelOption = None,
    protocol: ProtocolOption = None,
    data: DataOption = None,
    split: SplitOption = None,
    limit: LimitOption = None,
    temperature: TemperatureOption = None,
    prompt: PromptOption = None,
    show_tests: ShowTestsOption = True,
    budget: BudgetOption = None,
    workers: WorkersOption = None,
    seed: SeedOption = None,
    sandbox: SandboxOption = None,
    seconds_per_test: SecondsOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    display: DisplayOption = None,
    quiet: QuietOption = False,
) -> None:
    """Measure each policy on BENCHMARK with every seed, at the same budget, and compare, paired by problem.

    Every policy and seed gets a run of its own; `hrl resume` goes on after an interruption.
    """
    from hrl.benchmarks.comparison import Comparison, Entry
    from hrl.benchmarks.question import Question

    settings = settings_of(
        model=model,
        policy=None,
        temperature=temperature,
        prompt=prompt,
        budget=budget,
        workers=workers,
        seed=seed,
        sandbox=sandbox,
        seconds_per_test=seconds_per_test,
    )
    names = [name.strip() for name in policies.split(",") if name.strip()]
    if len(set(names)) != len(names) or not names:
        raise BadInput(f"--policies names none, or one twice: {policies!r}")
    if protocol is ProtocolChoice.SINGLE:
        raise BadInput("under the protocol single no policy decides anything")
    for name in names:
        check_policy(settings.model_copy(update={"policy": name}))
    settings = with_model(settings, model, quiet=quiet)
    question = Question(
        benchmark,
        split=split,
        data=data,
        limit=limit,
        protocol=(protocol or ProtocolChoice.VISIBLE).value,
        show_tests=show_tests,
        command=command_line(),
        drawn=settings.seed,
    )
    entries = tuple(
        Entry(name, {"policy": name, "seed": settings.seed + turn}) for turn in range(seeds) for name in names
    )
    compare_all(
        Comparison("policies", question, entries), settings, display=display, as_json=as_json, quiet=quiet
    )
