"""The curriculum as a benchmark: problems of one function, drawn anew for every seed.

Projects of several functions are left out: a problem is one function.
"""

from __future__ import annotations

from hrl.benchmarks.problem import Problem
from hrl.curriculum.series import Drawn, series

COUNT = 200
KINDS = ("function", "doctest", "document", "starter")


def curriculum_problems(name: str, seed: int, count: int) -> tuple[Problem, ...]:
    """`count` problems of a series, in groups `split/kind`."""
    return tuple(of_drawn(one) for one in series(name, seed, count, KINDS))


def of_drawn(drawn: Drawn) -> Problem:
    """A task of one function as a problem."""
    task = drawn.sample.task
    assert task.entry_point is not None
    assert task.signature is not None
    return Problem(
        id=task.id,
        statement=task.statement,
        entry_point=task.entry_point,
        signature=task.signature,
        examples=task.visible_tests,
        tests=task.hidden_tests,
        prompt=task.starter_code,
        reference=drawn.sample.reference,
        documents=task.documents,
        group=f"{drawn.split}/{drawn.kind}",
    )
