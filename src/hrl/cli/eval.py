"""`hrl eval`: measure a model and a policy on a benchmark, or grade answers that exist already."""

from __future__ import annotations

import json
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.exits import say
from hrl.cli.measuring import command_line, measured
from hrl.cli.options import DisplayOption, QuietOption, SandboxChoice
from hrl.cli.solve import check_policy, with_model
from hrl.errors import BadInput

if TYPE_CHECKING:
    from hrl.benchmarks.question import Question
    from hrl.benchmarks.rows import Row
    from hrl.config import Settings


class ProtocolChoice(StrEnum):
    """Which tests an answer may see."""

    SINGLE = "single"
    VISIBLE = "visible"
    ORACLE = "oracle"
    SELF = "self"


class CutChoice(StrEnum):
    """What is done to a recorded answer before it is graded."""

    AS_IS = "as-is"
    STOP_WORDS = "stop-words"
    SANITIZE = "sanitize"


class StepsChoice(StrEnum):
    """What to do with recorded repairs of one answer."""

    REFUSE = "refuse"
    ALL = "all"
    LAST = "last"


def evaluate(
    benchmark: Annotated[
        str,
        typer.Argument(
            metavar="BENCHMARK",
            help="humaneval, mbpp, mbpp-sanitized, curriculum, templates, or a file: a task, a folder of "
            "tasks, or JSON Lines.",
        ),
    ],
    model: Annotated[
        str | None, typer.Option("-m", "--model", metavar="MODEL", help="As in hrl solve.")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="P", help="A policy file, or the name of a baseline.")
    ] = None,
    protocol: Annotated[
        ProtocolChoice | None,
        typer.Option(
            help="single: one answer, no feedback. visible: the task's own examples. oracle: the grading "
            "tests in the loop, not comparable. self: tests that the model writes. Default: visible."
        ),
    ] = None,
    data: Annotated[
        str | None, typer.Option(metavar="PATH", help="The benchmark's file, or the folder that holds it.")
    ] = None,
    split: Annotated[str | None, typer.Option(metavar="S", help="Part of the benchmark.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N problems.")] = None,
    samples: Annotated[int, typer.Option(min=1, metavar="N", help="Answers for each problem.")] = 1,
    temperature: Annotated[float | None, typer.Option(min=0, metavar="T", help="Of sampling.")] = None,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="Prompt form, see docs/prompts.md; default: the model's."),
    ] = None,
    show_tests: Annotated[
        bool,
        typer.Option("--show-tests/--hide-tests", help="Whether prompts show the tests that may be seen."),
    ] = True,
    budget: Annotated[
        str | None,
        typer.Option(metavar="B", help="Of one answer: 8000 (tokens), or tokens=8000,model_calls=5,..."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, metavar="N", help="Answers made side by side.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Of sampling, policies and bootstrap.")
    ] = None,
    sandbox: Annotated[SandboxChoice | None, typer.Option(help="Where programs run.")] = None,
    seconds_per_test: Annotated[
        float | None, typer.Option(min=1, metavar="S", help="A test's time limit.")
    ] = None,
    grade: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Grade these samples (EvalPlus or HumanEval form); asks no model."),
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

    Exit codes: 0 measured, 1 below --fail-under, 2 bad input, 3 environment, 130 interrupted (`hrl resume`).
    """
    from hrl.config import load_settings

    settings = load_settings(
        model=model,
        policy=policy,
        temperature=temperature,
        prompt_style=prompt,
        max_parallel=workers,
        seed=seed,
        sandbox=None if sandbox is None else sandbox.value,
        seconds_per_test=seconds_per_test,
        **_bounds(budget),
    )
    if benchmark == "templates":
        _templates(settings, as_json=as_json)
        return
    if benchmark == "curriculum" and protocol is None and grade is None and rescore is None:
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


def _bounds(budget: str | None) -> dict[str, float | None]:
    """The budget's bounds as settings."""
    if budget is None:
        return {}
    from dataclasses import asdict

    from hrl.budget import read_budget

    return asdict(read_budget(budget))


def _again(settings: Settings, name: str, asked: Question) -> tuple[Question, tuple[Row, ...]]:
    """The question that grades a stored run's answers again, and the rows that it had."""
    from dataclasses import replace

    from hrl.benchmarks.session import opened
    from hrl.runs import RunResult, find_run

    run = find_run(settings.runs_dir, name)
    old = opened(run)
    result = RunResult.read(run)
    if result is None or not result.finished:
        raise BadInput(f"the run {run.id} is not finished; `hrl resume {run.id}` goes on with it")
    if old.question.title.split(",")[0] != asked.title.split(",")[0]:
        raise BadInput(f"the run {run.id} measured {old.question.title}, not {asked.benchmark}")
    question = replace(
        old.question, grade=str(run.samples), cut="as-is", usual_imports=False, command=asked.command
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
