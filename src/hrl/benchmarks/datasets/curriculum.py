"""The curriculum as a benchmark: problems of one function, drawn anew for every seed.

Problem number n is a pure function of seed, split and n, so a larger count begins with a smaller one's
problems. Projects of several functions are left out: a problem is one function.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from hrl.benchmarks.problem import Problem
from hrl.curriculum import SPLITS, Split, sample

COUNT = 200
HELD_OUT = "held-out"  # the default: what training never shows
KINDS = ("function", "doctest", "document", "starter")
CURRICULUM_SPLITS: Mapping[str, tuple[Split, ...]] = {
    HELD_OUT: ("validation", "unseen_parameters", "unseen_combinations"),
    **{split: (split,) for split in SPLITS},
}


def curriculum_problems(split: str, seed: int, count: int) -> tuple[Problem, ...]:
    """`count` problems that differ, the groups `split/kind` in turn."""
    problems: dict[str, Problem] = {}
    for number, (part, kind) in enumerate(_turns(CURRICULUM_SPLITS[split])):
        if len(problems) == count:
            break
        problem = _drawn(part, kind, random.Random(f"{seed}/{split}/{number}"))
        problems.setdefault(problem.id, problem)
    return tuple(problems.values())


def _turns(splits: tuple[Split, ...]) -> Iterator[tuple[Split, str]]:
    """Documents combine nothing, so an unseen combination is never one of them."""
    pairs = [(s, k) for k in KINDS for s in splits if (s, k) != ("unseen_combinations", "document")]
    while True:
        yield from pairs


def _drawn(split: Split, kind: str, rng: random.Random) -> Problem:
    drawn = sample(split, rng, kind)
    task = drawn.task
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
        reference=drawn.reference,
        documents=task.documents,
        group=f"{split}/{kind}",
    )
