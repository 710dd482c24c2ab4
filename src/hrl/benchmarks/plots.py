"""Pictures of a run, as PNG files. They repeat the tables; no figure stands in a picture alone.

matplotlib is an extra (`pip install 'hrl[plots]'`) and is loaded when a picture is drawn. Without it a report
says so in one sentence. Figures are made without pyplot: no state of the process changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hrl.benchmarks.estimates import Estimate
from hrl.benchmarks.metrics import Measured, by_problem, measure
from hrl.benchmarks.rows import Row
from hrl.runs import storage_failure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MISSING = "Pictures are left out: matplotlib is not installed (`pip install 'hrl[plots]'`)."
_CURVE_DRAWS = 1000
_MAX_GROUPS = 40
Paint = Callable[["Axes"], None]


@dataclass(frozen=True, slots=True)
class Plots:
    """What was drawn.

    Attributes:
        files: (name in the directory, what it shows), in the order of a report.
        note: why there is none, in one sentence, or "".
    """

    files: tuple[tuple[str, str], ...]
    note: str = ""


def draw_plots(directory: Path, rows: Sequence[Row], measured: Measured, *, seed: int = 0) -> Plots:
    """Draw every picture that the rows have something for.

    Args:
        directory: where the files go; it exists.
        rows: of one run.
        measured: their figures.
        seed: of the intervals along the curve.

    Raises:
        StorageFailure: a file cannot be written.
    """
    if not available():
        return Plots((), MISSING)
    if not rows:
        return Plots((), "Pictures are left out: no answer was graded.")
    wanted: list[tuple[str, str, Paint]] = []
    if measured.overall.samples[0] > 1:
        caption = "pass@k with its 95 % interval"
        wanted.append(("pass-at-k.png", caption, lambda axes: _curve(axes, rows, seed)))
    wanted.append(("tests-passed.png", "share of grading tests passed", lambda axes: _shares(axes, rows)))
    if measured.groups:
        caption = "pass@1 by group with its 95 % interval"
        wanted.append(("groups.png", caption, lambda axes: _groups(axes, measured)))
    if any(row.tokens for row in rows):
        caption = "share of answers solved within so many tokens"
        wanted.append(("cost.png", caption, lambda axes: _cost(axes, rows)))
    for name, _, paint in wanted:
        draw(directory / name, paint)
    return Plots(tuple((name, caption) for name, caption, _ in wanted))


def available() -> bool:
    """Whether matplotlib can be loaded."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        return False
    return True


def draw(path: Path, paint: Paint) -> None:
    """One picture; the same data give the same bytes with the same matplotlib.

    Raises:
        StorageFailure: the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.grid(alpha=0.3)
    paint(axes)
    try:
        figure.savefig(path, metadata={"Software": None})
    except OSError as problem:
        raise storage_failure(problem, path) from None


def errors(estimates: Sequence[Estimate]) -> list[list[float]]:
    """Distances to both ends of the intervals, as matplotlib takes them."""
    return [
        [max(0.0, one.value - one.low) for one in estimates],
        [max(0.0, one.high - one.value) for one in estimates],
    ]


def curve_ks(samples: int) -> list[int]:
    """At most about 30 values of k up to the number of samples, close together where the curve is steep."""
    steps = (
        {round(samples ** (step / 29)) for step in range(30)} if samples > 30 else set(range(1, samples + 1))
    )
    return sorted(steps | {1, samples})


def _curve(axes: Axes, rows: Sequence[Row], seed: int) -> None:
    fewest = min(len(some) for some in by_problem(rows).values())
    found = measure(rows, ks=curve_ks(fewest), draws=_CURVE_DRAWS, seed=seed).overall.pass_at
    known = {k: one for k, one in found.items() if one is not None}
    lows, highs = [one.low for one in known.values()], [one.high for one in known.values()]
    axes.fill_between(list(known), lows, highs, alpha=0.25, linewidth=0)
    axes.plot(list(known), [one.value for one in known.values()], marker="." if len(known) < 12 else "")
    if fewest > 10:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="k", ylabel="pass@k", ylim=(0, 1), title="pass@k")


def _shares(axes: Axes, rows: Sequence[Row]) -> None:
    axes.hist([row.share for row in rows], bins=[place / 20 for place in range(21)])
    axes.set(xlabel="share of grading tests passed", ylabel="answers", xlim=(0, 1), title="Tests passed")


def _groups(axes: Axes, measured: Measured) -> None:
    groups = measured.groups.items()
    found = [(name, one.pass_at[1]) for name, one in groups if one.pass_at.get(1)][:_MAX_GROUPS]
    estimates = [one for _, one in found if one is not None]
    places = range(len(estimates))
    values = [one.value for one in estimates]
    axes.barh(places, values, xerr=errors(estimates), capsize=3, alpha=0.8)
    axes.set_yticks(places, [name or "(none)" for name, _ in found])
    axes.invert_yaxis()
    axes.set(xlabel="pass@1", xlim=(0, 1), title="Success by group")


def _cost(axes: Axes, rows: Sequence[Row]) -> None:
    spent = sorted(row.tokens for row in rows if row.solved)
    most = max(row.tokens for row in rows)
    xs = [0, *spent, most]
    ys = [place / len(rows) for place in [*range(len(spent) + 1), len(spent)]]
    axes.step(xs, ys, where="post")
    axes.set(xlabel="tokens of an answer", ylabel="share of answers solved", ylim=(0, 1))
    axes.set_title("Success within a number of tokens")
