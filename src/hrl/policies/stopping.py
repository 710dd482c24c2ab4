"""Two baselines that weigh whether to go on: REx by sampling, and a logistic stop rule.

REx (Tang et al. 2024) draws a program among all that were seen by Thompson sampling and refines it. The
Executive repairs its present program only, so the choice here is between that one and a fresh program:
the draw of the present one is Beta(1 + C·h, 1 + C·(1 - h) + N), with h the share of visible tests passed
and N the repairs that it got in vain; the draw of a fresh one is the same for h = 0, N the programs
generated. Like the original it ends when a program passes or what it may spend is spent.

The logistic rule repairs while the estimated probability that the loop of ten rounds still solves the
problem is at least a threshold. It knows error class, round and duplicates, and never which model it drives.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from hrl.policies.base import ActionMask, Choice, DecisionSpec, Observation
from hrl.policies.greedy import checked

_WEIGHT = 20.0
_ERRORS = tuple(f"error_{name}" for name in ("syntax", "name", "type", "limit", "other"))
LOGISTIC = Path(__file__).parent / "shipped" / "logistic.json"


See = Callable[[str], float]


def terms(see: See) -> dict[str, float]:
    """What the logistic rule knows of a state: error class, round, duplicates."""
    repairs, row = round(see("debug_count") * 10), round(see("duplicates_in_row") * 5)
    errors = {name: see(name) for name in _ERRORS}
    rounds = {f"repairs_{number}": float(repairs == number) for number in range(1, 5)}
    rows = {"duplicate_once": float(row == 1), "duplicate_twice": float(row >= 2)}
    return {
        **errors,
        **rounds,
        "repairs_more": float(repairs > 4),
        **rows,
        "duplicates": see("duplicate_count"),
    }


class RexPolicy:
    """Thompson sampling between repairing the present program and writing another; thread-safe.

    Args:
        name: what reports and traces call it.
        decision: the Executive's interface.
        seed: of the draws.
        calls: repairs and restarts that it may spend; None: as many as are legal.
    """

    def __init__(self, name: str, decision: DecisionSpec, seed: int, calls: int | None = None) -> None:
        self.name = name
        self._decision = decision
        self._calls = calls
        self._generator = np.random.default_rng(seed)
        self._lock = threading.Lock()

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """Draw one value for each of the two, and follow the larger."""
        mask = checked(mask, len(self._decision.actions))

        def see(feature: str) -> float:
            return float(observation[self._decision.index(feature)])

        if not see("failed"):
            wishes = [] if see("passed") else ["generate", "test"]
        else:
            repairs, programs = round(see("debug_count") * 10), round(see("generate_count") * 5)
            spent = self._calls is not None and repairs + programs - 1 >= self._calls
            wishes = [] if spent else self._drawn(see("tests_passed"), see("duplicates_in_row") * 5, programs)
        for wish in (*wishes, "stop"):
            if mask[self._decision.action(wish)]:
                return Choice(self._decision.action(wish))
        return Choice(int(np.flatnonzero(mask)[-1]))

    def _drawn(self, share: float, in_vain: float, programs: int) -> list[str]:
        share = min(max(share, 0.0), 1.0)
        with self._lock:
            repair = self._generator.beta(1 + _WEIGHT * share, 1 + _WEIGHT * (1 - share) + in_vain)
            fresh = self._generator.beta(1.0, 1 + _WEIGHT + programs)
        return ["debug", "generate"] if repair >= fresh else ["generate", "debug"]


class LogisticPolicy:
    """Repair while a logistic regression gives the loop a chance of at least the threshold.

    Args:
        name: what reports and traces call it.
        decision: the Executive's interface.
        threshold: None: the file's own.
        fitted: bias, weights and threshold; None: the shipped ones.
    """

    def __init__(
        self,
        name: str,
        decision: DecisionSpec,
        threshold: float | None = None,
        fitted: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self._decision = decision
        fitted = fitted or _fitted()
        self._bias: float = fitted["bias"]
        self._weights: dict[str, float] = fitted["weights"]
        self._threshold: float = fitted["threshold"] if threshold is None else threshold

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """Generate, test, then repair or stop."""
        mask = checked(mask, len(self._decision.actions))

        def see(feature: str) -> float:
            return float(observation[self._decision.index(feature)])

        if see("failed"):
            wishes = ["debug"] if self._chance(terms(see)) >= self._threshold else []
        else:
            wishes = [] if see("passed") else ["generate", "test"]
        for wish in (*wishes, "stop"):
            if mask[self._decision.action(wish)]:
                return Choice(self._decision.action(wish))
        return Choice(int(np.flatnonzero(mask)[-1]))

    def _chance(self, values: dict[str, float]) -> float:
        total = self._bias + sum(self._weights[name] * value for name, value in values.items())
        return float(1 / (1 + np.exp(-np.clip(total, -30, 30))))


@cache
def _fitted() -> dict[str, Any]:
    """The shipped coefficients, with the threshold that the card gives."""
    found: dict[str, Any] = json.loads(LOGISTIC.read_text(encoding="utf-8"))
    return found


def stopping(name: str, decision: DecisionSpec, seed: int) -> RexPolicy | LogisticPolicy | None:
    """`rex`, `rex-K` (at most K repairs and restarts), `logistic` or `logistic-THRESHOLD`; else None."""
    if decision.name != "executive":
        return None
    if found := re.fullmatch(r"rex(?:-([1-9]\d?))?", name):
        return RexPolicy(name, decision, seed, int(found[1]) if found[1] else None)
    if found := re.fullmatch(r"logistic(?:-(0?\.\d+))?", name):
        return LogisticPolicy(name, decision, float(found[1]) if found[1] else None)
    return None
