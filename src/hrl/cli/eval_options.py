"""Options of commands that measure: `eval`, `compare` and `compare-models`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.options import SandboxChoice

if TYPE_CHECKING:
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


BenchmarkArgument = Annotated[
    str,
    typer.Argument(
        metavar="BENCHMARK",
        help="humaneval, mbpp, mbpp-sanitized, curriculum, templates, or a file: a task, a folder of "
        "tasks, or JSON Lines.",
    ),
]
ModelOption = Annotated[str | None, typer.Option("-m", "--model", metavar="MODEL", help="As in hrl solve.")]
PolicyOption = Annotated[
    str | None, typer.Option("--policy", metavar="P", help="A policy file, or the name of a baseline.")
]
ProtocolOption = Annotated[
    ProtocolChoice | None,
    typer.Option(
        "--protocol",
        help="single: one answer, no feedback. visible: the task's own examples. oracle: the grading "
        "tests in the loop, not comparable. self: tests that the model writes. Default: visible.",
    ),
]
DataOption = Annotated[
    str | None,
    typer.Option("--data", metavar="PATH", help="The benchmark's file, or the folder that holds it."),
]
SplitOption = Annotated[str | None, typer.Option("--split", metavar="S", help="Part of the benchmark.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N problems.")
]
SamplesOption = Annotated[
    int, typer.Option("--samples", min=1, metavar="N", help="Answers for each problem.")
]
TemperatureOption = Annotated[
    float | None, typer.Option("--temperature", min=0, metavar="T", help="Of sampling.")
]
PromptOption = Annotated[
    str | None,
    typer.Option("--prompt", metavar="FORM", help="Prompt form, see docs/prompts.md; default: the model's."),
]
ShowTestsOption = Annotated[
    bool, typer.Option("--show-tests/--hide-tests", help="Whether prompts show the tests that may be seen.")
]
BudgetOption = Annotated[
    str | None,
    typer.Option(
        "--budget", metavar="B", help="Of one answer: 8000 (tokens), or tokens=8000,model_calls=5,..."
    ),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, metavar="N", help="Answers made side by side.")
]
SeedOption = Annotated[
    int | None, typer.Option("--seed", metavar="N", help="Of sampling, policies and bootstrap.")
]
SandboxOption = Annotated[SandboxChoice | None, typer.Option("--sandbox", help="Where programs run.")]
SecondsOption = Annotated[
    float | None, typer.Option("--seconds-per-test", min=1, metavar="S", help="A test's time limit.")
]


def settings_of(
    *,
    policy: str | None,
    temperature: float | None,
    prompt: str | None,
    budget: str | None,
    workers: int | None,
    seed: int | None,
    sandbox: SandboxChoice | None,
    seconds_per_test: float | None,
    model: str | None = None,
) -> Settings:
    """The settings that these options change.

    Raises:
        BadInput: one of them cannot be used.
    """
    from dataclasses import asdict

    from hrl.budget import read_budget
    from hrl.config import load_settings

    return load_settings(
        model=model,
        policy=policy,
        temperature=temperature,
        prompt_style=prompt,
        max_parallel=workers,
        seed=seed,
        sandbox=None if sandbox is None else sandbox.value,
        seconds_per_test=seconds_per_test,
        **(asdict(read_budget(budget)) if budget is not None else {}),
    )
