"""The typed side of a `RunState`: what options, masks and features read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

from hrl.graphs.state import Evaluation, Json, RunState, SubtaskResult, Words, digest
from hrl.types import Candidate, Plan, load


@dataclass(frozen=True, slots=True)
class Progress:
    """A `RunState` with its values loaded; the attributes are those of the state."""

    counts: Mapping[str, int]
    plan: Plan | None
    plan_source: str
    refused: str
    results: Mapping[str, SubtaskResult]
    todo: tuple[str, ...]
    round: int
    program: Candidate | None
    evaluation: Evaluation | None
    best: Evaluation | None
    spent: str
    splits: bool = False
    pool: Mapping[str, tuple[SubtaskResult, ...]] = field(default_factory=dict)
    planned: int = 0
    same: int = -1
    plans: tuple[str, ...] = ()
    words: Mapping[str, Words] = field(default_factory=dict)
    known: int = 0
    tried: frozenset[str] = frozenset()
    searched: int = 0

    @staticmethod
    def of(state: RunState) -> Progress:
        """Load a state; results of subtasks that the plan no longer has are left out."""
        plan: Plan | None = _maybe(Plan, state.get("plan"))
        current = {subtask.name: digest(subtask) for subtask in plan.subtasks} if plan else {}
        results = {name: load(SubtaskResult, data) for name, data in state.get("results", {}).items()}
        pool = {
            name: tuple(load(SubtaskResult, data) for data in found if data["of"] == current.get(name))
            for name, found in state.get("pool", {}).items()
            if name in current
        }
        return Progress(
            counts=state.get("counts", {}),
            plan=plan,
            plan_source=state.get("plan_source", ""),
            refused=state.get("refused", ""),
            results={name: found for name, found in results.items() if found.of == current.get(name)},
            todo=tuple(state.get("todo", ())),
            round=state.get("round", 0),
            program=_maybe(Candidate, state.get("program")),
            evaluation=_maybe(Evaluation, state.get("evaluation")),
            best=_maybe(Evaluation, state.get("best")),
            spent=state.get("spent", ""),
            splits=state.get("splits", False),
            pool=pool,
            planned=state.get("planned", 0),
            same=state.get("same", -1),
            plans=tuple(state.get("plans", ())),
            words=state.get("words", {}),
            known=state.get("known", 0),
            tried=frozenset(state.get("tried", ())),
            searched=state.get("searched", 0),
        )

    @property
    def candidates(self) -> dict[str, str]:
        """Source of every subtask that has a program."""
        return {name: found.candidate.code for name, found in self.results.items() if found.candidate}

    @property
    def failing(self) -> list[str]:
        """Subtasks whose last episode did not pass, in the order of the plan."""
        parts = self.plan.in_order() if self.plan else ()
        ended = [entry.name for entry in parts if entry.name in self.results]
        return [name for name in ended if self.results[name].outcome != "passed"]

    @property
    def programs(self) -> int:
        """How many programs the pool holds for subtasks of the plan."""
        return sum(map(len, self.pool.values()))

    @property
    def joined(self) -> int:
        """How many whole programs the pool's parts make; 0 where a part has none."""
        if self.plan is None:
            return 0
        return prod(len(self.pool.get(subtask.name, ())) for subtask in self.plan.subtasks)

    @property
    def passed(self) -> bool:
        """The present program was evaluated and passed."""
        return self.evaluation is not None and self.evaluation.passed

    @property
    def failed_evaluation(self) -> bool:
        """The present program was evaluated and did not pass."""
        return self.evaluation is not None and not self.evaluation.passed

    @property
    def failures(self) -> int:
        """How many evaluations failed; a joined program may have passed without the option."""
        found = self.evaluation
        return self.counts.get("evaluate", 0) - (found is not None and found.passed and not found.joined)


def _maybe(kind: Any, data: Json | None) -> Any:
    return None if data is None else load(kind, data)
