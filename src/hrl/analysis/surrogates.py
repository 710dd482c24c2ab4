"""Simple models fitted to what a policy chose, and how well each stands in for it.

Fidelity is the share of decisions that a model reproduces (Craven and Shavlik, 1996), here on episodes that
it was not fitted to, and only where more than one action is legal. A model sees what a policy sees: the
observation and the mask. Episodes that are the same, decision by decision, are kept together: a scripted
program that is met twice would otherwise be asked for after it was shown.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from hrl.analysis.branches import in_sentences, leaves, names, read_tree
from hrl.analysis.trajectories import Trajectory, alike
from hrl.policies.base import DecisionSpec

FOLDS = 5
_IMPORTANT = 5


@dataclass(frozen=True, slots=True)
class Score:
    """A share over folds: their mean, the lowest, the highest."""

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Surrogates:
    """What stands in for the policy.

    Attributes:
        choices: decisions with more than one legal action; everything below is about these.
        fidelity: by model, the majority's first; empty where it cannot be measured.
        tree: the small tree in sentences, fitted to all choices.
        agreement: share of all choices that this tree reproduces.
        important: (what, weight) of the inputs that the forest uses most; weights of all add up to 1.
        note: why something is missing, in one sentence, or "".
    """

    choices: int
    fidelity: tuple[Score, ...] = ()
    tree: tuple[str, ...] = ()
    leaves: int = 0
    agreement: float = 0.0
    important: tuple[tuple[str, float], ...] = ()
    note: str = ""


def fit_surrogates(
    trajectories: Sequence[Trajectory], decision: DecisionSpec, *, size: int, seed: int
) -> Surrogates:
    """Fit and cross-validate; folds are whole episodes.

    Args:
        trajectories: what the policy did.
        decision: whose features and actions these are.
        size: leaves of the tree at most.
        seed: of folds and models.
    """
    inputs, actions, groups = _choices(trajectories)
    if not len(actions):
        return Surrogates(0, note="No decision had more than one legal action.")
    if len(np.unique(actions)) == 1:
        only = decision.actions[actions[0]]
        return Surrogates(len(actions), note=f"Wherever there is a choice, it is {only}.")
    models = _models(size, seed)
    tree, forest = models["decision tree"].fit(inputs, actions), models["random forest"].fit(inputs, actions)
    told = read_tree(tree, decision)
    enough = _in_enough_episodes(actions, groups)
    short = f"Fidelity is left out: no two actions are chosen in {FOLDS} different episodes each."
    return Surrogates(
        choices=len(actions),
        fidelity=tuple(
            Score(name, *cross_validated(model, inputs, actions, groups, seed))
            for name, model in models.items()
            if enough
        ),
        tree=tuple(in_sentences(told)),
        leaves=leaves(told),
        agreement=round(float(tree.score(inputs, actions)), 4),
        important=_important(forest.feature_importances_, decision),
        note="" if enough else short,
    )


def cross_validated(
    model: Any, inputs: NDArray[Any], wanted: NDArray[Any], groups: NDArray[Any], seed: int
) -> tuple[float, float, float]:
    """Mean, lowest and highest share of right answers over folds of whole groups.

    Args:
        model: a scikit-learn classifier; a copy is fitted in each fold.
        inputs: shape `(rows, columns)`.
        wanted: classes, shape `(rows,)`; at least two of them are in `FOLDS` groups each.
        groups: shape `(rows,)`.
        seed: of the folds.
    """
    with warnings.catch_warnings():
        # An action that is chosen in fewer than `FOLDS` decisions is in fewer folds: nothing to warn of.
        warnings.filterwarnings("ignore", "The least populated class in y", UserWarning)
        found = cross_val_score(model, inputs, wanted, groups=groups, cv=folds(seed), error_score="raise")
    return round(float(found.mean()), 4), round(float(found.min()), 4), round(float(found.max()), 4)


def folds(seed: int) -> StratifiedGroupKFold:
    """Five parts of whole groups, each with its share of every class."""
    return StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)


def _models(size: int, seed: int) -> dict[str, Any]:
    return {
        "majority": DummyClassifier(strategy="most_frequent"),
        "decision tree": DecisionTreeClassifier(max_leaf_nodes=size, random_state=seed),
        "random forest": RandomForestClassifier(100, random_state=seed),
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000)),
        "SVM": make_pipeline(StandardScaler(), SVC()),
    }


def _choices(
    trajectories: Sequence[Trajectory],
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Inputs, chosen actions and numbers of different episodes, where more than one action was legal."""
    observations = np.concatenate([one.observations for one in trajectories])
    masks = np.concatenate([one.masks for one in trajectories])
    actions = np.concatenate([one.actions for one in trajectories])
    groups = np.repeat(alike(trajectories), [len(one.actions) for one in trajectories])
    free = masks.sum(axis=1) > 1
    inputs = np.hstack([observations, masks.astype(np.float32)])
    return inputs[free], actions[free], groups[free]


def _in_enough_episodes(actions: NDArray[np.int64], groups: NDArray[np.int64]) -> bool:
    episodes = [len(np.unique(groups[actions == action])) for action in np.unique(actions)]
    return sum(number >= FOLDS for number in episodes) > 1


def _important(weights: NDArray[np.float64], decision: DecisionSpec) -> tuple[tuple[str, float], ...]:
    told = names(decision)
    best = np.argsort(-weights, kind="stable")[:_IMPORTANT]
    return tuple((told[place], round(float(weights[place]), 3)) for place in best if weights[place] > 0)
