"""Everything that `hrl analyze` finds, as values and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from hrl.analysis.groups import Clusters, Separation, cluster, separate
from hrl.analysis.pictures import Form, draw_clusters, draw_fidelity, draw_separation, draw_states
from hrl.analysis.surrogates import Surrogates, fit_surrogates
from hrl.analysis.trajectories import Experience
from hrl.errors import BadInput

_LEAST = 20
_GROUPED = 3  # episodes, fewer than which are no groups
Draw = Callable[[Path, Form], Iterator[Path]]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was learned.

    Attributes:
        level: `executive` or `hierarchical`.
        judged: which tests say that a trajectory is solved.
        clusters: None where all trajectories are alike, or fewer than three.
        separation: None where fewer than five different episodes ended one way.
        pictures: the files drawn.
    """

    policy: str
    level: str
    source: str
    judged: str
    trajectories: int
    decisions: int
    solved: int
    surrogates: Surrogates
    clusters: Clusters | None
    separation: Separation | None
    pictures: tuple[str, ...] = ()


def analyze_experience(found: Experience, *, leaves: int, seed: int) -> tuple[Analysis, Draw]:
    """Fit, cluster, separate; and what draws the pictures, one after the other, into an existing directory.

    Raises:
        BadInput: fewer than 20 decisions.
        StorageFailure: from drawing: a picture cannot be written.
    """
    trajectories, level, decision = found.trajectories, found.level, found.level.decision
    decisions = sum(len(one.actions) for one in trajectories)
    if decisions < _LEAST:
        few = f"{found.source} has {decisions} decisions; an analysis needs {_LEAST}"
        raise BadInput(f"{few}: name more runs, or walk more drills")
    surrogates = fit_surrogates(trajectories, decision, size=leaves, seed=seed)
    clusters, separation = cluster(trajectories, level, seed=seed), separate(trajectories, level, seed=seed)

    def draw(out: Path, form: Form) -> Iterator[Path]:
        yield from draw_states(out, trajectories, decision, form=form, seed=seed)
        if clusters:
            yield draw_clusters(out, trajectories, level, clusters[1], form=form)
        if separation:
            yield draw_separation(out, *separation[1:], form=form)
        if surrogates.fidelity:
            yield draw_fidelity(out, surrogates.fidelity, form=form)

    told = Analysis(
        policy=found.policy,
        level=decision.name,
        source=found.source,
        judged=found.judged,
        trajectories=len(trajectories),
        decisions=decisions,
        solved=sum(one.solved for one in trajectories),
        surrogates=surrogates,
        clusters=clusters[0] if clusters else None,
        separation=separation[0] if separation else None,
    )
    return told, draw


def as_text(told: Analysis) -> str:
    """The analysis for a terminal, without its pictures."""
    lines = [
        f"{told.policy} on {told.source}: {told.trajectories} episodes, {told.decisions} decisions, "
        f"{told.solved} solved by {told.judged}",
        "",
        *_surrogates(told.surrogates),
        "",
        *_clusters(told.clusters, told.trajectories),
        "",
        *_separation(told.separation),
    ]
    return "\n".join(lines)


def _surrogates(told: Surrogates) -> Iterator[str]:
    yield f"What stands in for it, over {told.choices} decisions with more than one legal action"
    if told.note:
        yield f"  {told.note}"
    for score in told.fidelity:
        yield f"  {score.name:<20} {score.mean:.3f}  (folds {score.low:.3f} to {score.high:.3f})"
    if told.tree:
        yield f"The tree: {told.leaves} leaves, the choice of {told.agreement:.1%} of these decisions"
        yield from (f"  {line}" for line in told.tree)
    if told.important:
        yield "What the forest uses most"
        yield from (f"  {weight:.3f}  {name}" for name, weight in told.important)


def _clusters(told: Clusters | None, trajectories: int) -> Iterator[str]:
    if told is None:
        few = trajectories < _GROUPED
        yield "There are too few episodes to group." if few else "All trajectories are alike."
        return
    yield f"Kinds of trajectories (K-means, silhouette {told.silhouette:.2f})"
    for number, one in enumerate(told.clusters, 1):
        share = f"{one.trajectories} of {trajectories}, {one.solved:.0%} solved"
        yield f"  {number}: {share}; typical: {_run_together(one.typical)}"


def _separation(told: Separation | None) -> Iterator[str]:
    if told is None:
        yield "Solved and unsolved cannot be set apart: fewer than five different episodes ended one way."
        return
    score = told.accuracy
    yield f"What sets solved apart before a program passes (LDA, {told.states} states)"
    yield (
        f"  right {score.mean:.3f} (folds {score.low:.3f} to {score.high:.3f}), "
        f"majority {told.majority:.3f}; weights of standardised features, positive for solved"
    )
    yield from (f"  {weight:+.3f}  {name}" for name, weight in told.weights)


def _run_together(actions: tuple[str, ...]) -> str:
    """`debug debug debug` as `debug x3`."""
    runs = [(action, len(list(some))) for action, some in groupby(actions)]
    return " ".join(action if times == 1 else f"{action} x{times}" for action, times in runs)
