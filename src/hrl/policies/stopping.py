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
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from hrl.policies.base import DecisionSpec
from hrl.policies.rules import Read, Rule, RulePolicy, single_shot

_WEIGHT = 20.0
_ERRORS = tuple(f"error_{name}" for name in ("syntax", "name", "type", "limit", "other"))
LOGISTIC = Path(__file__).parent / "shipped" / "logistic.json"


def terms(see: Read) -> dict[str, float]:
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


def rex(seed: int, calls: int | None = None) -> Rule:
    """Thompson sampling between repairing the present program and writing another; thread-safe.

    Args:
        seed: of the draws.
        calls: repairs and restarts that it may spend; None: as many as are legal.
    """
    generator, lock = np.random.default_rng(seed), threading.Lock()

    def rule(see: Read) -> Iterator[str]:
        if see("failed"):
            repairs, programs = round(see("debug_count") * 10), round(see("generate_count") * 5)
            if calls is None or repairs + programs - 1 < calls:
                share, in_vain = min(max(see("tests_passed"), 0.0), 1.0), see("duplicates_in_row") * 5
                with lock:
                    repair = generator.beta(1 + _WEIGHT * share, 1 + _WEIGHT * (1 - share) + in_vain)
                    fresh = generator.beta(1.0, 1 + _WEIGHT + programs)
                yield from ("debug", "generate") if repair >= fresh else ("generate", "debug")
        yield from single_shot(see)

    return rule


def logistic(threshold: float | None = None, fitted: Mapping[str, Any] | None = None) -> Rule:
    """Repair while a logistic regression gives the loop a chance of at least the threshold.

    Args:
        threshold: None: the file's own.
        fitted: bias, weights and threshold; None: the shipped ones.
    """
    fitted = fitted or _fitted()
    bias, weights = fitted["bias"], fitted["weights"]
    least = fitted["threshold"] if threshold is None else threshold

    def rule(see: Read) -> Iterator[str]:
        if see("failed"):
            total = bias + sum(weights[name] * value for name, value in terms(see).items())
            if 1 / (1 + np.exp(-np.clip(total, -30, 30))) >= least:
                yield "debug"
        yield from single_shot(see)

    return rule


@cache
def _fitted() -> dict[str, Any]:
    """The shipped coefficients, with the threshold that the card gives."""
    found: dict[str, Any] = json.loads(LOGISTIC.read_text(encoding="utf-8"))
    return found


def stopping(name: str, decision: DecisionSpec, seed: int) -> RulePolicy | None:
    """`rex`, `rex-K` (at most K repairs and restarts), `logistic` or `logistic-THRESHOLD`; else None."""
    if decision.name != "executive":
        return None
    if found := re.fullmatch(r"rex(?:-([1-9]\d?))?", name):
        return RulePolicy(name, rex(seed, int(found[1]) if found[1] else None), decision)
    if found := re.fullmatch(r"logistic(?:-(0?\.\d+))?", name):
        return RulePolicy(name, logistic(float(found[1]) if found[1] else None), decision)
    return None
