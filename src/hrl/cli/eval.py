"""`hrl eval`: measure a model and a policy on a benchmark, or grade answers that exist already."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.eval_options import (
    BenchmarkArgument,
    BudgetOption,
    CutChoice,
    DataOption,
    LimitOption,
    ModelOption,
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
    StepsChoice,
    TemperatureOption,
    WorkersOption,
    settings_of,
)
from hrl.cli.exits import say
from hrl.cli.measuring import command_line, finished, measured
from hrl.cli.options import DisplayOption, QuietOption
from hrl.cli.solve import check_policy, with_model
from hrl.errors import BadInput

if TYPE_CHECKING:
    from hrl.benchmarks.question import Question
    from hrl.benchmarks.rows import Row
    from hrl.config import Settings


def evaluate(
    context: typer.Context,
    benchmark: BenchmarkArgument,
    model: ModelOption = None,
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
    grade: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Grade these samples (EvalPlus or HumanEval form), or the word reference; asks no model.",
        ),
    ] = None,
    cut: Annotated[
        CutChoice, typer.Option(help="With --grade: what is done to answers before.")
    ] = CutChoice.AS_IS,
    usual_imports: Annotated[
        bool,
        typer.Option(
            "--usual-imports", help="With --grade: put the imports in front that some harnesses do."
        ),
    ] = False,
    steps: Annotated[
        StepsChoice, typer.Option(help="With --grade: which lines of recorded repairs count.")
    ] = StepsChoice.REFUSE,
    rescore: Annotated[
        str | None, typer.Option(metavar="RUN", help="Grade a stored run again and name what changed.")
    ] = None,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=100, metavar="PCT", help="Exit 1 when pass@1 is below.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    display: DisplayOption = None,
    quiet: QuietOption = False,
) -> None:
    """Measure a model with a policy on BENCHMARK; hidden tests are opened once, for the frozen answer.

    Without --protocol, the curriculum is measured skill by skill (--limit requests for each row, 100).

    Exit codes: 0 measured, 1 below --fail-under, 2 bad input, 3 environment, 130 interrupted (`hrl resume`).
    """
    settings = settings_of(
        model=model,
        policy=policy,
        temperature=temperature,
        prompt=prompt,
        budget=budget,
        workers=workers,
        seed=seed,
        sandbox=sandbox,
        seconds_per_test=seconds_per_test,
    )
    if benchmark == "templates":
        _take_only(context, {"policy"}, "hrl eval templates")
        _templates(settings, as_json=as_json)
        return
    if benchmark == "curriculum" and protocol is None and grade is None and rescore is None:
        taken = {"model", "limit", "temperature", "prompt"}
        _take_only(context, taken, "without --protocol the curriculum is measured skill by skill, which")
        _skills(settings, samples=limit or 100, as_json=as_json, quiet=quiet)
        return

    from hrl.benchmarks.question import Question
    from hrl.benchmarks.session import begin

    question = Question(
        benchmark,
        split=split,
        data=data,
        limit=limit,
        samples=samples,
        protocol=(protocol or ProtocolChoice.VISIBLE).value,
        show_tests=show_tests,
        grade=grade,
        cut=cut.value,
        usual_imports=usual_imports,
        steps=steps.value,
        command=command_line(),
    )
    before = None
    if rescore is not None:
        question, before = _again(settings, rescore, question)
    if question.grade is None:
        settings = with_model(settings, model, quiet=quiet)
        check_policy(settings)
    measured(
        begin(question, settings),
        display=display,
        as_json=as_json,
        quiet=quiet,
        fail_under=fail_under,
        before=before,
    )


_COMMON = {"benchmark", "sandbox", "seed", "as_json", "display", "quiet"}


def _take_only(context: typer.Context, taken: set[str], who: str) -> None:
    """Refuse options that would be ignored."""
    for parameter in context.command.params:
        name = str(parameter.name)
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE" and name not in _COMMON | taken:
            raise BadInput(f"{who} takes no {parameter.opts[0]}")


def _again(settings: Settings, name: str, asked: Question) -> tuple[Question, tuple[Row, ...]]:
    """The question that grades a stored run's answers again, and the rows that it had."""
    from dataclasses import replace

    old = finished(settings, name, asked.benchmark)
    question = replace(
        old.question, grade=str(old.run.samples), cut="as-is", usual_imports=False, command=asked.command
    )
    return question, old.rows


def _templates(settings: Settings, *, as_json: bool) -> None:
    """Walk the three episode templates and say how many walks are exactly the template."""
    from hrl.benchmarks.templates import evaluate_templates
    from hrl.executive import EXECUTIVE
    from hrl.policies import load_policy
    from hrl.sandbox import open_sandbox

    chosen = load_policy(settings.policy, EXECUTIVE, seed=settings.seed)
    with open_sandbox(settings) as box:
        report = evaluate_templates(chosen, box)
    typer.echo(json.dumps(report.summary(), indent=2) if as_json else report.text())


def _skills(settings: Settings, *, samples: int, as_json: bool, quiet: bool) -> None:
    """What a model can do of each skill of the curriculum, on splits that training never shows."""
    from hrl.benchmarks.skills import measure, table
    from hrl.llm import open_model
    from hrl.sandbox import open_sandbox

    settings = with_model(settings, settings.model, quiet=quiet)
    with closing(open_model(settings.model, settings)) as model, open_sandbox(settings) as box:
        rows = []
        for row in measure(model, box, samples=samples, seed=settings.seed, temperature=settings.temperature):
            if not quiet:
                say(f"{row.skill:>9} {row.split:<20} {row.share:6.1%} of {row.samples}")
            rows.append(row)
        told = {
            "model": model.name,
            "prompt": model.style,
            "sandbox": box.backend,
            "samples": samples,
            "seed": settings.seed,
            "temperature": settings.temperature,
            "rows": [row.summary() for row in rows],
        }
    typer.echo(json.dumps(told, indent=2) if as_json else table(rows))
