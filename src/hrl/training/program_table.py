"""Hierarchical policies on the same programs at the same budget: rows for tables with intervals.

The runs are whole ones through `hrl.graphs.driving`, with the policy deciding as in `hrl solve`; nothing is
recalled from training.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from hrl.benchmarks.policies import PolicyTable
from hrl.benchmarks.rows import Row
from hrl.events import HiddenOpened, MemoryRecorder, ModelAnswered, TestsRun
from hrl.graphs.driving import run
from hrl.graphs.ending import final_verdict
from hrl.policies.base import Policy
from hrl.training.parallel import side_by_side
from hrl.training.programs import Program, Workshop
from hrl.types import Usage, program_digest

PolicyOf = Callable[[int], Policy]  # the number of the program → the policy; those that draw need their own


def measure_programs(
    policy: PolicyOf,
    programs: Sequence[Program],
    workshop: Workshop,
    *,
    workers: int = 1,
    done: Callable[[Row], None] = lambda _: None,
) -> tuple[Row, ...]:
    """One row a program, in their order.

    Args:
        policy: of the Hierarchical level.
        programs: what is solved.
        workshop: with what.
        workers: programs at a time.
        done: called with each row as it comes.

    Raises:
        EnvironmentFailure: the model or the sandbox failed; that is no wrong answer.
    """

    def one(place: int) -> Row:
        row = solved(programs[place], policy(place), workshop)
        done(row)
        return row

    return tuple(side_by_side(one, range(len(programs)), workers=workers, name="measure"))


def solved(program: Program, policy: Policy, workshop: Workshop) -> Row:
    """One whole run, graded once; costs are those before the grading.

    Raises:
        EnvironmentFailure: the model or the sandbox failed.
    """
    recorder, began = MemoryRecorder(), time.monotonic()
    state, options = run(workshop.bench(program, policy, recorder))
    verdict = final_verdict(program.task, state)
    report, shown, answer = verdict.hidden, verdict.visible, state.get("answer", "")
    answers = {event.key: event.usage for event in recorder.events if isinstance(event, ModelAnswered)}
    usage = sum(answers.values(), Usage())
    runs = {event.key for event in recorder.events if isinstance(event, TestsRun)}
    return Row(
        problem=program.name,
        sample=0,
        group=program.kind,
        verdict=report.verdict if report else "error",
        passed=report.passed if report else 0,
        total=report.total if report else 0,
        message=report.message if report else "no program was found",
        visible=shown.verdict == "pass" if shown else None,
        digest=program_digest(answer) if answer.strip() else "",
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        model_calls=len(answers),
        sandbox_runs=len(runs),
        seconds=round(time.monotonic() - began, 3),
        actions=options,
        opened=sum(isinstance(event, HiddenOpened) for event in recorder.events),
    )


def card_rows(table: PolicyTable) -> list[dict[str, Any]]:
    """A table's lines as a policy's card keeps them."""
    return [
        {
            "policy": line.name,
            "solved": round(line.success.value, 4),
            "low": round(line.success.low, 4),
            "high": round(line.success.high, 4),
            "tokens": round(line.tokens.value, 1),
            "model_calls": round(line.model_calls, 3),
            "sandbox_runs": round(line.sandbox_runs, 3),
            "programs": table.problems,
        }
        for line in table.lines
    ]
