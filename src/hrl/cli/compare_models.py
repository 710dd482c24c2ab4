"""`hrl compare-models`: several models on the same problems, in one table and one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.comparing import compare_all
from hrl.cli.eval_options import (
    BenchmarkArgument,
    BudgetOption,
    DataOption,
    LimitOption,
    PolicyOption,
    PromptOption,
    ProtocolChoice,
    ProtocolOption,
    SamplesOption,
    SandboxOption,
    SecondsOption,
    SeedOption,
    ShowTestsOption,
    SplitOption,
    TemperatureOption,
    WorkersOption,
    settings_of,
)
from hrl.cli.measuring import command_line, finished
from hrl.cli.options import DisplayOption, QuietOption
from hrl.cli.solve import check_policy
from hrl.errors import ModelSpecError, RunError

if TYPE_CHECKING:
    from hrl.benchmarks.comparison import Entry
    from hrl.config import Settings


def compare_models(
    benchmark: BenchmarkArgument,
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="Model specs as in hrl solve, or finished runs of hrl eval; the first is the base.",
        ),
    ],
    policy: PolicyOption = None,
    protocol: ProtocolOption = None,
    data: DataOption = None,
    split: SplitOption = None,
    limit: LimitOption = None,
    samples: SamplesOption = 1,
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
    """Measure each MODEL on BENCHMARK as hrl eval does, and compare: paired by problem, with intervals.

    Every model gets a run of its own; `hrl resume` goes on after an interruption.
    """
    from hrl.benchmarks.comparison import Comparison
    from hrl.benchmarks.question import Question

    settings = settings_of(
        policy=policy,
        temperature=temperature,
        prompt=prompt,
        budget=budget,
        workers=workers,
        seed=seed,
        sandbox=sandbox,
        seconds_per_test=seconds_per_test,
    )
    check_policy(settings)
    question = Question(
        benchmark,
        split=split,
        data=data,
        limit=limit,
        samples=samples,
        protocol=(protocol or ProtocolChoice.VISIBLE).value,
        show_tests=show_tests,
        command=command_line(),
    )
    entries = tuple(_entry(settings, name, benchmark) for name in models)
    compare_all(
        Comparison("models", question, entries), settings, display=display, as_json=as_json, quiet=quiet
    )


def _entry(settings: Settings, name: str, benchmark: str) -> Entry:
    """A model by its spec; a finished run by its model and the end of its name.

    Raises:
        BadInput: it is neither, or a run of something else, or not finished.
    """
    from hrl.benchmarks.comparison import Entry
    from hrl.benchmarks.session import started
    from hrl.llm.specs import parse_spec

    try:
        parse_spec(name)
    except ModelSpecError as problem:
        try:
            run = finished(settings, name, benchmark).run
        except RunError:
            raise problem from None
        first = started(run)
        model = first.models["executive"] if first is not None else name
        return Entry(f"{model} ({run.id[-6:]})", {"model": model}, run.id)
    return Entry(name, {"model": name})
