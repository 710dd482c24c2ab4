"""Pictures of what was learned; no figure of the text stands in a picture alone.

Figures are made without pyplot, so no state of the process changes; the same data give the same picture.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.preprocessing import StandardScaler

from hrl.analysis.groups import summed_up
from hrl.analysis.levels import Level
from hrl.analysis.surrogates import Score
from hrl.analysis.trajectories import Trajectory
from hrl.policies.base import DecisionSpec
from hrl.runs import storage_failure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Form = Literal["png", "svg"]
Paint = Callable[["Axes"], None]
# Neighbour embeddings of more states take minutes and show no more.
_STATES = 2000
# Okabe and Ito's colours, told apart with every kind of colour vision.
_COLOURS = ("#0072B2", "#E69F00", "#D55E00", "#CC79A7", "#009E73", "#56B4E9")


def draw(path: Path, *paints: Paint) -> Path:
    """One picture, its panels side by side; StorageFailure where it cannot be written."""
    figure = Figure(figsize=(5.6 * len(paints) + 1, 5), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    for place, paint in enumerate(paints, 1):
        paint(figure.add_subplot(1, len(paints), place))
    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    try:
        with mpl.rc_context({"svg.hashsalt": "hrl"}):
            figure.savefig(path, metadata=metadata)
    except OSError as problem:
        raise storage_failure(problem, path) from None
    return path


def draw_states(
    out: Path, trajectories: Sequence[Trajectory], decision: DecisionSpec, *, form: Form, seed: int
) -> Iterator[Path]:
    """PCA, t-SNE and UMAP of the visited states, coloured by the chosen action and by the outcome.

    Args:
        out: an existing directory.
        trajectories: at most 2000 states of them are drawn at random.
        decision: whose states and actions these are.
        form: of the files.
        seed: of the draw and the embeddings.
    """
    states = np.concatenate([one.observations for one in trajectories])
    actions = np.concatenate([one.actions for one in trajectories])
    solved = np.repeat([one.solved for one in trajectories], [len(one.actions) for one in trajectories])
    if len(states) > _STATES:
        drawn = np.sort(np.random.default_rng(seed).choice(len(states), _STATES, replace=False))
        states, actions, solved = states[drawn], actions[drawn], solved[drawn]
    by_action = {name: actions == place for place, name in enumerate(decision.actions)}
    by_outcome = {"unsolved": ~solved, "solved": solved}
    for name, points in _embeddings(StandardScaler().fit_transform(states), seed):
        panels = (
            _scatter(points, by_action, f"{name}: the action chosen"),
            _scatter(points, by_outcome, f"{name}: how the episode ended"),
        )
        yield draw(out / f"states-{name.lower()}.{form}", *panels)


def draw_clusters(
    out: Path, trajectories: Sequence[Trajectory], level: Level, labels: NDArray[np.int64], *, form: Form
) -> Path:
    """The clusters of trajectories in the plane of their two main components, beside the outcomes."""
    points = PCA(2, random_state=0).fit_transform(summed_up(trajectories, level))
    solved = np.array([one.solved for one in trajectories])
    clusters = {f"cluster {label + 1}": labels == label for label in np.unique(labels)}
    return draw(
        out / f"trajectories.{form}",
        _scatter(points, clusters, "Trajectories: K-means clusters"),
        _scatter(points, {"unsolved": ~solved, "solved": solved}, "Trajectories: how they ended"),
    )


def draw_separation(out: Path, places: NDArray[np.float64], solved: NDArray[np.bool_], *, form: Form) -> Path:
    """Where states lie on LDA's line, each on one that was fitted without its episode."""

    def paint(axes: Axes) -> None:
        bins = np.linspace(places.min(), places.max(), 31).tolist()
        for name, chosen, colour in (("unsolved", ~solved, _COLOURS[0]), ("solved", solved, _COLOURS[1])):
            axes.hist(places[chosen], bins=bins, density=True, alpha=0.6, label=name, color=colour)
        axes.set(xlabel="LDA: unsolved to the left, solved to the right", ylabel="density of states")
        axes.set_title("States before a program passed")
        axes.legend()

    return draw(out / f"outcome-lda.{form}", paint)


def draw_fidelity(out: Path, scores: Sequence[Score], *, form: Form) -> Path:
    """How well each model stands in for the policy, with the range over folds."""

    def paint(axes: Axes) -> None:
        values = [score.mean for score in scores]
        ranges = [[s.mean - s.low for s in scores], [s.high - s.mean for s in scores]]
        axes.barh(range(len(scores)), values, xerr=ranges, capsize=3, color=_COLOURS[0], alpha=0.8)
        axes.axvline(scores[0].mean, linestyle=":", color="black")
        axes.set_yticks(range(len(scores)), [score.name for score in scores])
        axes.invert_yaxis()
        axes.set(xlabel="share of choices reproduced, unseen episodes", xlim=(0, 1.02), title="Fidelity")

    return draw(out / f"fidelity.{form}", paint)


def _embeddings(states: NDArray[np.float64], seed: int) -> list[tuple[str, NDArray[Any]]]:
    """Three planes, each of shape `(states, 2)`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # it says that tensorflow is not there
        from umap import UMAP

    size = len(states)
    tsne = TSNE(2, perplexity=min(30.0, (size - 1) / 3), init="pca", random_state=seed)
    umap = UMAP(n_neighbors=min(15, size - 1), random_state=seed, n_jobs=1)
    return [
        ("PCA", PCA(2, random_state=seed).fit_transform(states)),
        ("t-SNE", tsne.fit_transform(states)),
        ("UMAP", umap.fit_transform(states)),
    ]


def _scatter(points: NDArray[Any], parts: Mapping[str, NDArray[np.bool_]], title: str) -> Paint:
    def paint(axes: Axes) -> None:
        for (name, chosen), colour in zip(parts.items(), _COLOURS, strict=False):
            if chosen.any():
                some, times = np.unique(points[chosen], axis=0, return_counts=True)
                sizes = 14 * np.sqrt(times)
                axes.scatter(some[:, 0], some[:, 1], sizes, colour, alpha=0.6, label=name, linewidths=0)
        axes.set(title=title, xticks=[], yticks=[])
        axes.legend()

    return paint
