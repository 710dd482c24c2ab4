"""Policies on the same exercises at the same budget: the rows of a card's table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hrl.executive import EXECUTIVE
from hrl.policies.base import Policy
from hrl.training.environment import ExecutiveEnv
from hrl.training.exercises import Source

Row = dict[str, Any]


def compare(
    policies: Iterable[Policy], source: Source, env: ExecutiveEnv, *, episodes: int, seed: int
) -> list[Row]:
    """One row a policy: success on hidden tests, mean cost and mean actions; exercises are paired."""
    return [
        _summary(policy.name, [walk(policy, source, env, (seed, number)) for number in range(episodes)])
        for policy in policies
    ]


def walk(policy: Policy, source: Source, env: ExecutiveEnv, seed: int | tuple[int, int]) -> Row:
    """One greedy episode on the exercise that the seed draws."""
    observation, info = env.begin(source(np.random.default_rng(seed)))
    before = info
    actions, total, done = [], 0.0, False
    while not done:
        action = policy.act(observation, info["action_mask"]).action
        actions.append(EXECUTIVE.actions[action])
        observation, gain, terminated, truncated, info = env.step(action)
        total, done = total + gain, terminated or truncated
    return {
        "kind": info["kind"],
        "solved": info["solved"],
        "return": total,
        **{name: info[name] - before[name] for name in ("tokens", "model_calls", "sandbox_runs")},
        "actions": actions,
    }


def _summary(name: str, walks: list[Row]) -> Row:
    costs = ("return", "tokens", "model_calls", "sandbox_runs")
    return {
        "policy": name,
        "solved": round(_mean([entry["solved"] for entry in walks]), 4),
        **{cost: round(_mean([entry[cost] for entry in walks]), 4) for cost in costs},
        "actions": round(_mean([len(entry["actions"]) for entry in walks]), 3),
        "episodes": len(walks),
    }


def _mean(values: list[Any]) -> float:
    return float(np.mean(values))
