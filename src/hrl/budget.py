"""Budgets: what a run may cost, checked before each call.

Price-free: tokens, wall seconds, model calls and sandbox runs. A `Ledger` is shared by parallel
subtasks; a part of it is kept back so that integration and the final test can still happen.
A charge carries a key, so that a call repeated by `hrl resume` is not charged twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from hrl.errors import BadInput, BudgetExceeded
from hrl.types import Budget, Usage

RESOURCES = ("tokens", "seconds", "model_calls", "sandbox_runs")
DEFAULT_BUDGET = Budget(tokens=200_000, seconds=600.0, model_calls=200, sandbox_runs=400)


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been used so far."""

    tokens: int = 0
    seconds: float = 0.0
    model_calls: int = 0
    sandbox_runs: int = 0


class Ledger:
    """Thread-safe account of one run.

    Args:
        budget: the bounds; `None` fields are unbounded.
        reserve: share of each bound kept for integration and the final test; calls made with
            `final=True` may use it.
        clock: monotonic seconds, replaceable in tests.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        reserve: float = 0.1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.budget = budget
        self._reserve = reserve
        self._clock = clock
        self._started = clock()
        self._spent = Spent()
        self._before = 0.0
        self._charged: set[str] = set()
        self._lock = threading.Lock()

    def spent(self) -> Spent:
        """A snapshot."""
        with self._lock:
            return replace(self._spent, seconds=self._before + self._clock() - self._started)

    def restore(self, spent: Spent, charged: set[str]) -> None:
        """Continue an interrupted run's account: its totals and the keys already charged."""
        with self._lock:
            self._spent = replace(spent, seconds=0.0)
            self._before = spent.seconds
            self._charged |= charged

    def left(self, *, final: bool = False) -> float:
        """Smallest remaining share over all bounded resources, 0..1 (1 when unbounded)."""
        shares = [1.0]
        spent = self.spent()
        for name in RESOURCES:
            bound = getattr(self.budget, name)
            if bound is not None:
                usable = self._usable(name, bound, final)
                shares.append(max(0.0, 1.0 - getattr(spent, name) / usable) if usable > 0 else 0.0)
        return min(shares)

    def exhausted(self, *resources: str, final: bool = False) -> str | None:
        """Name of the first of `resources` (default: all) that is spent, or None."""
        spent = self.spent()
        for name in resources or RESOURCES:
            bound = getattr(self.budget, name)
            if bound is not None and getattr(spent, name) >= self._usable(name, bound, final):
                return name
        return None

    def admit_model_call(self, *, final: bool = False) -> None:
        """Raise `BudgetExceeded` unless one more model call is allowed."""
        self._admit(("tokens", "seconds", "model_calls"), final)

    def admit_sandbox_run(self, *, final: bool = False) -> None:
        """Raise `BudgetExceeded` unless one more sandbox run is allowed."""
        self._admit(("seconds", "sandbox_runs"), final)

    def charge_model_call(self, key: str, usage: Usage) -> None:
        """Account one answered call; a key charged before costs nothing."""
        with self._lock:
            if key in self._charged:
                return
            self._charged.add(key)
            self._spent = replace(
                self._spent,
                tokens=self._spent.tokens + usage.tokens,
                model_calls=self._spent.model_calls + 1,
            )

    def charge_sandbox_run(self, key: str) -> None:
        """Account one sandbox run; a key charged before costs nothing."""
        with self._lock:
            if key in self._charged:
                return
            self._charged.add(key)
            self._spent = replace(self._spent, sandbox_runs=self._spent.sandbox_runs + 1)

    def _admit(self, resources: tuple[str, ...], final: bool) -> None:
        resource = self.exhausted(*resources, final=final)
        if resource is not None:
            raise BudgetExceeded(resource)

    def _usable(self, name: str, bound: float, final: bool) -> float:
        if final or name == "seconds":
            return bound
        return bound - int(bound * self._reserve)


def read_budget(text: str) -> Budget:
    """A budget as people write it: `8000` tokens, or `tokens=8000,model_calls=5,seconds=60,sandbox_runs=9`.

    Raises:
        BadInput: it is written in no such way.
    """
    bounds: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals:
            name, value = "tokens", name
        if name not in RESOURCES or name in bounds:
            raise BadInput(f"{text!r} is no budget: write 8000 or some of {'=N,'.join(RESOURCES)}=N")
        try:
            bounds[name] = float(value) if name == "seconds" else int(value)
        except ValueError:
            raise BadInput(f"{text!r} is no budget: {value!r} is not a number") from None
        if not 0 <= bounds[name] < float("inf"):
            raise BadInput(f"{text!r} is no budget: {value} is out of range")
    return Budget(**bounds)  # type: ignore[arg-type]


def merged(first: Budget, second: Budget) -> Budget:
    """`first` where it is set, else `second`."""
    return Budget(
        tokens=second.tokens if first.tokens is None else first.tokens,
        seconds=second.seconds if first.seconds is None else first.seconds,
        model_calls=second.model_calls if first.model_calls is None else first.model_calls,
        sandbox_runs=second.sandbox_runs if first.sandbox_runs is None else first.sandbox_runs,
    )
