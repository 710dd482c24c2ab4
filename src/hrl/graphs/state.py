"""What the state machines keep in their checkpoints: small, plain JSON values.

Everything larger lies in the run directory. The dataclasses are the typed side of the same values
(`hrl.types.dump` and `load` go between them).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from hrl.types import Candidate, Passage, Plan, Subtask, TestReport, dump, load

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SubtaskResult:
    """How the last episode of a subtask ended.

    Attributes:
        of: digest of the subtask; a result counts only while the plan has exactly that subtask.
        round: the how-many-th `execute` it belongs to.
        outcome: `passed`, `failed`, `untested` or `budget`.
        share: share of tests that the candidate passes, -1 where there is none.
        resource: what was spent, when `outcome` is `budget`.
    """

    of: str
    round: int
    outcome: str
    candidate: Candidate | None
    share: float = -1.0
    passages: tuple[Passage, ...] = ()
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A program and what its visible, or else self-written, tests say; both None where none could run."""

    candidate: Candidate
    visible: TestReport | None
    self_written: TestReport | None

    @property
    def report(self) -> TestReport | None:
        """The report that counts."""
        return self.visible or self.self_written

    @property
    def passed(self) -> bool:
        """All tests that were to run passed."""
        return self.report is not None and self.report.verdict == "pass"

    @property
    def rank(self) -> tuple[bool, float]:
        """Orders evaluations of different programs."""
        return self.passed, self.report.share if self.report else -1.0


def updated(old: Mapping[str, Json] | None, new: Mapping[str, Json] | None) -> dict[str, Json]:
    """Reducer: parallel episodes add their results; a worse later one leaves only its round."""
    merged = dict(old or {})
    for name, result in (new or {}).items():
        before = merged.get(name)
        keep = before is not None and before["of"] == result["of"] and _rank(before) > _rank(result)
        merged[name] = {**before, "round": result["round"]} if before is not None and keep else result
    return merged


def _rank(result: Json) -> tuple[bool, float]:
    return result["outcome"] == "passed", result["share"]


def digest(subtask: Subtask) -> str:
    """Identifies a subtask by everything that it says."""
    return hashlib.sha256(json.dumps(dump(subtask), sort_keys=True).encode()).hexdigest()[:16]


class RunState(TypedDict, total=False):
    """The hierarchical machine's state.

    Attributes:
        option: what was chosen last.
        counts: how often each option was chosen.
        plan, plan_source, refused: a dumped `Plan`, where it comes from, why the last one was refused.
        results: subtask → dumped `SubtaskResult`.
        todo, round: what the present `execute` still has to run, and its number.
        program, evaluation, best: dumped `Candidate`, `Evaluation` and the best `Evaluation` so far.
        spent: the resource whose budget is spent, or "".
        answer: the frozen program.
        hidden: dumped report of the hidden tests.
    """

    option: str
    counts: dict[str, int]
    plan: Json | None
    plan_source: str
    refused: str
    results: Annotated[dict[str, Json], updated]
    todo: list[str]
    round: int
    program: Json | None
    evaluation: Json | None
    best: Json | None
    spent: str
    answer: str
    hidden: Json | None


class EpisodeState(TypedDict, total=False):
    """The executive machine's state: a dumped `Episode` and the action chosen for it.

    Attributes:
        wave: the episodes that start together with this one; absent where it is alone.
    """

    episode: Json
    action: str
    wave: list[str]


class EpisodeOrder(TypedDict):
    """What a `Send` hands to one parallel episode; `wave` names all that start together."""

    subtask: str
    round: int
    wave: list[str]
    episode: Json


def first_state() -> RunState:
    """Before anything was done."""
    return RunState(
        counts={},
        plan=None,
        plan_source="",
        refused="",
        todo=[],
        round=0,
        program=None,
        evaluation=None,
        best=None,
        spent="",
        answer="",
        hidden=None,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """A `RunState` with its values loaded."""

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

    @staticmethod
    def of(state: RunState) -> Progress:
        """Load a state; results of subtasks that the plan no longer has are left out."""
        plan: Plan | None = _maybe(Plan, state.get("plan"))
        current = {subtask.name: digest(subtask) for subtask in plan.subtasks} if plan else {}
        results = {name: load(SubtaskResult, data) for name, data in state.get("results", {}).items()}
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
        )

    @property
    def candidates(self) -> dict[str, str]:
        """Source of every subtask that has a program."""
        return {name: found.candidate.code for name, found in self.results.items() if found.candidate}

    @property
    def passed(self) -> bool:
        """The present program was evaluated and passed."""
        return self.evaluation is not None and self.evaluation.passed

    @property
    def failed_evaluation(self) -> bool:
        """The present program was evaluated and did not pass."""
        return self.evaluation is not None and not self.evaluation.passed


def _maybe(kind: Any, data: Json | None) -> Any:
    return None if data is None else load(kind, data)


def dumped(value: Any) -> Json | None:
    """`dump`, with None for None."""
    return None if value is None else dump(value)
