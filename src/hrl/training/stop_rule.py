"""Fitting the logistic stop rule: what anybody can do in a minute, and what a learned policy has to beat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hrl.executive import EXECUTIVE
from hrl.policies import load_policy
from hrl.policies.stopping import terms
from hrl.training.environment import ExecutiveEnv
from hrl.training.recorded import Recorded

_RIDGE = 1.0
_ROUNDS = 50


def fit_stop_rule(records: Iterable[Recorded], env: ExecutiveEnv, *, threshold: float) -> dict[str, Any]:
    """Bias and weights of "the ten-round loop still solves this", over every state of that loop.

    Args:
        records: problems to fit on.
        env: where the loop runs.
        threshold: kept with the coefficients.
    """
    states = [state for one in records for state in _states(one, env)]
    names = list(states[0][0])
    inputs = np.array([[1.0, *(values[name] for name in names)] for values, _ in states])
    wanted = np.array([solved for _, solved in states], dtype=float)
    penalty = np.diag([0.0] + [_RIDGE] * len(names))
    weights = np.zeros(len(names) + 1)
    for _ in range(_ROUNDS):  # Newton's method
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - wanted) + penalty @ weights
        curve = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + penalty
        weights -= np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
    rounded = [round(float(value), 4) for value in weights]
    return {"bias": rounded[0], "weights": dict(zip(names, rounded[1:], strict=True)), "threshold": threshold}


def _states(one: Recorded, env: ExecutiveEnv) -> Iterator[tuple[dict[str, float], bool]]:
    """The states in which the ten-round loop repairs, and whether it solves the problem in the end."""
    policy, seen, done = load_policy("debug-10", EXECUTIVE), [], False
    observation, info = env.begin(one.exercise(env.prices))
    while not done:
        choice = policy.act(observation, info["action_mask"]).action
        if choice == EXECUTIVE.action("debug"):
            values = zip(EXECUTIVE.features, observation.tolist(), strict=True)
            seen.append(terms({entry.name: value for entry, value in values}.__getitem__))
        observation, _, terminated, truncated, info = env.step(choice)
        done = terminated or truncated
    solved = bool(info["solved"]) and info["outcome"] == "passed"
    yield from ((values, solved) for values in seen)
