"""From graded rows to figures: pass@k, soft-pass@1, the visible/hidden gap, costs, intervals, differences.

Every rate is first computed within a problem and then averaged over problems, so a problem with more samples
does not count for more. Intervals resample problems, never samples: the question is what other problems of
the same kind would give. Nothing depends on the order of the rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import Any

import numpy as np

from hrl.benchmarks.estimates import DRAWS, Estimate, Values, intervals, pass_at_k
from hrl.benchmarks.rows import Row
from hrl.errors import BadInput

KS = (1, 10, 100)
ByProblem = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Visible against hidden tests, over the answers whose visible tests were run.

    Attributes:
        answers: how many those are.
        visible, graded: share of them whose visible, whose grading tests pass.
        difference: `visible` minus `graded`.
        misled: share whose visible tests pass and whose grading fails.
    """

    answers: int
    visible: Estimate
    graded: Estimate
    difference: Estimate
    misled: Estimate


@dataclass(frozen=True, slots=True)
class Costs:
    """What answers cost; `seconds` is wall time of answering."""

    tokens: float
    model_calls: float
    sandbox_runs: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of some rows.

    Attributes:
        problems, answers: how many of each.
        solved_problems: problems that at least one answer solves.
        solved_answers: answers that pass their grading.
        samples: fewest and most answers of a problem.
        pass_at: by k; None where a problem has fewer than k answers.
        soft: soft-pass@1, the mean share of grading tests passed.
        gap: None where no visible test was run.
        total: cost of all answers together.
        per_problem, per_solved: `total` by problems and by solved problems; None where there is none.
        verdicts: how many answers got each, by name.
    """

    problems: int
    answers: int
    solved_problems: int
    solved_answers: int
    samples: tuple[int, int]
    pass_at: dict[int, Estimate | None]
    soft: Estimate | None
    gap: Gap | None
    total: Costs
    per_problem: Costs | None
    per_solved: Costs | None
    verdicts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of a run: over all, and for each group where problems have one."""

    overall: Metrics
    groups: dict[str, Metrics]


@dataclass(frozen=True, slots=True)
class Paired:
    """What changes from a first run to a second one, on the problems that both answered.

    Attributes:
        problems: how many those are.
        left_out: problems that only one of the two answered.
        pass_1, soft, tokens: second minus first; tokens are those of one answer.
        better, worse: problems on which the second run's share of solved answers is higher, lower.
    """

    problems: int
    left_out: int
    pass_1: Estimate
    soft: Estimate
    tokens: Estimate
    better: int
    worse: int


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key: `HumanEval/2` before `HumanEval/10`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts]


def by_problem(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by problem, both in natural order.

    Raises:
        BadInput: one sample of one problem has two rows.
    """
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.problem, []).append(row)
    for problem, some in found.items():
        some.sort(key=lambda row: row.sample)
        for one, other in pairwise(some):
            if one.sample == other.sample:
                raise BadInput(f"sample {one.sample} of {problem} was graded twice")
    return {problem: found[problem] for problem in sorted(found, key=natural)}


def measure(rows: Iterable[Row], *, ks: Sequence[int] = KS, draws: int = DRAWS, seed: int = 0) -> Measured:
    """The figures of a run.

    Args:
        rows: of one run, in any order.
        ks: for pass@k.
        draws: see `intervals`.
        seed: see `intervals`.

    Raises:
        BadInput: one sample of one problem has two rows.
    """
    problems = by_problem(rows)
    groups: dict[str, dict[str, list[Row]]] = {}
    for problem, some in problems.items():
        groups.setdefault(some[0].group, {})[problem] = some
    named = sorted(groups, key=natural) if set(groups) != {""} else []
    return Measured(
        _metrics(problems, ks, draws, seed),
        {group: _metrics(groups[group], ks, draws, seed) for group in named},
    )


def paired(
    first: Iterable[Row], second: Iterable[Row], *, draws: int = DRAWS, seed: int = 0
) -> Paired | None:
    """What changes from one run to another; None when no problem is in both.

    Raises:
        BadInput: one sample of one problem has two rows.
    """
    before, after = by_problem(first), by_problem(second)
    common = [problem for problem in before if problem in after]
    if not common:
        return None

    def change(of: Callable[[Sequence[Row]], float]) -> Values:
        return np.array([of(after[problem]) - of(before[problem]) for problem in common])

    right = change(_solved)
    found = intervals([right, change(_soft), change(_tokens)], draws=draws, seed=seed)
    return Paired(
        problems=len(common),
        left_out=len(before.keys() ^ after.keys()),
        pass_1=found[0],
        soft=found[1],
        tokens=found[2],
        better=int((right > 0).sum()),
        worse=int((right < 0).sum()),
    )


def _metrics(problems: ByProblem, ks: Sequence[int], draws: int, seed: int) -> Metrics:
    rows = [row for some in problems.values() for row in some]
    sizes = [len(some) for some in problems.values()] or [0]
    solved = sum(any(row.solved for row in some) for some in problems.values())
    total = Costs(
        tokens=sum(row.tokens for row in rows),
        model_calls=sum(row.model_calls for row in rows),
        sandbox_runs=sum(row.sandbox_runs for row in rows),
        seconds=fsum(row.seconds for row in rows),
    )
    known = [k for k in ks if rows and k <= min(sizes)]
    columns = [_pass_values(problems, k) for k in known]
    columns.append(_values(problems, _soft))
    found = intervals(columns, draws=draws, seed=seed) if rows else [None]
    return Metrics(
        problems=len(problems),
        answers=len(rows),
        solved_problems=solved,
        solved_answers=sum(row.solved for row in rows),
        samples=(min(sizes), max(sizes)),
        pass_at=dict.fromkeys(ks) | dict(zip(known, found, strict=False)),
        soft=found[-1],
        gap=_gap(problems, draws, seed),
        total=total,
        per_problem=_share(total, len(problems)),
        per_solved=_share(total, solved),
        verdicts=dict(sorted(Counter(row.verdict for row in rows).items())),
    )


def _gap(problems: ByProblem, draws: int, seed: int) -> Gap | None:
    shown = {problem: [row for row in some if row.visible is not None] for problem, some in problems.items()}
    shown = {problem: some for problem, some in shown.items() if some}
    if not shown:
        return None
    visible, graded = _values(shown, _visible), _values(shown, _solved)
    found = intervals([visible, graded, visible - graded, _values(shown, _misled)], draws=draws, seed=seed)
    return Gap(sum(map(len, shown.values())), *found)


def _share(total: Costs, count: int) -> Costs | None:
    if not count:
        return None
    parts: Any = (total.tokens, total.model_calls, total.sandbox_runs, total.seconds)
    return Costs(*(part / count for part in parts))


def _values(problems: ByProblem, of: Callable[[Sequence[Row]], float]) -> Values:
    return np.array([of(some) for some in problems.values()], dtype=np.float64)


def _pass_values(problems: ByProblem, k: int) -> Values:
    return _values(problems, lambda some: pass_at_k(len(some), sum(row.solved for row in some), k) or 0.0)


def _solved(some: Sequence[Row]) -> float:
    return sum(row.solved for row in some) / len(some)


def _soft(some: Sequence[Row]) -> float:
    return fsum(row.share for row in some) / len(some)


def _tokens(some: Sequence[Row]) -> float:
    return sum(row.tokens for row in some) / len(some)


def _visible(some: Sequence[Row]) -> float:
    return sum(row.visible is True for row in some) / len(some)


def _misled(some: Sequence[Row]) -> float:
    return sum(row.visible is True and not row.solved for row in some) / len(some)
