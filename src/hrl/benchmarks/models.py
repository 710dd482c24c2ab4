"""Several runs on the same problems in one table, with what changes from the first one, and one picture."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hrl.benchmarks.estimates import DRAWS
from hrl.benchmarks.metrics import KS, Costs, Metrics, Paired, measure, paired
from hrl.benchmarks.plots import MISSING, available, draw, errors
from hrl.benchmarks.report import one_line, shown
from hrl.benchmarks.rows import Row
from hrl.errors import BadInput
from hrl.runs import write_atomic
from hrl.types import dump

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = "models.png"


@dataclass(frozen=True, slots=True)
class ModelRun:
    """A run under the name that the table gives it."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One run of the table; `change` is against the first run, None for that one itself."""

    name: str
    metrics: Metrics
    change: Paired | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table as data; `common` counts the problems that every run answered."""

    lines: tuple[Line, ...]
    common: int
    notes: tuple[str, ...]


def compare_runs(
    runs: Sequence[ModelRun], *, ks: Sequence[int] = KS, draws: int = DRAWS, seed: int = 0
) -> Comparison:
    """Figures of every run, over its own problems, and its paired difference to the first run.

    Raises:
        BadInput: no run, a name twice, a run without rows or without a problem of the first one.
    """
    names = [run.name for run in runs]
    if not runs:
        raise BadInput("there is no run to compare")
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"two runs have the name {name!r}")
    for run in runs:
        if not run.rows:
            raise BadInput(f"the run {run.name} has no graded answer")
    lines = []
    for place, run in enumerate(runs):
        change = paired(runs[0].rows, run.rows, draws=draws, seed=seed) if place else None
        if place and change is None:
            raise BadInput(f"{run.name} and {runs[0].name} have no problem in common")
        lines.append(Line(run.name, measure(run.rows, ks=ks, draws=draws, seed=seed).overall, change))
    answered = [{row.problem for row in run.rows} for run in runs]
    common = set.intersection(*answered)
    notes = ["A change whose interval holds 0 is not shown by these problems."]
    if any(one != common for one in answered):
        notes.insert(0, "The runs answered different problems: compare changes, which use common ones only.")
    return Comparison(tuple(lines), len(common), tuple(notes))


def write_comparison(
    directory: Path, runs: Sequence[ModelRun], *, seed: int = 0, plot: bool = True
) -> Comparison:
    """Write `models.md`, `models.json`, `models.csv` and the picture.

    Raises:
        BadInput: see `compare_runs`.
        StorageFailure: a file cannot be written.
    """
    found = compare_runs(runs, seed=seed)
    note = ""
    if plot:
        if not available():
            note = MISSING
        elif not any(line.metrics.total.tokens for line in found.lines):
            note = "The picture is left out: no run has a record of its tokens."
        else:
            draw(directory / PICTURE, lambda axes: _paint(axes, found))
            note = f"![success against tokens]({PICTURE})"
    write_atomic(directory / "models.md", comparison_markdown(found) + (f"\n{note}\n" if note else ""))
    write_atomic(directory / "models.json", json.dumps(dump(found), indent=1, sort_keys=True) + "\n")
    write_atomic(directory / "models.csv", comparison_csv(found))
    return found


def comparison_markdown(found: Comparison) -> str:
    """The table for readers."""
    figures = [line.metrics.pass_at for line in found.lines]
    ks = [k for k in figures[0] if any(one.get(k) for one in figures)]
    head = ["run", "problems", *(f"pass@{k}" for k in ks), "soft-pass@1"]
    head += ["tokens / problem", "tokens / solved"]
    first = one_line(found.lines[0].name)
    head += [f"pass@1 against {first}", "better / worse", f"tokens against {first}"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for line in found.lines:
        one, change = line.metrics, line.change
        cells = [one_line(line.name), str(one.problems), *(shown(one.pass_at.get(k)) for k in ks)]
        cells += [shown(one.soft), _tokens(one.per_problem)]
        cells.append(_tokens(one.per_solved))
        if change:
            cells += [shown(change.pass_1), f"{change.better} / {change.worse}", shown(change.tokens, 0)]
        else:
            cells += ["-"] * 3
        lines.append("| " + " | ".join(cells) + " |")
    brackets = "In brackets: 95 % interval, from resampling problems."
    notes = [f"{found.common} problems are in every run. {brackets}", *found.notes]
    return "\n".join([*lines, "", *notes]) + "\n"


def comparison_csv(found: Comparison) -> str:
    """One line a run, numbers in full; an empty cell where there is none."""
    ks = list(found.lines[0].metrics.pass_at)
    estimates = [*(f"pass@{k}" for k in ks), "soft", "change_pass@1", "change_soft", "change_tokens"]
    head = ["run", "problems", "answers", "tokens_per_problem", "tokens_per_solved", "better", "worse"]
    head += [f"{name}{end}" for name in estimates for end in ("", "_low", "_high")]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for line in found.lines:
        one, change = line.metrics, line.change
        cells: list[object] = [line.name, one.problems, one.answers]
        cells += [one.per_problem and one.per_problem.tokens, one.per_solved and one.per_solved.tokens]
        cells += [change.better, change.worse] if change else [None, None]
        changes = [change.pass_1, change.soft, change.tokens] if change else [None] * 3
        for estimate in [*(one.pass_at.get(k) for k in ks), one.soft, *changes]:
            cells += [estimate.value, estimate.low, estimate.high] if estimate else [None] * 3
        writer.writerow(cells)
    return text.getvalue()


def _tokens(costs: Costs | None) -> str:
    return "-" if costs is None else f"{costs.tokens:,.0f}"


def _paint(axes: Axes, found: Comparison) -> None:
    for line in found.lines:
        costs, right = line.metrics.per_problem, line.metrics.pass_at.get(1)
        if costs is not None and right is not None:
            ends = errors([right])
            axes.errorbar([costs.tokens], [right.value], yerr=ends, fmt="o", capsize=3, label=line.name)
    axes.set(xlabel="tokens for each problem", ylabel="pass@1", ylim=(0, 1), title="Success against tokens")
    axes.set_xlim(left=0)
    axes.legend()
