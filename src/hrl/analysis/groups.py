"""Kinds of trajectories (K-means), and what sets solved apart from unsolved (LDA)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import silhouette_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hrl.analysis.levels import Level
from hrl.analysis.surrogates import FOLDS, Score, cross_validated, folds
from hrl.analysis.trajectories import Trajectory, alike
from hrl.analysis.words import named

_MOST = 6
_WEIGHTS = 6


@dataclass(frozen=True, slots=True)
class Cluster:
    """Trajectories that are alike; `typical` is the one nearest to the centre, action by action."""

    trajectories: int
    solved: float
    typical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clusters:
    """The number of clusters with the best silhouette (-1..1; above about 0.5 they are well apart)."""

    silhouette: float
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Separation:
    """A line between states of solved and of unsolved trajectories, before a program passed.

    Attributes:
        states: how many.
        accuracy: cross-validated over whole episodes.
        majority: what always answering the more frequent outcome would reach.
        weights: (feature, weight) by size; features are standardised, positive speaks for solved.
    """

    states: int
    accuracy: Score
    majority: float
    weights: tuple[tuple[str, float], ...]


def summed_up(trajectories: Sequence[Trajectory], level: Level) -> NDArray[np.float64]:
    """What trajectories are clustered by, shape `(trajectories, actions + ends)`, standardised.

    How often each action was taken, and the features `level.ends` at the last decision.
    """
    size, ends = len(level.decision.actions), [level.decision.index(name) for name in level.ends]
    rows = [[*np.bincount(one.actions, minlength=size), *one.observations[-1][ends]] for one in trajectories]
    scaled: NDArray[np.float64] = StandardScaler().fit_transform(np.array(rows, dtype=np.float64))
    return scaled


def cluster(
    trajectories: Sequence[Trajectory], level: Level, *, seed: int
) -> tuple[Clusters, NDArray[np.int64]] | None:
    """Clusters, the largest first, and each trajectory's number; None with fewer than three, or all alike."""
    points = summed_up(trajectories, level)
    most = min(_MOST, len(np.unique(points, axis=0)), len(points) - 1)
    fits = [KMeans(k, n_init=10, random_state=seed).fit(points) for k in range(2, most + 1)]
    if not fits:
        return None
    silhouettes = [float(silhouette_score(points, fit.labels_)) for fit in fits]
    best = int(np.argmax(silhouettes))
    labels, solved = fits[best].labels_, np.array([one.solved for one in trajectories])
    order = np.argsort(-np.bincount(labels), kind="stable")
    found = []
    for label in order:
        members = np.flatnonzero(labels == label)
        distances = np.linalg.norm(points[members] - fits[best].cluster_centers_[label], axis=1)
        typical = trajectories[int(members[distances.argmin()])]
        found.append(
            Cluster(
                trajectories=len(members),
                solved=round(float(solved[members].mean()), 4),
                typical=tuple(level.decision.actions[action] for action in typical.actions),
            )
        )
    return Clusters(round(silhouettes[best], 4), tuple(found)), np.argsort(order)[labels]


def separate(
    trajectories: Sequence[Trajectory], level: Level, *, seed: int
) -> tuple[Separation, NDArray[np.float64], NDArray[np.bool_]] | None:
    """The line, and each state's place on one fitted without its episode, and its outcome.

    None with fewer than five different episodes of an outcome.
    """
    passed = level.decision.index(level.passed)
    open_states = [one.observations[one.observations[:, passed] == 0] for one in trajectories]
    outcomes = np.array([one.solved for one in trajectories])
    with_states = np.array([len(states) > 0 for states in open_states])
    same = alike(trajectories)
    if min(len(np.unique(same[with_states & (outcomes == outcome)])) for outcome in (True, False)) < FOLDS:
        return None
    lengths = [len(states) for states in open_states]
    inputs, solved = np.concatenate(open_states), np.repeat(outcomes, lengths)
    model = make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"))
    groups = np.repeat(same, lengths)
    accuracy = cross_validated(model, inputs, solved, groups, seed)
    places = cross_val_predict(
        model, inputs, solved, groups=groups, cv=folds(seed), method="decision_function"
    )
    weights = model.fit(inputs, solved)[-1].coef_[0]
    largest = np.argsort(-np.abs(weights), kind="stable")[:_WEIGHTS]
    told = Separation(
        states=len(inputs),
        accuracy=Score("LDA", *accuracy),
        majority=round(float(max(solved.mean(), 1 - solved.mean())), 4),
        weights=tuple(
            (named(level.decision.features[place]), round(float(weights[place]), 3))
            for place in largest
            if weights[place]
        ),
    )
    return told, places, solved
