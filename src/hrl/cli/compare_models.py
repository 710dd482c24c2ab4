"""`hrl compare-models`: several models on the same problems, in one table and one picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

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
from hrl.cli.exits import say
from hrl.cli.measuring import carry_through, command_line, finished
from hrl.cli.options import DisplayOption, QuietOption
from hrl.cli.solve import check_policy
from hrl.errors import EnvironmentFailure, ModelSpecError, RunError

if TYPE_CHECKING:
    from hrl.benchmarks.session import Session
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

    Every model gets a run of its own. After an interruption, hrl resume finishes that run; then name the
    finished runs in the models' places.
    """
    from hrl.benchmarks.models import ModelRun, comparison_markdown, write_comparison
    from hrl.benchmarks.question import Question
    from hrl.benchmarks.session import begin
    from hrl.runs import RunDirectory
    from hrl.types import dump

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
    known = [_finished(settings, name, benchmark) for name in models]
    runs: list[ModelRun] = []
    for name, run in zip(models, known, strict=True):
        if run is None:
            if not quiet:
                say(f"{name}:")
            session = begin(question, settings.model_copy(update={"model": name}))
            summary, rows = carry_through(session, display=display, quiet=quiet)
            if summary.facts.ungraded:
                raise EnvironmentFailure(
                    f"answers of {name} could not be graded; hrl resume {session.run.id}"
                )
        else:
            session, rows = run, run.in_order(list(run.rows))
        runs.append(ModelRun(_label(name, session), rows))
    place = RunDirectory.create(settings.runs_dir, "compare", question.title).path
    found = write_comparison(place, runs, seed=settings.seed)
    typer.echo(json.dumps(dump(found), indent=2) if as_json else comparison_markdown(found), nl=as_json)
    if not quiet:
        say(f"table and picture are in {place}")


def _finished(settings: Settings, name: str, benchmark: str) -> Session | None:
    """The finished run that a name means; None for a model.

    Raises:
        BadInput: it is neither, or a run of something else, or not finished.
    """
    from hrl.llm.specs import parse_spec

    try:
        parse_spec(name)
    except ModelSpecError as problem:
        try:
            return finished(settings, name, benchmark)
        except RunError:
            raise problem from None
    return None


def _label(name: str, session: Session) -> str:
    """A model by its spec, a run by its model and the end of its name."""
    from hrl.benchmarks.session import started

    first = started(session.run)
    model = first.models["executive"] if first is not None else name
    return model if model == name else f"{model} ({session.run.id[-6:]})"
