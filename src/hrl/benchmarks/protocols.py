"""Which tests an answer may see before it is frozen: the protocol that is printed beside every score.

`seen_by_model` is the only way from a problem to the `Task` that the Executive works on. Grading tests,
helpers and the reference never pass it, but for the protocol that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hrl.benchmarks.problem import Problem
from hrl.errors import BadInput
from hrl.types import Task, TestCode


@dataclass(frozen=True, slots=True)
class Protocol:
    """A way to answer.

    Attributes:
        sentence: what a reader of the score has to know.
        tests: which of the problem's tests the answer may use.
        single: one answer and no feedback: tests may be shown, none is run before the grading.
        comparable: whether the score may stand beside published ones.
    """

    name: str
    sentence: str
    tests: Literal["none", "examples", "grading"]
    single: bool = False
    comparable: bool = True


_NAMED = (
    Protocol(
        "single",
        "one answer and no feedback: no test is run before the grading",
        "examples",
        single=True,
    ),
    Protocol(
        "visible",
        "the tests that the problem itself shows may be run before the grading; "
        "where it shows none, the model writes its own",
        "examples",
    ),
    Protocol(
        "oracle",
        "not comparable: the grading tests themselves are run and shown before the grading",
        "grading",
        comparable=False,
    ),
    Protocol(
        "self",
        "no test of the problem is run before the grading: the model writes its own",
        "none",
    ),
)

PROTOCOLS: Mapping[str, Protocol] = {protocol.name: protocol for protocol in _NAMED}


def seen_by_model(problem: Problem, protocol: Protocol, *, show_tests: bool = True) -> Task:
    """The task as the Executive may see it; `hidden_tests` is empty under every protocol.

    The statement, and the code that the answer continues, are the benchmark's own: a docstring's examples
    stay in them. With `hrl.planner.single_plan` the task becomes one subtask.

    Args:
        problem: of any dataset.
        protocol: one of `PROTOCOLS`.
        show_tests: whether the prompt shows the tests that the protocol allows (MBPP with its first
            assertion, or without).

    Raises:
        BadInput: tests that are run cannot be hidden: a repair is asked for with the test that failed.
    """
    if not (show_tests or protocol.single or protocol.tests == "none"):
        raise BadInput(
            f"the protocol {protocol.name} runs tests and shows which failed, so it cannot hide them; "
            "use single or self"
        )
    return Task(
        id=problem.id,
        title=problem.entry_point,
        statement=problem.statement,
        entry_point=problem.entry_point,
        signature=problem.signature,
        starter_code=problem.prompt,
        visible_tests=_allowed(problem, protocol) if show_tests else (),
        documents=problem.documents,
    )


def _allowed(problem: Problem, protocol: Protocol) -> tuple[TestCode, ...]:
    return {"none": (), "examples": problem.examples, "grading": problem.tests}[protocol.tests]
