"""The reward of the Executive: +1 for stopping with a right program, minus what it cost, plus shaping.

Shaping is potential-based (Ng, Harada and Russell 1999), so the optimal policy does not change: the
potential of the state after the end is 0. The hidden verdict is handed in from outside, in training only.
"""

from __future__ import annotations

from dataclasses import dataclass

from hrl.executive.episode import Episode


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step used; `seconds` is sandbox time."""

    tokens: int = 0
    model_calls: int = 0
    sandbox_runs: int = 0
    seconds: float = 0.0
    searches: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.tokens + other.tokens,
            self.model_calls + other.model_calls,
            self.sandbox_runs + other.sandbox_runs,
            self.seconds + other.seconds,
            self.searches + other.searches,
        )


@dataclass(frozen=True, slots=True)
class RewardSpec:
    """Prices, in units of one solved task.

    Attributes:
        solved: for stopping with a program that passes the hidden tests.
        token: for each token, prompt and completion.
        model_call: for each call, whatever its length.
        sandbox_second: for each second of a sandbox run, rounded and at least one a run, so that the
            noise of timing is no reward.
        search: for each search: its time, and the longer prompts that follow.
        shaping: weight of the potential; 0 turns shaping off.
        gamma: the discount that the learner uses; shaping needs the same.
    """

    solved: float = 1.0
    token: float = 2e-5
    model_call: float = 0.05
    sandbox_second: float = 0.01
    search: float = 0.08
    shaping: float = 0.2
    gamma: float = 0.99

    def price(self, cost: Cost) -> float:
        """What a step's cost subtracts from the reward."""
        seconds = max(cost.sandbox_runs, round(cost.seconds)) if cost.sandbox_runs else 0
        return (
            self.token * cost.tokens
            + self.model_call * cost.model_calls
            + self.sandbox_second * seconds
            + self.search * cost.searches
        )


def potential(episode: Episode) -> float:
    """Share of tests that the best program passes; 0 once the episode has stopped."""
    if episode.status == "stopped" or episode.best is None or episode.best.report is None:
        return 0.0
    report = episode.best.report
    return 1.0 if report.verdict == "pass" else report.share


def earned(before: float, after: float, cost: Cost, *, solved: bool, spec: RewardSpec) -> float:
    """The reward of one step.

    Args:
        before: `potential` of the state in which the action was taken.
        after: that of the state that it led to.
        cost: what the step used.
        solved: the episode stopped now, and its program passes the hidden tests of a training task.
        spec: the prices; the shaping is `weight · (gamma · after - before)`.
    """
    gain = spec.solved if solved else 0.0
    return gain - spec.price(cost) + spec.shaping * (spec.gamma * after - before)
