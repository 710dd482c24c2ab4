"""Several policies on the same problems, with several seeds each: the table that says which one pays.

Success of a policy is the interquartile mean over its seeds of the share of problems solved. Intervals are
95 % bootstraps that resample problems and seeds together; every policy is seen through the same draws, so
a difference between two of them is paired by problem and seed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hrl.benchmarks.estimates import DRAWS, Estimate
from hrl.benchmarks.metrics import by_problem
from hrl.benchmarks.plots import MISSING, available, draw, errors
from hrl.benchmarks.report import one_line, shown
from hrl.benchmarks.rows import Row
from hrl.errors import BadInput
from hrl.runs import write_atomic
from hrl.types import dump

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = "policies.png"
_TRIMMED = 4  # seeds, from which on a quarter is at least one
_ENOUGH = 5
Values = NDArray[np.float64]  # (seeds, problems)
_COSTS: dict[str, Callable[[Row], float]] = {
    "tokens": lambda row: row.tokens,
    "model_calls": lambda row: row.model_calls,
    "sandbox_runs": lambda row: row.sandbox_runs,
    "seconds": lambda row: row.seconds,
}


@dataclass(frozen=True, slots=True)
class PolicyRun:
    """A policy's rows, one tuple for each seed, all on the same problems with one answer each."""

    name: str
    seeds: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One policy of the table.

    Attributes:
        success: interquartile mean over seeds of the share of problems whose hidden tests pass.
        visible: the same for the visible tests, of the problems that have some; None where none were run.
        soft: mean share of hidden tests passed.
        tokens, model_calls, sandbox_runs, seconds: means for each problem; seconds are None where they are
            no property of the policy (a cache that policies share).
        gain: success minus the first policy's; None for that one itself.
        saving: tokens as a share of the first policy's, minus one; None likewise, or where it used none.
    """

    name: str
    success: Estimate
    visible: float | None
    soft: Estimate
    tokens: Estimate
    model_calls: float
    sandbox_runs: float
    seconds: float | None
    gain: Estimate | None = None
    saving: Estimate | None = None


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """All policies of a comparison, and on how much it stands."""

    lines: tuple[PolicyLine, ...]
    problems: int
    seeds: int
    protocol: str


def compare_policies(
    runs: Sequence[PolicyRun], *, protocol: str, draws: int = DRAWS, seed: int = 0
) -> PolicyTable:
    """The table.

    Raises:
        BadInput: no run, a name twice, or runs that differ in problems or in the number of seeds.
    """
    _check(runs)
    problems = list(by_problem(runs[0].seeds[0]))
    random = np.random.default_rng(seed)
    counts = random.multinomial(len(problems), [1 / len(problems)] * len(problems), size=draws).T
    chosen = random.integers(len(runs[0].seeds), size=(draws, len(runs[0].seeds)))

    def spread(values: Values, mean: Callable[[Values], Values]) -> tuple[float, Values]:
        """The figure, and the figure of each draw: seeds resampled after problems."""
        by_seed = values @ counts / len(problems)
        resampled = np.take_along_axis(by_seed, chosen.T, axis=0)
        return float(mean(values.mean(axis=1)[:, None])[0]), mean(resampled)

    lines: list[PolicyLine] = []
    first: dict[str, tuple[float, Values]] = {}
    for run in runs:
        success = spread(_matrix(run, problems, lambda row: row.solved), interquartile_mean)
        tokens = spread(_matrix(run, problems, _COSTS["tokens"]), _mean)
        soft = spread(_matrix(run, problems, lambda row: row.share), _mean)
        means = {name: float(_matrix(run, problems, of).mean()) for name, of in _COSTS.items()}
        first = first or {"success": success, "tokens": tokens}
        base = first["tokens"]
        lines.append(
            PolicyLine(
                run.name,
                _estimate(*success),
                _visible(run),
                _estimate(*soft),
                _estimate(*tokens),
                means["model_calls"],
                means["sandbox_runs"],
                means["seconds"],
                _estimate(success[0] - first["success"][0], success[1] - first["success"][1])
                if lines
                else None,
                _estimate(tokens[0] / base[0] - 1, tokens[1] / base[1] - 1)
                if lines and base[0] and base[1].all()
                else None,
            )
        )
    return PolicyTable(tuple(lines), len(problems), len(runs[0].seeds), protocol)


def interquartile_mean(values: Values) -> Values:
    """Mean over the first axis without its lowest and highest quarter, rounded down: (seeds, n) to (n,)."""
    cut = len(values) // 4
    ordered = np.sort(values, axis=0)
    kept: Values = ordered[cut : len(values) - cut]
    return _mean(kept)


def write_policies(directory: Path, table: PolicyTable) -> None:
    """Write `policies.md`, `policies.json`, `policies.csv` and the picture.

    Raises:
        StorageFailure: a file cannot be written.
    """
    note = MISSING
    if available():
        draw(directory / PICTURE, lambda axes: _paint(axes, table))
        note = f"![success against tokens]({PICTURE})"
    write_atomic(directory / "policies.md", f"{policies_markdown(table)}\n{note}\n")
    write_atomic(directory / "policies.json", json.dumps(dump(table), indent=1, sort_keys=True) + "\n")
    write_atomic(directory / "policies.csv", policies_csv(table))


def policies_markdown(table: PolicyTable) -> str:
    """The table for readers."""
    first = one_line(table.lines[0].name)
    head = ["policy", "solved", "visible", "soft", "tokens", "calls", "runs"]
    timed = any(one.seconds is not None for one in table.lines)
    head += ["seconds"] if timed else []
    head += [f"solved less {first}", f"tokens against {first}"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for one in table.lines:
        cells = [one_line(one.name), shown(one.success, 3)]
        cells += [
            "-" if one.visible is None else f"{one.visible:.3f}",
            shown(one.soft, 3),
            shown(one.tokens, 0),
        ]
        costs = [one.model_calls, one.sandbox_runs, *([one.seconds] if timed else [])]
        cells += ["-" if value is None else f"{value:.2f}" for value in costs]
        cells += [shown(one.gain, 3), shown(one.saving, 3)]
        lines.append("| " + " | ".join(cells) + " |")
    counted = f"{table.problems} problems, {table.seeds} seeds; protocol {table.protocol}."
    mean = "mean" if table.seeds < _TRIMMED else "interquartile mean"
    how = (
        f"Solved: {mean} over seeds. In brackets: 95 % interval, from resampling problems and "
        "seeds, paired between policies. Costs are means for each problem; grading is free."
    )
    return "\n".join([*lines, "", counted, how, *_warned(table.seeds)]) + "\n"


def policies_csv(table: PolicyTable) -> str:
    """One line a policy, numbers in full; an empty cell where there is none."""
    estimates = ("success", "soft", "tokens", "gain", "saving")
    plain = ("visible", "model_calls", "sandbox_runs", "seconds")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    ends = ("", "_low", "_high")
    writer.writerow(["policy", *plain, *(f"{name}{end}" for name in estimates for end in ends)])
    for one in table.lines:
        cells: list[object] = [one.name, *(getattr(one, name) for name in plain)]
        for name in estimates:
            found: Estimate | None = getattr(one, name)
            cells += [found.value, found.low, found.high] if found else [None] * 3
        writer.writerow(cells)
    return text.getvalue()


def _warned(seeds: int) -> list[str]:
    """What intervals over so many seeds do not say."""
    if seeds >= _ENOUGH:
        return []
    if seeds == 1:
        return ["With one seed the intervals say nothing of other seeds."]
    return ["With fewer than five seeds the intervals are too narrow: seeds differ more than so few show."]


def _check(runs: Sequence[PolicyRun]) -> None:
    names = [run.name for run in runs]
    if not runs:
        raise BadInput("there is no policy to compare")
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"the policy {name!r} is there twice")
    problems = {row.problem for row in runs[0].seeds[0]} if runs[0].seeds else set()
    for run in runs:
        if len(run.seeds) != len(runs[0].seeds) or not problems:
            raise BadInput(f"{run.name} was not run with the same seeds as {names[0]}")
        if any({row.problem for row in rows} != problems or len(rows) != len(problems) for rows in run.seeds):
            raise BadInput(f"{run.name} did not answer each problem once with every seed")


def _matrix(run: PolicyRun, problems: Sequence[str], of: Callable[[Row], float]) -> Values:
    tables = ({row.problem: float(of(row)) for row in rows} for rows in run.seeds)
    return np.array([[table[problem] for problem in problems] for table in tables])


def _mean(values: Values) -> Values:
    found: Values = values.mean(axis=0)
    return found


def _visible(run: PolicyRun) -> float | None:
    seen = [[row.visible for row in rows if row.visible is not None] for rows in run.seeds]
    shares = np.array([[sum(some) / len(some)] for some in seen if some])
    return float(interquartile_mean(shares)[0]) if len(shares) else None


def _estimate(value: float, drawn: Values) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))


def _paint(axes: Axes, table: PolicyTable) -> None:
    for one in table.lines:
        axes.errorbar(
            [one.tokens.value],
            [one.success.value],
            xerr=errors([one.tokens]),
            yerr=errors([one.success]),
            fmt="o",
            capsize=3,
            label=one.name,
        )
    axes.set(
        xlabel="tokens for each problem", ylabel="share solved", ylim=(0, 1), title="Success against tokens"
    )
    axes.set_xlim(left=0)
    axes.legend()
