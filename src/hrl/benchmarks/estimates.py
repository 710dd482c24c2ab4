"""The two estimators behind every figure of an evaluation: pass@k, and the bootstrap over problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, fsum

import numpy as np
from numpy.typing import NDArray

DRAWS = 4000
_CELLS = 1 << 22  # of one chunk of resampled problems
_TAIL = 2.5
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over problems with its 95 % interval."""

    value: float
    low: float
    high: float


@lru_cache(maxsize=1 << 14)
def pass_at_k(samples: int, right: int, k: int) -> float | None:
    """The unbiased estimator of Chen et al. 2021, 1 - C(n - c, k) / C(n, k), exact before its one rounding.

    Args:
        samples: n, how many answers there are.
        right: c, how many of them are right.
        k: how many may be tried.

    Returns:
        The chance that k answers drawn without replacement hold a right one; None when there are fewer
        than k answers.
    """
    if not (0 <= right <= samples and k >= 1):
        raise ValueError(f"{right} right ones of {samples} and k = {k} make no sense")
    if k > samples:
        return None
    ways = comb(samples, k)
    return (ways - comb(samples - right, k)) / ways


def intervals(columns: Sequence[Values], *, draws: int = DRAWS, seed: int = 0) -> list[Estimate]:
    """The mean of each column with its percentile bootstrap interval; all columns share the draws.

    Args:
        columns: one value for each problem, in the same order of problems.
        draws: how often the problems are resampled.
        seed: of the resampling.
    """
    count = len(columns[0])
    random = np.random.default_rng(seed)
    means = np.empty((len(columns), draws))
    chunk = max(1, _CELLS // count)
    for start in range(0, draws, chunk):
        stop = min(draws, start + chunk)
        chosen = random.integers(count, size=(stop - start, count))
        for place, column in enumerate(columns):
            means[place, start:stop] = column[chosen].mean(axis=1)
    bounds = np.percentile(means, [_TAIL, 100 - _TAIL], axis=1)
    return [
        Estimate(fsum(column) / count, float(bounds[0, place]), float(bounds[1, place]))
        for place, column in enumerate(columns)
    ]
